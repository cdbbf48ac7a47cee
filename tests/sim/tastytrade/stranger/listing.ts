/** Something that a stranger's broker lists, with what its feed says of it. */
export interface Listing {
  readonly symbol: string;
  readonly type: string;
  /** Name on the feed; null: the feed never says anything about it. */
  readonly streamer: string | null;
  /** What its definition says, beside symbol and type; null: the broker defines no such symbol. */
  readonly terms: Readonly<Record<string, unknown>> | null;
  readonly bid: number;
  readonly ask: number;
  /** delta, gamma, theta, vega, rho and volatility per long unit; null: not an option. */
  readonly greeks: readonly number[] | null;
}

const DAY_MS = 86_400_000;
const MONTHS = "FGHJKMNQUVXZ";

/** The third Friday two months ahead, as "YYYY-MM-DD"; June's may be a holiday. */
function farFriday(now: number): string {
  const { year, month } = monthAfter(now, 2);
  const first = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const day = 1 + (5 - first + 7) % 7 + 14;
  return new Date(Date.UTC(year, month, day)).toISOString().slice(0, 10);
}

function monthAfter(now: number, count: number): { year: number; month: number } {
  const at = new Date(now);
  const there = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + count, 1));
  const month = there.getUTCMonth();
  return { year: there.getUTCFullYear(), month: month === 5 ? 6 : month };
}

function occ(root: string, date: string, right: string, strike: number): string {
  const thousandths = String(Math.round(strike * 1000)).padStart(8, "0");
  return `${root.padEnd(6)}${date.replaceAll("-", "").slice(2)}${right}${thousandths}`;
}

/** What the broker of these tests lists; dates are ahead of `now`. */
export function listings(now: number) {
  const date = farFriday(now);
  const [year, month] = [Number(date.slice(0, 4)), Number(date.slice(5, 7)) - 1];
  const quarter = [2, 5, 8, 11].find((one) => one > month) ?? 2;
  const quarterYear = quarter > month ? year : year + 1;
  const short = date.replaceAll("-", "").slice(2);
  const future = `/ES${MONTHS[quarter]}${quarterYear % 10}`;
  const futureEnd = `${quarterYear}-${String(quarter + 1).padStart(2, "0")}-16`;
  const month2 = `${MONTHS[month]}${year % 10}`;
  const onFuture = `.${future.padEnd(6)}${`EW3${month2}`.padEnd(6)}${short}P5750`;
  const option = (root: string, right: string, strike: number, more: object) => ({
    symbol: occ(root, date, right, strike),
    type: "Equity Option",
    streamer: `.${root}${short}${right}${strike}`,
    terms: {
      "expiration-date": date,
      "strike-price": String(strike),
      "option-type": right,
      "root-symbol": root,
      "shares-per-contract": "100.0",
      "days-to-expiration": Math.round((Date.parse(date) - now) / DAY_MS),
      "expires-at": `${date}T21:00:00Z`,
      "option-chain-type": "Standard",
      ...more,
    },
  });
  const share = (symbol: string, bid: number, ask: number, more: object = {}): Listing => ({
    symbol,
    type: "Equity",
    streamer: symbol,
    terms: { "listed-market": "ARCX", "tick-sizes": [{ value: 0.01 }], ...more },
    bid,
    ask,
    greeks: null,
  });
  const onSpy = { "underlying-symbol": "SPY", "settlement-type": "PM" };
  const onSpx = { "underlying-symbol": "SPX", "exercise-style": "European" };
  const all = {
    spy: share("SPY", 600.1, 600.14),
    spx: share("SPX", NaN, NaN, { "is-index": true }),
    classB: share("BRK/B", 480.5, 480.7),
    aapl: share("AAPL", 250.2, 250.24),
    quiet: { ...share("QUIET", NaN, NaN), streamer: null },
    put: {
      ...option("SPY", "P", 500, onSpy),
      bid: 7.4,
      ask: 7.44,
      greeks: [-0.125, 0.004, -0.09, 0.6, -0.3, 0.21],
    },
    eveningPut: {
      ...option("SPXW", "P", 5900, { ...onSpx, "settlement-type": "PM" }),
      bid: 80,
      ask: 80.4,
      greeks: [-0.3, 0.001, -1.2, 8.5, -4.1, 0.19],
    },
    morningCall: {
      ...option("SPX", "C", 6000, { ...onSpx, "settlement-type": "AM" }),
      bid: 120,
      ask: 121,
      greeks: [0.55, 0.001, -1.5, 9, 5, 0.17],
    },
    classBCall: {
      ...option("BRKB", "C", 490, { "underlying-symbol": "BRK/B", "settlement-type": "PM" }),
      bid: 9,
      ask: 9.2,
      greeks: [0.4, 0.01, -0.12, 0.7, 0.25, 0.18],
    },
    adjusted: {
      ...option("AAPL1", "C", 150, {
        "underlying-symbol": "AAPL",
        "settlement-type": "PM",
        "option-chain-type": "Non-standard",
      }),
      bid: 98,
      ask: 99,
      greeks: [0.98, 0.001, -0.02, 0.05, 0.3, 0.35],
    },
    future: {
      symbol: future,
      type: "Future",
      streamer: `/ES${MONTHS[quarter]}${quarterYear % 100}:XCME`,
      terms: {
        "product-code": "ES",
        "notional-multiplier": 50,
        "expiration-date": futureEnd,
        "expires-at": `${futureEnd}T14:30:00.000+00:00`,
        "tick-size": "0.25",
      },
      bid: 6010.25,
      ask: 6010.5,
      greeks: null,
    },
    onFuture: {
      symbol: onFuture,
      type: "Future Option",
      streamer: `./EW3${MONTHS[month]}${year % 100}P5750:XCME`,
      terms: {
        "underlying-symbol": future,
        multiplier: 1,
        "notional-value": "0.5",
        "underlying-count": "1.0",
        "expiration-date": date,
        "expires-at": `${date}T21:00:00+0000`,
        "settlement-type": "Future",
      },
      bid: 40,
      ask: 40.5,
      greeks: [-0.2, 0.0008, -0.9, 6, -1, 0.18],
    },
    coin: {
      symbol: "BTC/USD",
      type: "Cryptocurrency",
      streamer: "BTC/USD:CXTALP",
      terms: { "tick-size": 0.01 },
      bid: 90_000,
      ask: 90_010,
      greeks: null,
    },
  } satisfies Record<string, Listing>;
  return { date, all };
}

/** What `listings` answers. */
export type Listings = ReturnType<typeof listings>;
