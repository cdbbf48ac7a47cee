import { ROOT } from "../e2e/desk.ts";

/** A demo desk behind a login code, as `tests/fixtures/gated_desk.ts` runs it. */
export interface GatedDesk {
  readonly url: string;
  readonly port: number;
  /** The code that it printed. */
  readonly code: string;
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  stop(): Promise<void>;
}

const PRINTED = /ready at (http:\S+) \(demo\)\nSign in with the code (\S+) \(new at each start\)/;
const WITHIN_MS = 90_000;

/** Starts one on a port, or on a free one. */
export async function startGatedDesk(port = 0): Promise<GatedDesk> {
  const data = await Deno.makeTempDir({ prefix: "deltadesk-gated-" });
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "tests/fixtures/gated_desk.ts", data, String(port)],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  let text = "";
  const ready = Promise.withResolvers<RegExpExecArray>();
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder();
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      const match = PRINTED.exec(text);
      if (match !== null) ready.resolve(match);
    }
  };
  const ended = Promise.all([read(child.stdout), read(child.stderr), child.status]).then(() =>
    ready.reject(new Error(`the desk ended before it was ready:\n${text}`))
  );
  const late = setTimeout(() => ready.reject(new Error(`no desk:\n${text}`)), WITHIN_MS);
  const [, url, code] = await ready.promise.finally(() => clearTimeout(late));
  return {
    url,
    code,
    port: Number(new URL(url).port),
    pid: child.pid,
    output: () => text,
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
      await Deno.remove(data, { recursive: true });
    },
  };
}
