import { civilOf, DAY_MS, dayNumber, dayOfIso } from "../../../lib/world/civil.ts";
import { newYorkMs } from "../../../lib/world/civil.ts";
import { EVENT_KIND, type Instrument } from "../../../lib/world/mod.ts";
import { sessionOn } from "../../../lib/world/session.ts";
import type { MarketFace } from "../market_face.ts";
import type { CandleSymbol } from "./candle_symbol.ts";
import { type Candle, DayPath, joined } from "./day_path.ts";

const MINUTE_MS = 60_000;
const BARS_MAX = 2600;

/** Candles of underlyings: the world's daily bars, its present day by the minute, and mixtures. */
export class CandleFace {
  readonly #market: MarketFace;
  /** Minutes of the present day by instrument, oldest first. */
  readonly #minutes = new Map<number, Candle[]>();
  #date: string;

  constructor(market: MarketFace) {
    this.#market = market;
    this.#date = market.world.session().date;
    for (const { id, kind } of market.underlyings()) {
      this.#touch(id, kind === "index" ? EVENT_KIND.trade : EVENT_KIND.quote);
    }
    market.follow({
      touched: (id, kind) => this.#touch(id, kind),
      happened: (event) => {
        if (event.kind !== "sessionOpened") return;
        this.#date = event.date;
        this.#minutes.clear();
      },
    });
  }

  /** Newest first, down to `fromTime`, at most `max`; empty for what has no candles. */
  rows(instrument: Instrument, symbol: CandleSymbol, fromTime: number, max: number): Candle[] {
    if (instrument.option !== undefined) return [];
    const spans = symbol.unit === "m" || symbol.unit === "h"
      ? this.#withinDays(instrument, symbol, fromTime, max)
      : this.#days(instrument, symbol);
    return spans.filter((one) => one.time >= fromTime).reverse().slice(0, max);
  }

  /** The candle that is forming now; null when there is none. */
  forming(instrument: Instrument, symbol: CandleSymbol): Candle | null {
    return this.rows(instrument, symbol, this.#market.now() - 62 * DAY_MS, 1)[0] ?? null;
  }

  #days(instrument: Instrument, symbol: CandleSymbol): Candle[] {
    const bars = this.#market.world.bars(instrument.id, BARS_MAX);
    const days: Candle[] = bars.map((bar) => ({ ...bar, time: dayOfIso(bar.date) * DAY_MS }));
    const today = this.#today(instrument, dayOfIso(this.#date) * DAY_MS);
    if (today !== null) days.push(today);
    const groups = Map.groupBy(days, (one) => periodOf(one.time, symbol));
    return [...groups].map(([time, group]) => joined(group, time)).filter(isCandle);
  }

  #withinDays(
    instrument: Instrument,
    symbol: CandleSymbol,
    fromTime: number,
    max: number,
  ): Candle[] {
    const periodMs = symbol.count * (symbol.unit === "h" ? 60 : 1) * MINUTE_MS;
    const perDay = Math.ceil(7 * 60 * MINUTE_MS / periodMs);
    const count = Math.min(BARS_MAX, Math.ceil(max / perDay) + 1);
    const bars = this.#market.world.bars(instrument.id, count)
      .filter((bar) => (dayOfIso(bar.date) + 2) * DAY_MS >= fromTime);
    const past = bars.flatMap((bar) => {
      const path = new DayPath(bar);
      const from = startOf(bar.date, symbol.isSessionAligned);
      return spansOf(from, path.closeAt, periodMs)
        .map((start) => path.candle(start, start + periodMs));
    });
    const today = startOf(this.#date, symbol.isSessionAligned);
    const minutes = this.#minutesOf(instrument);
    const groups = Map.groupBy(
      minutes,
      (one) => today + Math.floor((one.time - today) / periodMs) * periodMs,
    );
    const present = [...groups].map(([time, group]) => joined(group, time));
    return [...past, ...present].filter(isCandle);
  }

  #today(instrument: Instrument, time: number): Candle | null {
    return joined(this.#minutesOf(instrument), time);
  }

  /** The minutes seen so far, and before the first of them a straight way from the day's open. */
  #minutesOf(instrument: Instrument): Candle[] {
    const seen = this.#minutes.get(instrument.id);
    if (seen === undefined) return [];
    const { openAt } = sessionOn(dayOfIso(this.#date));
    const { dayOpen } = this.#market.latest(instrument);
    const first = seen[0];
    if (!(dayOpen > 0) || first.time <= openAt) return seen;
    const price = (time: number): number => {
      const way = (time - openAt) / (first.time - openAt);
      return Math.round((dayOpen + (first.open - dayOpen) * way) * 1e4) / 1e4;
    };
    const before = spansOf(openAt, first.time, MINUTE_MS).map((time) => {
      const [open, close] = [price(time), price(time + MINUTE_MS)];
      const [high, low] = [Math.max(open, close), Math.min(open, close)];
      return { time, open, high, low, close, volume: 0 };
    });
    return [...before, ...seen];
  }

  #touch(id: number, kind: number): void {
    if (kind !== EVENT_KIND.trade && kind !== EVENT_KIND.quote) return;
    const instrument = this.#market.world.instruments()[id];
    if (instrument.option !== undefined) return;
    const { bid, ask, last, lastSize, tradeAt, quoteAt } = this.#market.latest(instrument);
    const isTrade = kind === EVENT_KIND.trade;
    const price = isTrade ? last : Math.round((bid + ask) * 5e3) / 1e4;
    const at = isTrade ? tradeAt : quoteAt;
    const size = isTrade && lastSize > 0 ? lastSize : 0;
    if (!(price > 0) || at < sessionOn(dayOfIso(this.#date)).openAt) return;
    const minutes = this.#minutes.get(id) ?? [];
    this.#minutes.set(id, minutes);
    const time = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const known = minutes[minutes.length - 1];
    if (known === undefined || known.time < time) {
      minutes.push({ time, open: price, high: price, low: price, close: price, volume: size });
      return;
    }
    minutes[minutes.length - 1] = {
      ...known,
      high: Math.max(known.high, price),
      low: Math.min(known.low, price),
      close: price,
      volume: known.volume + size,
    };
  }
}

function isCandle(candle: Candle | null): candle is Candle {
  return candle !== null;
}

function startOf(date: string, isSessionAligned: boolean): number {
  const dayNo = dayOfIso(date);
  return isSessionAligned ? sessionOn(dayNo).openAt : newYorkMs(dayNo, 0);
}

function spansOf(from: number, to: number, periodMs: number): number[] {
  const starts: number[] = [];
  for (let at = from; at < to; at += periodMs) starts.push(at);
  return starts;
}

/** Start of the day, week (Monday) or month that a day's midnight belongs to, UTC. */
function periodOf(time: number, symbol: CandleSymbol): number {
  const dayNo = Math.floor(time / DAY_MS);
  if (symbol.unit === "w") {
    const week = Math.floor((dayNo + 3) / 7 / symbol.count) * symbol.count;
    return (week * 7 - 3) * DAY_MS;
  }
  if (symbol.unit === "mo") {
    const { year, month } = civilOf(dayNo);
    const index = Math.floor((year * 12 + month - 1) / symbol.count) * symbol.count;
    return dayNumber(Math.floor(index / 12), (index % 12) + 1, 1) * DAY_MS;
  }
  return Math.floor(dayNo / symbol.count) * symbol.count * DAY_MS;
}
