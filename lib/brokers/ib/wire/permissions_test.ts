import assert from "node:assert/strict";

const ROOT = new URL("../../../../", import.meta.url).pathname;
const CODE = `
import { loadIbClient } from "./lib/brokers/ib/wire/stoqey.ts";
const open = await loadIbClient();
const events = { notice: ({ code }) => console.log(code), closed: () => console.log("closed") };
open({ host: "127.0.0.1", port: 9, clientId: 1 }, events);
`;

Deno.test("the library loads and connects without variables, files, run and sys", async () => {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      "--no-check",
      "--allow-net=127.0.0.1:9",
      "--deny-read",
      "--deny-env",
      "--deny-run",
      "--deny-ffi",
      "--deny-sys",
      "-",
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(CODE));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert.deepEqual(lines, ["502", "closed"], new TextDecoder().decode(stderr));
});
