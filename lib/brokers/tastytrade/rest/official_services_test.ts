import assert from "node:assert/strict";
import { OfficialServices } from "./official_services.ts";
import { rig, settled } from "./scripted_http_fixture_test.ts";

const ROOT = new URL("../../../../", import.meta.url).pathname;

Deno.test("P17: the package never holds a credential or a token", async () => {
  const run = rig(() => ({ body: { data: { items: [] } } }));
  run.http.login = () => ({ body: { access_token: "token-CANARY", expires_in: 900 } });
  const official = await OfficialServices.load(run.transport);
  let seen = "";
  const answer = await settled(
    run.time,
    official.ask({ signal: run.signal }, async (services) => {
      const items = await services.accountsAndCustomersService.getCustomerAccounts();
      seen = Deno.inspect(services, { depth: 12, showHidden: true });
      return items;
    }),
  );
  assert.deepEqual(answer, { ok: true, value: [] });
  assert.equal(run.http.logins.length, 1);
  assert(seen.includes("TastytradeHttpClient") && !seen.includes("CANARY"));
});

Deno.test("each way of writing goes over the transport once, and is never retried", async () => {
  const run = rig(() => ({ status: 503, body: "" }));
  const official = await OfficialServices.load(run.transport);
  const order = { "order-type": "Market" };
  for (
    const [method, call] of [
      ["POST", (s) => s.createOrder("5WZ00042", order)],
      ["PUT", (s) => s.replaceOrder("5WZ00042", 7, order)],
      ["PATCH", (s) => s.editOrder("5WZ00042", 7, order)],
      ["DELETE", (s) => s.cancelOrder("5WZ00042", 7)],
    ] as [string, (orders: Orders) => Promise<unknown>][]
  ) {
    const before = run.http.calls.length;
    const answer = await settled(
      run.time,
      official.ask({ signal: run.signal }, ({ orderService }) => call(orderService)),
    );
    assert(!answer.ok && answer.error.kind === "unreachable", method);
    assert.equal(run.http.calls.length, before + 1);
    assert.equal(run.http.calls[before].method, method);
    const sent = run.http.calls[before].body;
    assert.equal(sent, method === "DELETE" ? null : JSON.stringify(order));
  }
});

interface Orders {
  createOrder(account: string, order: object): Promise<unknown>;
  replaceOrder(account: string, id: number, order: object): Promise<unknown>;
  editOrder(account: string, id: number, order: object): Promise<unknown>;
  cancelOrder(account: string, id: number): Promise<unknown>;
}

Deno.test("the package loads without variables, network, run and sys", async () => {
  const code =
    `import { OfficialServices } from "./lib/brokers/tastytrade/rest/official_services.ts";
    console.log(typeof OfficialServices, typeof (await import("@tastytrade/api")).default);`;
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--cached-only",
      "--no-check",
      `--allow-read=${ROOT}lib,${ROOT}node_modules,${ROOT}deno.json`,
      "--allow-env=NODE_ENV",
      "--ignore-env",
      "--deny-net",
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
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { stdout, stderr } = await child.output();
  const text = new TextDecoder().decode(stdout);
  assert.equal(text.trim(), "function function", new TextDecoder().decode(stderr));
});
