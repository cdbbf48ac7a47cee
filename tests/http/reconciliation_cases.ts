import assert from "node:assert/strict";
import { z } from "zod";
import { ask } from "./shared_desk.ts";

const COMPARED = z.strictObject({
  theirs: z.number().nullable(),
  ours: z.number().nullable(),
  difference: z.number().nullable(),
  tolerance: z.number().nullable(),
  state: z.enum(["agrees", "differs", "notComparable"]),
  doubt: z.string().nullable(),
  cause: z.strictObject({ code: z.string(), text: z.string().min(3) }).nullable(),
  theirsAt: z.number().nullable(),
  theirsSource: z.string(),
});

const POSITION = z.object({
  instrumentKey: z.string().min(1),
  label: z.string().min(1),
  quantity: COMPARED,
  multiplier: COMPARED.nullable(),
  mark: COMPARED,
  greeks: z.strictObject({
    iv: COMPARED,
    delta: COMPARED,
    gamma: COMPARED,
    thetaPerDay: COMPARED,
    vegaPerPoint: COMPARED,
  }).nullable(),
  valueDifference: z.number().nullable(),
  state: COMPARED.shape.state,
});

const ANSWER = z.strictObject({
  format: z.literal(1),
  mode: z.literal("demo"),
  broker: z.string(),
  baseCurrency: z.literal("USD"),
  now: z.number(),
  isTold: z.literal(true),
  accounts: z.array(z.strictObject({
    account: z.string(),
    nickname: z.string(),
    type: z.string(),
    accountNumber: z.string().regex(/^••••.{4}$/),
    problem: z.null(),
    differsSince: z.null(),
    compared: z.strictObject({
      comparedAt: z.number(),
      netLiq: COMPARED,
      dayPnl: COMPARED,
      positionsValue: COMPARED,
      cash: COMPARED,
      positions: z.array(POSITION),
      counts: z.strictObject({
        agrees: z.number(),
        differs: z.number(),
        notComparable: z.number(),
      }),
      state: COMPARED.shape.state,
    }),
  })),
});

Deno.test("T-003: the API shows positions, cash and net liq of broker and desk apart", async () => {
  const answer = await ask("/api/reconciliation");
  assert.equal(answer.status, 200, answer.body);
  const { accounts } = ANSWER.parse(JSON.parse(answer.body));
  assert.deepEqual(accounts.map(({ account }) => account), ["individual", "joint", "ira"]);
  for (const { account, compared } of accounts) {
    const { netLiq, cash, positionsValue, positions } = compared;
    assert.ok(positions.length > 5, account);
    const sum = (cash.theirs ?? NaN) + (positionsValue.theirs ?? NaN);
    assert.ok(Math.abs(sum - (netLiq.theirs ?? NaN)) < 0.01, `${account}: parts make the whole`);
    assert.equal(netLiq.difference, (netLiq.ours ?? NaN) - (netLiq.theirs ?? NaN));
  }
  assert.doesNotMatch(answer.body, /DX100/, "no account number");
});

Deno.test("reconciliation: accounts are chosen, an unknown one is refused", async () => {
  const one = await ask("/api/reconciliation?accounts=IRA");
  assert.deepEqual(ANSWER.parse(JSON.parse(one.body)).accounts.map((a) => a.account), ["ira"]);
  assert.equal((await ask("/api/reconciliation?accounts=nobody")).status, 400);
  const lasting = await ask("/api/reconciliation?lasting=1");
  assert.deepEqual(JSON.parse(lasting.body), { lasting: [] });
});
