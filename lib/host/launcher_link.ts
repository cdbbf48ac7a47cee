import { TASK_COMMAND } from "../base/task_command.ts";
import { fail, ok, type Result } from "../base/result.ts";

/** What the server gets from the launcher that started it. */
export interface LauncherLink<T> {
  readonly settings: T;
  /** Resolves when the launcher is gone, however it ended. */
  readonly gone: Promise<void>;
}

const HANDOVER_BYTES_MAX = 65_536;
const NEWLINE = 10;
const HINT = `the server is started by the launcher: run \`${TASK_COMMAND} start\``;

async function readLine(
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Result<string, string>> {
  let bytes = new Uint8Array(0);
  while (bytes.length <= HANDOVER_BYTES_MAX) {
    const chunk = await reader.read();
    if (chunk.done) return fail(HINT);
    const joined = new Uint8Array(bytes.length + chunk.value.length);
    joined.set(bytes);
    joined.set(chunk.value, bytes.length);
    bytes = joined;
    const end = bytes.indexOf(NEWLINE);
    if (end !== -1) return ok(new TextDecoder().decode(bytes.subarray(0, end)));
  }
  return fail(HINT);
}

async function untilEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  for (;;) {
    const chunk = await reader.read();
    if (chunk.done) return;
  }
}

/**
 * Reads the settings that the launcher writes as one line on standard input; `parse` turns the line
 * into them. The launcher keeps that pipe open for as long as it lives, so its end tells that the
 * launcher is gone, even when it was killed. The failure is a line to print; exit code 2 is its.
 */
export async function readFromLauncher<T, E>(
  parse: (line: string) => Result<T, E>,
): Promise<Result<LauncherLink<T>, string>> {
  if (Deno.stdin.isTerminal()) return fail(HINT);
  const reader = Deno.stdin.readable.getReader();
  const line = await readLine(reader);
  if (!line.ok) return line;
  const settings = parse(line.value);
  return settings.ok ? ok({ settings: settings.value, gone: untilEnd(reader) }) : fail(HINT);
}
