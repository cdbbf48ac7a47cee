import assert from "node:assert/strict";
import { z } from "zod";
import { header, type RawAnswer } from "./raw_http.ts";
import { ask } from "./shared_desk.ts";

const RECALCULATION = z.strictObject({
  netLiq: z.number(),
  difference: z.number().min(0),
  rows: z.number().int().min(80),
  stream: z.strictObject({ epoch: z.string(), seq: z.int() }),
});

function recalculate(body: string): Promise<RawAnswer> {
  return ask("/api/calculate_netliq", {
    method: "POST",
    headers: [["content-type", "application/json"]],
    body,
  });
}

Deno.test("T-021: asking for the recalculation twice changes nothing", async () => {
  const count = async () => JSON.parse((await ask("/api/data")).body).position_count;
  const before = await count();
  const answers = [];
  for (let i = 0; i < 3; i++) {
    const answer = await recalculate("{}");
    assert.equal(answer.status, 200);
    answers.push(RECALCULATION.parse(JSON.parse(answer.body)));
  }

  for (const { difference, rows, netLiq } of answers) {
    assert.ok(difference <= 1e-9, `${difference}`);
    assert.equal(rows, answers[0].rows);
    // The market moves between two answers, but not by a fifth.
    assert.ok(Math.abs(netLiq - answers[0].netLiq) < 0.2 * Math.abs(answers[0].netLiq));
  }
  assert.equal(await count(), before);
});

Deno.test("T-020: diagnostics are not there unless asked for at start", async () => {
  const answer = await ask("/api/debug");
  const other = await ask("/api/nope");

  assert.equal(answer.status, 404);
  assert.equal(answer.body, other.body);
});

Deno.test("an address below /api that is not there answers 404 as JSON", async () => {
  for (const target of ["/api/nope", "/api/data/x", "/api/..%2fx"]) {
    const answer = await ask(target);

    assert.equal(answer.status, 404, target);
    assert.match(header(answer, "content-type") ?? "", /json/, target);
    assert.ok("fix" in JSON.parse(answer.body), target);
  }
});

Deno.test("healthz: says ok while the event loop answers", async () => {
  const answer = await ask("/healthz");

  assert.equal(answer.status, 200);
  assert.equal(answer.body, "ok\n");
});

Deno.test("readyz: a running desk is ready and has no causes", async () => {
  const answer = await ask("/readyz");

  assert.equal(answer.status, 200);
  assert.deepEqual(JSON.parse(answer.body), { ready: true, causes: [] });
});

interface Sample {
  readonly name: string;
  readonly labels: string;
  readonly value: number;
}

/** Reads text exposition 0.0.4 by its grammar; fails on whatever does not belong there. */
function readExposition(text: string): { types: Map<string, string>; samples: Sample[] } {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  const helped = new Set<string>();
  assert.ok(text.endsWith("\n"));
  for (const line of text.trimEnd().split("\n")) {
    const help = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/.exec(line);
    const type = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line);
    const sample = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-z_]+="(?:[^"\\\n]|\\.)*",?)+\})? (\S+)$/
      .exec(
        line,
      );
    if (help !== null) {
      assert.ok(!helped.has(help[1]), line);
      helped.add(help[1]);
    } else if (type !== null) {
      assert.ok(helped.has(type[1]) && !types.has(type[1]), line);
      types.set(type[1], type[2]);
    } else {
      assert.ok(sample !== null && types.has(sample[1]), line);
      const [, name, labels = "", value] = sample;
      assert.ok(Number.isFinite(Number(value)), line);
      assert.ok(!samples.some((one) => one.name === name && one.labels === labels), line);
      samples.push({ name, labels, value: Number(value) });
    }
  }
  return { types, samples };
}

Deno.test("metrics: parse as Prometheus text, and counters only grow", async () => {
  const answer = await ask("/metrics");
  const before = readExposition(answer.body);
  const after = readExposition((await ask("/metrics")).body);

  assert.match(header(answer, "content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  for (const [name, type] of before.types) {
    assert.match(name, /^deltadesk_/);
    assert.equal(name.endsWith("_total"), type === "counter", name);
  }
  const counters = before.samples.filter((one) => before.types.get(one.name) === "counter");
  assert.ok(counters.length > 5);
  for (const { name, labels, value } of counters) {
    const later = after.samples.find((one) => one.name === name && one.labels === labels);
    assert.ok(value >= 0 && later !== undefined && later.value >= value, `${name}${labels}`);
  }
  const rows = before.samples.find((one) => one.name === "deltadesk_positions")?.value;
  assert.equal(rows, RECALCULATION.parse(JSON.parse((await recalculate("{}")).body)).rows);
});

Deno.test("playback: a desk that replays nothing says so", async () => {
  const answer = await ask("/api/playback");

  assert.equal(answer.status, 404);
  assert.match(JSON.parse(answer.body).fix, /--replay/);
});
