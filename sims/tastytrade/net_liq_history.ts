import { dayOfIso } from "../../lib/world/civil.ts";
import { sessionOn } from "../../lib/world/session.ts";
import type { AccountsFace } from "./accounts_face.ts";
import { historyTime, money } from "./decimals.ts";
import type { MarketFace } from "./market_face.ts";

const GAP_MS = 300_000;
const ROWS_MAX = 2000;
/** Share of the reference index's move that an account made before the simulator's time. */
const BETA = 0.5;
const DAYS_BACK: Readonly<Record<string, number>> = {
  "1d": 0,
  "1w": 5,
  "1m": 21,
  "3m": 63,
  "6m": 126,
  "1y": 252,
  all: 504,
};

interface Row {
  readonly at: number;
  open: number;
  high: number;
  low: number;
  close: number;
}

/** Net liq of each account in five-minute rows of the present, and by the day before that. */
export class NetLiqHistory {
  readonly #market: MarketFace;
  readonly #accounts: AccountsFace;
  readonly #rows = new Map<string, Row[]>();
  readonly #firstNetLiq = new Map<string, number>();
  #sampledAt = -Infinity;

  constructor(market: MarketFace, accounts: AccountsFace) {
    this.#market = market;
    this.#accounts = accounts;
    this.#sample();
    for (const { number } of accounts.accounts) {
      this.#firstNetLiq.set(number, this.#rows.get(number)?.[0].open ?? 0);
    }
    market.follow({
      stepped: () => {
        if (market.now() - this.#sampledAt >= GAP_MS / 5) this.#sample();
      },
    });
  }

  /** Rows for a `time-back`, oldest first; null for an unknown one. */
  rows(account: string, timeBack: string): Record<string, string>[] | null {
    const days = DAYS_BACK[timeBack];
    if (days === undefined) return null;
    const present = this.#rows.get(account) ?? [];
    return [...this.#past(account, days), ...present].map(resource);
  }

  #past(account: string, days: number): Row[] {
    const { world } = this.#market;
    const id = world.instrumentOf(world.referenceSymbol);
    const first = this.#firstNetLiq.get(account) ?? 0;
    if (id === undefined || days === 0) return [];
    const bars = world.bars(id, days);
    const base = bars.length === 0 ? 1 : bars[bars.length - 1].close;
    const value = (price: number): number => first * (1 + BETA * (price / base - 1));
    return bars.map((bar) => ({
      at: sessionOn(dayOfIso(bar.date)).openAt,
      open: value(bar.open),
      high: value(bar.high),
      low: value(bar.low),
      close: value(bar.close),
    }));
  }

  #sample(): void {
    this.#sampledAt = this.#market.now();
    const at = Math.floor(this.#sampledAt / GAP_MS) * GAP_MS;
    for (const account of this.#accounts.accounts) {
      const { netLiq } = this.#accounts.balances(account);
      const rows = this.#rows.get(account.number) ?? [];
      this.#rows.set(account.number, rows);
      const last = rows[rows.length - 1];
      if (last?.at !== at) {
        rows.push({ at, open: netLiq, high: netLiq, low: netLiq, close: netLiq });
        if (rows.length > ROWS_MAX) rows.shift();
        continue;
      }
      last.high = Math.max(last.high, netLiq);
      last.low = Math.min(last.low, netLiq);
      last.close = netLiq;
    }
  }
}

function resource(row: Row): Record<string, string> {
  const { open, high, low, close } = row;
  return {
    open: money(open),
    high: money(high),
    low: money(low),
    close: money(close),
    "pending-cash-open": "0.0",
    "pending-cash-high": "0.0",
    "pending-cash-low": "0.0",
    "pending-cash-close": "0.0",
    "total-open": money(open),
    "total-high": money(high),
    "total-low": money(low),
    "total-close": money(close),
    time: historyTime(row.at),
  };
}
