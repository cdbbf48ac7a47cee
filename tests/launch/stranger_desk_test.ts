import assert from "node:assert/strict";
import { type RunningDesk, startDesk } from "../e2e/desk.ts";
import { expected } from "../sim/tastytrade/stranger/expected.ts";
import { SPARE, Stranger } from "../sim/tastytrade/stranger/stranger.ts";

interface Held {
  readonly original_symbol: string;
  readonly quantity: number;
  readonly multiplier: number;
  readonly price: number | null;
  readonly delta_per_contract: number | null;
  readonly day_pnl: number | null;
}

interface Book {
  readonly grouped_positions: readonly { readonly positions: readonly Held[] }[];
}

/** Asks until enough of the book is valued, or half a minute is over. */
async function valuedBook(desk: RunningDesk, valuedCount: number): Promise<Held[]> {
  for (let tries = 0;; tries++) {
    const code = /code (\S+) \(new at each start\)/.exec(desk.output())?.[1] ?? "";
    const response = await fetch(new URL("api/data", desk.url), {
      headers: { authorization: `Bearer ${code}` },
    });
    const text = await response.text();
    if (response.status === 200) {
      const book: Book = JSON.parse(text);
      const held = book.grouped_positions.flatMap(({ positions }) => positions);
      if (held.filter(({ price }) => price !== null).length >= valuedCount) return held;
    }
    assert.ok(tries < 150, `${response.status} ${text.slice(0, 300)}\n${desk.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

Deno.test("X-01: a desk from the command line shows a stranger's book", async () => {
  const stranger = new Stranger(SPARE);
  try {
    const desk = await startDesk(
      [
        "--brokers",
        "tastytrade",
        "--tastytrade-url",
        `${stranger.url}/`,
        "--tastytrade-streamer-url",
        stranger.stream.url,
        "--tastytrade-feed-url",
        stranger.feed.url,
      ],
      null,
      {
        DELTADESK_TASTYTRADE_CLIENT_SECRET: "strange-secret",
        DELTADESK_TASTYTRADE_REFRESH_TOKEN: "strange-refresh",
      },
    );
    try {
      const held = await valuedBook(desk, 8);
      const rows = new Map(held.map((row) => [row.original_symbol, row]));
      assert.equal(rows.size, 12);
      for (const [key, quantity, multiplier, { bid, ask, greeks }] of expected(stranger)) {
        const row = rows.get(key);
        assert.deepEqual([row?.quantity, row?.multiplier], [quantity, multiplier], key);
        assert.ok(Math.abs((row?.price ?? NaN) - (bid + ask) / 2) < 1e-9, key);
        const delta = greeks === null ? 1 : greeks[0];
        assert.ok(Math.abs((row?.delta_per_contract ?? NaN) - delta) < 1e-6, key);
        assert.equal(row?.day_pnl, null, key);
      }
      assert.deepEqual(stranger.problems, []);
      desk.kill("SIGTERM");
      assert.equal(await desk.ended, 0, desk.output());
    } finally {
      await desk.stop();
    }
  } finally {
    await stranger.stop();
  }
});
