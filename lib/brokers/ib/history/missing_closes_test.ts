import assert from "node:assert/strict";
import { fail, ok } from "../../../base/result.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import type { PreviousClose } from "../../../ports/broker.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { aShare } from "../market/market_run_fixture_test.ts";
import { MissingCloses } from "./missing_closes.ts";

const [SPY, QQQ] = [aShare("SPY"), aShare("QQQ")];

Deno.test("missing closes are asked about one at a time, each once a session", async () => {
  const time = new VirtualTime();
  const asked: string[] = [];
  const told: PreviousClose[] = [];
  let without: readonly Instrument[] = [SPY, QQQ];
  let isDown = true;
  const closes = new MissingCloses({
    timers: time,
    history: {
      previousClose: ({ key }) => {
        asked.push(key);
        if (isDown) {
          const error = { code: "notConnected", message: "", fix: null } as const;
          return Promise.resolve(fail(error));
        }
        const close = { instrumentKey: key, close: 5, session: "2025-03-18" };
        return Promise.resolve(ok(key === "SPY" ? close : null));
      },
    },
    without: () => without,
    tell: (close) => void told.push(close),
  });
  await time.advanceSettling(30_000, 10_000);
  assert.deepEqual(asked, ["SPY"]);
  isDown = false;
  await time.advanceSettling(600_000, 10_000);
  assert.deepEqual(asked, ["SPY", "SPY", "QQQ"]);
  assert.deepEqual(told.map(({ instrumentKey }) => instrumentKey), ["SPY"]);
  without = [QQQ];
  closes.startSession();
  await time.advanceSettling(30_000, 10_000);
  assert.deepEqual(asked.slice(3), ["QQQ"]);
  closes.close();
  assert.equal(time.pendingCount, 0);
});
