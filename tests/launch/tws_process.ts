import { ROOT } from "../e2e/desk.ts";

/** The emulator of TWS as people start it, in a process of its own. */
export interface RunningTws {
  readonly port: number;
  /** Numbers of its accounts. */
  readonly accounts: readonly string[];
  stop(): Promise<void>;
}

const COMMAND = ["run", "--no-prompt", "--allow-read", "--allow-net=127.0.0.1"];
const READY_WITHIN_MS = 30_000;

function printed(text: string, pattern: RegExp): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`the emulator did not print ${pattern}:\n${text}`);
  return found;
}

/** Starts it on a free port and waits until it has said where it listens. */
export async function startTws(args: readonly string[] = []): Promise<RunningTws> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...COMMAND, "sims/tws/main.ts", "--port", "0", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    env: { NO_COLOR: "1" },
  }).spawn();
  let text = "";
  const ready = Promise.withResolvers<void>();
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      if (text.includes("Ctrl-C ends it.")) ready.resolve();
    }
    ready.reject(new Error(`the emulator ended:\n${text}`));
  })();
  const late = () => ready.reject(new Error(`the emulator is not ready:\n${text}`));
  const timer = setTimeout(late, READY_WITHIN_MS);
  await ready.promise.finally(() => clearTimeout(timer));
  return {
    port: Number(printed(text, /127\.0\.0\.1:(\d+)/)),
    accounts: printed(text, /^ +accounts +(.+)$/m).split(", "),
    stop: async () => {
      child.kill("SIGTERM");
      await child.status;
      await reading.catch(() => {});
    },
  };
}
