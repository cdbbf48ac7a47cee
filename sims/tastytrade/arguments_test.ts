import assert from "node:assert/strict";
import { HELP, parseArguments } from "./arguments.ts";
import { start } from "./main.ts";

const ROOT = new URL("../..", import.meta.url).pathname;

Deno.test("the command line is read or answered with the line that fixes it", () => {
  const error = (...args: string[]): string => {
    const parsed = parseArguments(args);
    return parsed.ok ? "" : parsed.error;
  };
  assert.match(error("--prot", "1"), /unknown option --prot/);
  assert.match(error("--strict=1"), /unknown option --strict=1/);
  assert.match(error("--port"), /needs a value/);
  assert.match(error("--port", "70000"), /from 0 to 65535, not 70000/);
  assert.match(error("--positions", "5000"), /from 1 to 2000/);
  assert.match(error("--accounts", "4"), /3 or 6/);
  assert.match(error("--date", "2025-02-30"), /YYYY-MM-DD/);
  assert.match(error("--balances", "both"), /object or items/);
  const parsed = parseArguments(["--port", "0", "--seed=7", "--accounts", "6", "--sandbox"]);
  assert.ok(parsed.ok);
  const { port, seed, accounts, isSandbox, isStrict } = parsed.value;
  assert.deepEqual([port, seed, accounts, isSandbox, isStrict], [0, 7, 6, true, false]);
});

Deno.test("every option of the help is one that is read", () => {
  const named = [...HELP.matchAll(/^ {2}(--[a-z-]+)( [A-Z]+)?/gm)];
  assert.equal(named.length, 13);
  for (const [, name, takes] of named) {
    const parsed = parseArguments(takes === undefined ? [name] : [name, ""]);
    assert.equal(parsed.ok ? "" : parsed.error, takes === undefined ? "" : `${name} needs a value`);
  }
});

Deno.test("what the command line asks for is what answers", async () => {
  const args = parseArguments(["--port", "0", "--accounts", "6", "--date", "2025-04-02"]);
  assert.ok(args.ok);
  const server = start(args.value, { faults: [] });
  try {
    const post = (path: string, body: unknown, headers = {}) =>
      fetch(`${server.baseUrl}${path}`, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { "user-agent": "t/1", ...headers },
      });
    const grant = { grant_type: "refresh_token", refresh_token: "sim-refresh-token" };
    const reply = await post("/oauth/token", { ...grant, client_secret: "sim-client-secret" });
    const { access_token } = await reply.json();
    const headers = { "user-agent": "t/1", authorization: `Bearer ${access_token}` };
    const get = async (path: string) =>
      (await (await fetch(`${server.baseUrl}${path}`, { headers })).json()).data;
    assert.equal((await get("/customers/me/accounts")).items.length, 6);
    const session = await get("/market-time/equities/sessions/current");
    assert.match(session["open-at"], /^2025-04-02T13:30/);
  } finally {
    await server.close();
  }
});

Deno.test("the task ends with code 2 and one line for a bad option or script", async () => {
  for (const args of [["--bogus"], ["--faults", "/nowhere.json"]]) {
    const output = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--allow-read", "--allow-net=127.0.0.1"]
        .concat(`${ROOT}sims/tastytrade/main.ts`, args),
      env: { NO_COLOR: "1" },
    }).output();
    assert.equal(output.code, 2);
    const lines = new TextDecoder().decode(output.stderr).trim().split("\n");
    assert.equal(lines.length, 1, lines.join("\n"));
  }
});
