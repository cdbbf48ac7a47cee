import { fileURLToPath } from "node:url";
import { Builder } from "fresh/dev";

/** Folder of the fixture app. */
export const FIXTURE: string = fileURLToPath(new URL("./fixture", import.meta.url));

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

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
 * Builds the fixture app into `outDir`, serves it in a process that may read the project and
 * listen on this machine and nothing else, and gives its URL to `run`.
 */
export async function servingFixture(
  outDir: string,
  run: (url: string) => Promise<void>,
): Promise<void> {
  await new Builder({ root: FIXTURE, serverEntry: "main.tsx", outDir }).build();
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      `--allow-read=${PROJECT}`,
      "--allow-net=127.0.0.1",
      `${FIXTURE}/serve.ts`,
      outDir,
    ],
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
