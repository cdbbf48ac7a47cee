import assert from "node:assert/strict";
import { z } from "zod";
import { header } from "./raw_http.ts";
import { ask } from "./shared_desk.ts";

const LINE = z.strictObject({
  metric: z.string(),
  unit: z.string().min(1),
  from: z.number().int(),
  to: z.number().int(),
  since: z.number().nullable(),
  sessions: z.array(z.strictObject({
    date: z.string().regex(/^\d{4}-\d\d-\d\d$/),
    opensAt: z.number().int(),
    closesAt: z.number().int(),
  })),
  at: z.array(z.number()),
  value: z.array(z.number().nullable()),
});

const PROBLEM = z.strictObject({ error: z.string().min(5), fix: z.string().min(5) });

async function line(query: string): Promise<z.infer<typeof LINE>> {
  const answer = await ask(`/api/history${query}`);
  assert.equal(answer.status, 200, `${query}: ${answer.body}`);
  return LINE.parse(JSON.parse(answer.body));
}

Deno.test("history: every metric answers a line in the order of time, with its unit", async () => {
  const units = new Map<string, string>();
  for (const metric of ["profit", "dollarDelta", "gamma", "vega", "theta", "netLiq"]) {
    const { at, value, unit, from, to, ...rest } = await line(`?metric=${metric}&accounts=ira`);

    assert.equal(rest.metric, metric);
    assert.equal(at.length, value.length);
    assert.deepEqual(at, at.toSorted((a, b) => a - b));
    assert.ok(at.every((time) => time >= from && time < to), metric);
    units.set(metric, unit);
  }
  assert.equal(units.get("profit"), "USD");
  assert.equal(units.get("theta"), "USD per day");
  assert.equal((await line("")).metric, "profit");
});

Deno.test("history: a range answers its sessions, the present one at their end", async () => {
  const [today, five, month, year, all] = await Promise.all(
    ["", "?range=5d", "?range=1m", "?range=1y", "?range=all"].map(line),
  );

  assert.equal(today.sessions.length, 1);
  assert.equal(five.sessions.length, 5);
  assert.ok(month.sessions.length >= 18 && month.sessions.length <= 23);
  assert.ok(year.sessions.length >= 248 && year.sessions.length <= 253);
  for (const { sessions, from } of [today, five, month, year, all]) {
    assert.deepEqual(sessions[sessions.length - 1], today.sessions[0]);
    assert.equal(from, sessions[0].opensAt);
    for (let i = 1; i < sessions.length; i++) {
      assert.ok(sessions[i].opensAt > sessions[i - 1].closesAt);
    }
  }
  assert.ok(all.since === null || all.sessions[0].opensAt <= all.since);
});

Deno.test("history: times in ms and in ISO 8601 ask for the same stretch", async () => {
  const [from, to] = [Date.UTC(2025, 2, 18, 14), Date.UTC(2025, 2, 20, 21)];
  const plain = await line(`?from=${from}&to=${to}`);
  const iso = await line("?from=2025-03-18T10:00:00-04:00&to=2025-03-20T21:00:00Z");

  assert.deepEqual([plain.from, plain.to], [from, to]);
  assert.deepEqual(iso, plain);
  assert.deepEqual(plain.sessions.map(({ date }) => date), [
    "2025-03-18",
    "2025-03-19",
    "2025-03-20",
  ]);
  assert.ok((await line(`?from=${from}`)).to > from);
});

Deno.test("history: a stretch outside the calendar or the record answers no point", async () => {
  for (const query of ["?from=0&to=1", "?from=1990-01-02T00:00:00Z&to=1990-02-02T00:00:00Z"]) {
    const { at, sessions } = await line(query);

    assert.deepEqual([at, sessions], [[], []], query);
  }
});

const BAD: readonly (readonly [string, RegExp, RegExp])[] = [
  ["?metric=price", /metric/, /profit, .*netLiq/],
  ["?metric=", /metric/, /profit/],
  ["?metric=__proto__", /metric/, /profit/],
  ["?metric=profit%00", /metric/, /profit/],
  ["?range=2d", /range/, /today, 5d, .*all/],
  ["?range=", /range/, /today/],
  ["?pixels=0", /pixels/, /1 to 8192/],
  ["?pixels=8193", /pixels/, /1 to 8192/],
  ["?pixels=-1", /pixels/, /1 to 8192/],
  ["?pixels=1e3", /pixels/, /1 to 8192/],
  ["?pixels=1.5", /pixels/, /1 to 8192/],
  ["?from=2&to=2", /not before/, /from < to/],
  ["?from=3&to=2", /not before/, /from < to/],
  ["?to=2", /without from/, /from/],
  ["?from=yesterday", /from is not a time/, /ISO 8601/],
  ["?from=2025-03-19", /from is not a time/, /ISO 8601 with zone/],
  ["?from=1&to=2025-13-45T99:00:00Z", /to is not a time/, /ISO 8601/],
  ["?from=99999999999999999", /from is not a time/, /ms since 1970/],
  ["?range=5d&from=1&to=2", /both/, /not both/],
];

Deno.test("history: what cannot be read answers 400 with what to send instead", async () => {
  for (const [query, error, fix] of BAD) {
    const answer = await ask(`/api/history${query}`);
    assert.equal(answer.status, 400, `${query}: ${answer.body}`);
    const body = PROBLEM.parse(JSON.parse(answer.body));

    assert.match(body.error, error, query);
    assert.match(body.fix, fix, query);
  }
});

Deno.test("history: HEAD, OPTIONS and other methods answer as elsewhere", async () => {
  const head = await ask("/api/history", { method: "HEAD" });
  const options = await ask("/api/history", { method: "OPTIONS" });
  const post = await ask("/api/history", {
    method: "POST",
    headers: [["content-type", "application/json"]],
    body: "{}",
  });

  assert.deepEqual([head.status, head.body], [200, ""]);
  assert.equal(options.status, 204);
  assert.equal(post.status, 405);
  for (const answer of [options, post]) {
    assert.equal(header(answer, "allow"), "GET, HEAD, OPTIONS");
  }
  assert.equal((await ask("/api/trail")).status, 404);
});
