/** What the clients saw. */
export interface ClientReport {
  readonly messages: number;
  readonly bytes: number;
  /** Sequence and arrival (ms since 1970, with fractions) of frames at the noted clients. */
  readonly arrivals: readonly (readonly [seq: number, at: number])[];
}

/** Clients in one other process. */
export interface ClientsProcess {
  /** Resolves once the server has ended all connections. */
  readonly report: Promise<ClientReport>;
  kill(): void;
}

/** Starts the clients; they connect at once. */
export function startClients(url: string, count: number, isStream: boolean): ClientsProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      `--allow-net=${new URL(url).host}`,
      "--config",
      new URL("../deno.json", import.meta.url).pathname,
      new URL("clients.ts", import.meta.url).pathname,
      url,
      String(count),
      isStream ? "hello" : "count",
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const read = async (): Promise<ClientReport> => {
    const { stdout, success } = await child.output();
    if (!success) throw new Error("the clients' process failed");
    const report: ClientReport = JSON.parse(new TextDecoder().decode(stdout));
    return report;
  };
  return {
    report: read(),
    kill: () => {
      try {
        child.kill("SIGKILL");
      } catch (error) {
        // It has ended already.
        if (!(error instanceof TypeError)) throw error;
      }
    },
  };
}
