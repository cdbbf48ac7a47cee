import { fileURLToPath } from "node:url";

/** Folder of the fixture app. */
export const FIXTURE: string = fileURLToPath(new URL("./fixture", import.meta.url));

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const BUILD = fileURLToPath(new URL("./build.ts", import.meta.url));

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  let text = "";
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text.trim();
}

/**
 * Builds the fixture app in a process of its own, as the launcher does. `options` are those of the
 * Builder; throws what the build says when it fails.
 */
export async function buildFixture(options: Record<string, unknown>): Promise<void> {
  const all = { root: FIXTURE, serverEntry: "main.tsx", ...options };
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", "--allow-all", BUILD, JSON.stringify(all)],
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Runs a script of the fixture that prints its port, and gives its URL to `run`. */
export async function serving(
  args: readonly string[],
  run: (url: string) => Promise<void>,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--cached-only", ...args],
    stdout: "piped",
    stderr: "null",
  }).spawn();
  try {
    await run(`http://127.0.0.1:${await firstLine(child.stdout)}`);
  } finally {
    child.kill("SIGKILL");
    await child.status;
  }
}

/**
 * Builds the fixture app into `outDir` and serves it in a process that may read the project and
 * listen on this machine and nothing else.
 */
export async function servingFixture(
  outDir: string,
  run: (url: string) => Promise<void>,
): Promise<void> {
  await buildFixture({ outDir });
  const rights = [`--allow-read=${PROJECT}`, "--allow-net=127.0.0.1"];
  await serving([...rights, `${FIXTURE}/serve.ts`, outDir], run);
}
