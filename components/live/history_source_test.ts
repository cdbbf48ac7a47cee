import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import type { HistoryAnswer } from "@/lib/portfolio/overview/history_answer.ts";
import { HistorySource, type LineWish } from "./history_source.ts";

const wish: LineWish = { metric: "netLiq", range: "1m", accounts: null, pixels: 900 };

interface Question {
  readonly address: string;
  readonly abort: AbortSignal;
  readonly answer: (found: HistoryAnswer | string) => Promise<void>;
}

function aSource() {
  const time = new VirtualTime();
  const asked: Question[] = [];
  let news = 0;
  const source = new HistorySource({
    onNews: () => news++,
    monotonic: () => time.monotonic(),
    setTimer: (delayMs, work) => time.setTimer(delayMs, work),
    ask: (address, abort) => {
      const { promise, resolve } = Promise.withResolvers<HistoryAnswer | string>();
      const answer = async (found: HistoryAnswer | string) => {
        resolve(found);
        await promise;
        await Promise.resolve();
      };
      asked.push({ address, abort, answer });
      return promise;
    },
  });
  return { time, asked, source, newsCount: () => news };
}

const anAnswer: HistoryAnswer = {
  metric: "netLiq",
  unit: "USD",
  from: 1742391000000,
  to: 1742414400000,
  since: 1742391000000,
  sessions: [],
  at: [1742391000000, 1742391060000],
  value: [1, null],
};

Deno.test("history source: wishes that follow each other become one question, the last", () => {
  const { time, asked, source } = aSource();

  for (let pixels = 800; pixels < 900; pixels += 10) {
    source.want({ ...wish, pixels });
    time.advance(20);
  }
  time.advance(60);

  assert.deepEqual(asked.map(({ address }) => address), [
    "/api/history?metric=netLiq&range=1m&pixels=890",
  ]);
});

Deno.test("history source: a question takes long after 300 ms, and says so once", async () => {
  const { time, asked, source, newsCount } = aSource();
  source.want(wish);
  time.advance(60);
  assert.ok(!source.isSlow);
  time.advance(300);

  assert.ok(source.isSlow);
  assert.equal(newsCount(), 1);
  await asked[0].answer(anAnswer);
  assert.ok(!source.isSlow);
  assert.equal(newsCount(), 2);
});

Deno.test("history source: a line is kept for its pace, then read anew", async () => {
  const { time, asked, source } = aSource();
  source.want(wish);
  time.advance(60);
  await asked[0].answer(anAnswer);

  source.want(wish);
  time.advance(299_000);
  source.want(wish);
  time.advance(100);
  assert.equal(asked.length, 1);
  time.advance(2_000);
  source.want(wish);
  time.advance(100);

  assert.equal(asked.length, 2);
  assert.notEqual(source.lineOf(wish), null);
  assert.equal(source.lineOf({ ...wish, metric: "profit" }), null);
});

Deno.test("history source: a failure is told and asked again after 10 s, not before", async () => {
  const { time, asked, source } = aSource();
  source.want(wish);
  time.advance(60);
  await asked[0].answer("the desk is not reachable");

  assert.equal(source.problemOf(wish), "the desk is not reachable");
  assert.equal(source.problemOf({ ...wish, range: "1y" }), "");
  source.want(wish);
  time.advance(9_000);
  source.want(wish);
  time.advance(500);
  assert.equal(asked.length, 1);
  time.advance(1_000);
  source.want(wish);
  time.advance(60);
  assert.equal(asked.length, 2);
});

Deno.test("history source: a newer wish ends the question before it", async () => {
  const { time, asked, source } = aSource();
  source.want(wish);
  time.advance(60);
  source.want({ ...wish, metric: "profit" });
  time.advance(60);

  assert.ok(asked[0].abort.aborted);
  await asked[0].answer(anAnswer);

  assert.equal(source.lineOf(wish), null);
  await asked[1].answer(anAnswer);
  assert.notEqual(source.lineOf({ ...wish, metric: "profit" }), null);
});

Deno.test("history source: nothing waits after dispose", () => {
  const { time, asked, source } = aSource();
  source.want(wish);
  source.dispose();
  time.advance(60_000);
  assert.equal(asked.length, 0);
});
