import assert from "node:assert/strict";
import { fail } from "@/lib/base/result.ts";
import { TastytradeServices } from "@/lib/brokers/tastytrade/rest/services.ts";
import type { Fault } from "@/sims/tastytrade/mod.ts";
import type { Http, HttpFailure } from "@/lib/ports/http.ts";
import { SeeingSink, value } from "../../contract/broker_subject.ts";
import { TastytradeRun, type TastytradeRunOptions } from "../../contract/tastytrade_run.ts";

async function connected(options: TastytradeRunOptions, isRevoked = false) {
  const run = new TastytradeRun(options);
  run.sim.tokens.isRefreshRevoked = isRevoked;
  await TastytradeServices.load(run.broker.transport);
  const sink = new SeeingSink(() => run.time.now());
  const { signal } = new AbortController();
  const answer = await run.during(run.broker.connect(sink, signal));
  return { run, answer, sink, signal };
}

/** What a failed start says, and that it leaves nothing behind. */
async function refusal(options: TastytradeRunOptions, isRevoked = false): Promise<string> {
  const { run, answer } = await connected(options, isRevoked);
  assert.ok(!answer.ok);
  const { code, message, fix } = answer.error;
  assert.ok(fix !== null && !fix.includes("\n"), "one line on what to do");
  assert.equal(run.timers.pendingCount, 0);
  await run.broker.close();
  run.sim.close();
  return `${code}: ${message} | ${fix}`;
}

function broken(how: HttpFailure): Http {
  return { send: () => Promise.resolve(fail(how)) };
}

function rest(fault: Omit<Fault, "on">): TastytradeRunOptions {
  return { faults: { faults: [{ on: "rest", ...fault }] } };
}

Deno.test("T-006: every open account is there by name, its number not in its id", async () => {
  const { run, answer, signal } = await connected({ accounts: 6 });
  assert.ok(answer.ok);
  const accounts = value(await run.broker.accounts(signal));
  const sims = run.sim.accounts.accounts;
  assert.deepEqual(
    accounts.map(({ number, nickname, type }) => [number, nickname, type]).sort(),
    sims.map(({ number, nickname, typeName }) => [number, nickname, typeName]).sort(),
  );
  for (const { id, number } of accounts) assert.ok(!id.includes(number), id);
  assert.ok(accounts.some(({ type }) => type === "Traditional IRA"));
  await run.broker.close();
  run.sim.close();
});

Deno.test("T-006: a closed account is left out, a login without an open one says so", async () => {
  const closed = { path: "/customers/me/accounts" };
  const said = await refusal(
    rest({ do: "override", field: "is-closed", value: true, when: closed }),
  );
  assert.match(said, /^refused: this login has no open account/);
});

Deno.test("BRK-2: a failed start names what failed, with one line on what to do", async () => {
  const isForbidden = { do: "status", status: 403, when: { path: "/customers" } } as const;
  const said = {
    secret: await refusal({ clientSecret: "wrong" }),
    revoked: await refusal({}, true),
    forbidden: await refusal(rest(isForbidden)),
    busy: await refusal(rest({ do: "status", status: 429, retryAfterS: 2 })),
    broken: await refusal(rest({ do: "status", status: 502, body: "html" })),
    portal: await refusal(rest({ do: "html" })),
    gone: await refusal({ through: () => broken("unreachable") }),
    untrusted: await refusal({ through: () => broken("untrusted") }),
  };
  assert.match(said.secret, /^unauthorized: .*client secret/);
  assert.match(said.revoked, /^unauthorized: .*refresh token/);
  assert.match(said.forbidden, /^unauthorized: .*scope/);
  assert.match(said.busy, /^rateLimited: .*wait/);
  assert.match(said.broken, /^unreachable: /);
  assert.match(said.portal, /^malformed: .*login|proxy/);
  assert.match(said.gone, /^unreachable: .*network/);
  assert.match(said.untrusted, /certificate/);
});

Deno.test("a clock that is wrong by an hour is named in failure and health", async () => {
  const hour = { skewMs: 3_600_000 };
  const said = await refusal({ clientSecret: "wrong", rest: hour });
  assert.match(said, /clock is 60 min behind the broker's \| set this machine's clock/);
  const { run, answer } = await connected({ rest: hour });
  assert.ok(answer.ok);
  const health = run.broker.health().find(({ feed }) => feed === "tastytrade-rest");
  assert.match(health?.detail ?? "", /clock is 3600 s behind/);
  await run.broker.close();
  run.sim.close();
});
