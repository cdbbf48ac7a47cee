import assert from "node:assert/strict";

const MAIN = new URL("main.ts", import.meta.url).pathname;

function command(...args: string[]): Deno.Command {
  const permissions = ["--no-prompt", "--allow-read", "--allow-net=127.0.0.1"];
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-check", ...permissions, MAIN, ...args],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

Deno.test("the task ends with code 2 and one line for a bad option or script", async () => {
  for (const args of [["--lines", "0"], ["--faults", MAIN]]) {
    const { code, stderr } = await command(...args).output();
    const lines = new TextDecoder().decode(stderr).trim().split("\n");
    assert.deepEqual([code, lines.length], [2, 1], lines.join("\n"));
    assert.ok(lines[0].startsWith(args[0]));
  }
});

Deno.test("the task prints where it listens, and SIGTERM ends it with code 0", async () => {
  const child = command("--port", "0", "--date", "2025-03-19", "--positions", "5").spawn();
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Ctrl-C")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  const port = Number(/ready on 127\.0\.0\.1:(\d+)/.exec(text)?.[1]);
  assert.match(text, /accounts +DU1044417, DU1058203, DU1091136/);
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  child.kill("SIGTERM");
  assert.equal((await child.status).code, 0);
  conn.close();
  await reader.cancel();
  await child.stderr.cancel();
});
