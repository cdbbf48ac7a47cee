import type { Stranger } from "./stranger.ts";

/** What can be valued: the desk's name of it, signed quantity, multiplier and listing. */
export function expected({ listings: { date, all } }: Stranger) {
  return [
    ["SPY", 100, 1, all.spy],
    [`SPY ${date} P 500 x100`, -2, 100, all.put],
    [`SPXW ${date} P 5900 x100`, 1, 100, all.eveningPut],
    [`SPX ${date} C 6000 x100`, -1, 100, all.morningCall],
    [`BRKB ${date} C 490 x100`, 3, 100, all.classBCall],
    [all.future.symbol, -1, 50, all.future],
    [`EW3 ${date} P 5750 x50`, -3, 50, all.onFuture],
    ["BTC/USD", 0.25000001, 1, all.coin],
  ] as const;
}
