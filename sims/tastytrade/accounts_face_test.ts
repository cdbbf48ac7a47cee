import assert from "node:assert/strict";
import { VirtualTime } from "../../lib/ports/virtual_time.ts";
import { AccountsFace } from "./accounts_face.ts";
import { isShown, MarketFace } from "./market_face.ts";

const OPEN_AT = Date.parse("2025-03-19T14:15:00Z");

function faces(count: 3 | 6) {
  const time = new VirtualTime(OPEN_AT);
  const market = new MarketFace({ clock: time, pace: "calendar", positions: 200 });
  const advance = (ms: number): void => {
    time.advance(ms);
    market.advance();
  };
  return { market, accounts: new AccountsFace(market, count), advance };
}

Deno.test("market time is the clock's while a session is open", () => {
  const { market, advance } = faces(3);
  assert.equal(market.aheadMs, 0);
  assert.equal(market.now(), OPEN_AT);
  advance(1000);
  assert.equal(market.now(), OPEN_AT + 1000);
});

for (const count of [3, 6] as const) {
  Deno.test(`dollars of ${count} accounts add up to the world's, also after fills`, () => {
    const { market, accounts, advance } = faces(count);
    assert.equal(accounts.accounts.length, count);
    for (let minute = 0; minute < 30; minute++) advance(60_000);
    for (const { id } of market.world.accounts()) {
      const own = accounts.accounts.filter((one) => one.worldId === id);
      const world = market.world.balances(id);
      const sum = own.reduce((total, one) => total + accounts.balances(one).netLiq, 0);
      const euros = market.world.positions(id).filter((position) =>
        !isShown(market.world.instruments()[position.instrument])
      );
      assert.ok(Math.abs(sum - world.cash.USD - world.marketValue.USD) < 1e-6);
      const held = own.flatMap((one) => accounts.positions(one)).length;
      assert.equal(held + euros.length, market.world.positions(id).length);
    }
    const fills = accounts.accounts.flatMap((one) => accounts.fills(one));
    assert.ok(fills.length > 0);
  });
}

Deno.test("a contract of a chain is listed when its feed symbol is asked for", () => {
  const { market } = faces(3);
  const chain = market.world.chain("SPY")[2];
  const day = chain.expiry.slice(2).replaceAll("-", "");
  const symbol = `.SPY${day}C${chain.strikes[5]}`;
  const instrument = market.ofStreamer(symbol);
  assert.equal(instrument?.option?.strike, chain.strikes[5]);
  assert.equal(market.ofStreamer(".SPY250101C5"), undefined);
  assert.equal(market.ofApi("SAP"), undefined);
});
