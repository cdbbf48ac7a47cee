import assert from "node:assert/strict";
import type { Bar } from "../../../ports/broker.ts";
import { IbBarStreams } from "./bar_streams.ts";
import { IbChains } from "./ib_chains.ts";
import { aBar, aPart, HistoryLink, LIVE, NOW } from "./history_run_fixture_test.ts";

const QUERY = {
  contract: { conId: 1, exchange: "SMART" },
  duration: "1 D",
  barSize: "1 min",
  whatToShow: "TRADES",
  useRth: true,
};
const at = (minute: number) => String(NOW / 1000 + 60 * minute);

function aStream() {
  const ib = new HistoryLink();
  const streams = new IbBarStreams({ timers: ib.time });
  streams.began(ib.link());
  const closed: number[] = [];
  const end = streams.follow(QUERY, {
    closed: ({ close }: Bar) => void closed.push(close),
  });
  assert.ok(end !== null);
  return { ib, streams, closed, end };
}

Deno.test("a followed bar is told when the next one began, with its last values", () => {
  const { ib, streams, closed, end } = aStream();
  const [{ id, query }] = ib.asked;
  assert.equal(query.keepsUpToDate, true);
  assert.equal(query.end, "");
  streams.historicalBar(id, aBar(at(0), 1));
  streams.historicalBar(id, aBar(at(1), 2));
  streams.historicalUpdate(id, aBar(at(1), 3));
  streams.historicalUpdate(id, aBar(at(1), 4));
  assert.deepEqual(closed, [1]);
  streams.historicalUpdate(id, aBar(at(2), 5));
  assert.deepEqual(closed, [1, 4]);
  end();
  assert.deepEqual(ib.cancelled, [id]);
  streams.historicalUpdate(id, aBar(at(3), 6));
  assert.deepEqual(closed, [1, 4]);
  assert.equal(ib.time.pendingCount, 0);
});

Deno.test("R29: what a stalled stream leaves half is never told, and comes whole later", () => {
  const { ib, streams, closed, end } = aStream();
  const before = ib.asked[0].id;
  streams.historicalBar(before, aBar(at(0), 1));
  streams.historicalUpdate(before, aBar(at(1), 2));
  streams.notice({ id: before, code: 10_182, text: "Failed to request live updates" });
  ib.time.advance(15_000);
  assert.equal(ib.asked.length, 1);
  ib.time.advance(5_000);
  assert.equal(ib.asked.length, 2);
  streams.historicalUpdate(before, aBar(at(1), 99));
  const { id } = ib.asked[1];
  for (const [minute, close] of [[0, 1], [1, 7], [2, 8]]) {
    streams.historicalBar(id, aBar(at(minute), close));
  }
  assert.deepEqual(closed, [1, 7]);
  streams.ended("gone");
  streams.began(ib.link());
  const again = ib.asked[2].id;
  for (const [minute, close] of [[1, 7.5], [2, 8], [3, 9]]) {
    streams.historicalBar(again, aBar(at(minute), close));
  }
  assert.deepEqual(closed, [1, 7, 7.5, 8]);
  end();
  assert.equal(ib.time.pendingCount, 0);
});

Deno.test("a chain has the keys of each class, of SMART where IB lists it there", async () => {
  const ib = new HistoryLink();
  const chains = new IbChains({ timers: ib.time });
  chains.began(ib.link());
  const underlying = { conId: 7, symbol: "SPX", secType: "IND", currency: "USD", exchange: "" };
  const answer = chains.chain(underlying, LIVE);
  await ib.settle();
  const [{ id, conId }] = ib.chains;
  assert.equal(conId, 7);
  chains.chainPart(id, aPart({ exchange: "CBOE", tradingClass: "SPXW", strikes: [1, 2, 3] }));
  chains.chainPart(id, aPart({ tradingClass: "SPXW", strikes: [5610, 5600] }));
  chains.chainPart(id, aPart({ tradingClass: "SPX", expirations: ["20250515", "x"] }));
  chains.chainEnd(id);
  const found = await answer;
  assert.ok(found.ok);
  assert.deepEqual(found.value, [
    {
      expiry: "2025-05-16",
      root: "SPX",
      strikes: [{
        strike: 560,
        callKey: "SPX 2025-05-16 C 560 x100",
        putKey: "SPX 2025-05-16 P 560 x100",
      }],
    },
    {
      expiry: "2025-05-16",
      root: "SPXW",
      strikes: [5600, 5610].map((strike) => ({
        strike,
        callKey: `SPXW 2025-05-16 C ${strike} x100`,
        putKey: `SPXW 2025-05-16 P ${strike} x100`,
      })),
    },
  ]);
  chains.ended("gone");
  assert.equal(ib.time.pendingCount, 0);
});
