import { civilOf, weekday } from "../../../lib/world/civil.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import { sessionOn } from "../../../lib/world/session.ts";
import type { MarketFace } from "../market_face.ts";
import { zonedTime } from "../times.ts";
import { Candles, dateText, type DayCandle, zoneOf } from "./candles.ts";
import { type BarSize, type Duration, firstDay, type WhatToShow } from "./query.ts";
import { type Candle, joined } from "./span_path.ts";

const SESSIONS_MAX = 8000;

/** What bars are asked for. */
export interface BarQuery {
  readonly instrument: Instrument;
  readonly size: BarSize;
  readonly duration: Duration;
  readonly shown: WhatToShow;
  /** 1 local text, 2 epoch seconds; days are dates in both. */
  readonly formatDate: number;
  /** Unix ms. */
  readonly end: number;
}

/** A bar as it travels; volume, average price and count are −1 where they do not apply. */
export interface TimedBar {
  readonly date: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly wap: number;
  readonly count: number;
}

/** Makes the bars of the interface from the prices of the world. */
export class Bars {
  readonly candles: Candles;
  readonly #market: MarketFace;

  constructor(market: MarketFace) {
    this.#market = market;
    this.candles = new Candles(market);
  }

  /** Every bar of a query, oldest first; empty when there is no data. */
  of(query: BarQuery): TimedBar[] {
    const { instrument, shown } = query;
    const hasQuotes = instrument.kind !== "index";
    if (!hasQuotes && shown !== "TRADES" && shown !== "ADJUSTED_LAST") return [];
    return query.size.unit === "seconds" ? this.#intraday(query) : this.#daily(query);
  }

  /** Instant from which on the bars of a query begin, Unix ms. */
  startOf(query: BarQuery): number {
    const { duration, end } = query;
    const sessions = (count: number): number[] => this.candles.sessionsUntil(end, count);
    switch (duration.unit) {
      case "S": {
        const [last] = sessions(1);
        const closeAt = last === undefined ? end : sessionOn(last).regularCloseAt;
        const from = Math.min(end, closeAt) - duration.count * 1000;
        const stepMs = query.size.unit === "seconds" ? query.size.seconds * 1000 : 1000;
        return Math.ceil(from / stepMs) * stepMs;
      }
      case "D": {
        const [first] = sessions(Math.min(duration.count, SESSIONS_MAX));
        return first === undefined ? end : sessionOn(first).openAt;
      }
      case "W":
      case "M":
      case "Y": {
        const [last] = sessions(1);
        if (last === undefined) return end;
        return sessionOn(last).openAt + (firstDay(duration, last) - last) * 86_400_000;
      }
    }
  }

  #intraday(query: BarQuery): TimedBar[] {
    const { instrument, size, end, formatDate } = query;
    if (size.unit !== "seconds") return [];
    const from = this.startOf(query);
    const zone = zoneOf(instrument);
    return this.candles.within(instrument, from, end, size.seconds * 1000).map((candle) => {
      const date = formatDate === 2
        ? String(Math.floor(candle.at / 1000))
        : zonedTime(candle.at, zone);
      return this.bar(query, candle, date);
    });
  }

  #daily(query: BarQuery): TimedBar[] {
    const { instrument, size, end } = query;
    const first = Math.floor(this.startOf(query) / 86_400_000);
    const days = this.candles.days(instrument, first, end);
    const groups = Map.groupBy(days, ({ dayNo }) => periodOf(dayNo, size));
    return [...groups.values()].flatMap((group) => {
      const whole = joined(group);
      const last: DayCandle | undefined = group[group.length - 1];
      return whole === null ? [] : [this.bar(query, whole, dateText(last.dayNo))];
    });
  }

  /** A candle at the mid as a bar of what is shown. */
  bar(query: BarQuery, candle: Candle, date: string): TimedBar {
    const { instrument, shown } = query;
    const half = this.#halfSpread(instrument);
    const { small } = instrument.ticks;
    const onTick = (price: number): number => Math.max(0, Math.round(price * small) / small);
    const exact = (price: number): number => Math.round(price * 1e4) / 1e4;
    const prices = (price: (mid: number) => number) => ({
      open: price(candle.open),
      high: price(candle.high),
      low: price(candle.low),
      close: price(candle.close),
    });
    const none = { date, volume: -1, wap: -1, count: -1 };
    switch (shown) {
      case "TRADES":
      case "ADJUSTED_LAST": {
        const bar = prices(onTick);
        const { volume } = candle;
        const wap = Math.round((bar.high + bar.low + bar.close) / 3 * 1e3) / 1e3;
        return { date, ...bar, volume, wap, count: Math.ceil(volume / 120) };
      }
      case "MIDPOINT":
        return { ...none, ...prices(exact) };
      case "BID":
        return { ...none, ...prices((mid) => onTick(mid - half)) };
      case "ASK":
        return { ...none, ...prices((mid) => onTick(mid + half)) };
      case "BID_ASK":
        return {
          ...none,
          open: onTick((candle.high + candle.low) / 2 - half),
          high: onTick(candle.high + half),
          low: onTick(candle.low - half),
          close: onTick((candle.high + candle.low) / 2 + half),
        };
    }
  }

  #halfSpread(instrument: Instrument): number {
    const { bid, ask } = this.#market.latest(instrument);
    const least = 0.5 / instrument.ticks.small;
    if (instrument.option === undefined) {
      return Math.max(least, this.#market.listingOf(instrument).halfSpread);
    }
    return bid >= 0 && ask > bid ? (ask - bid) / 2 : least;
  }
}

/** A number that the days of one bar share. */
function periodOf(dayNo: number, size: BarSize): number {
  switch (size.unit) {
    case "week":
      return dayNo - (weekday(dayNo) + 6) % 7;
    case "month": {
      const { year, month } = civilOf(dayNo);
      return year * 12 + month;
    }
    case "day":
    case "seconds":
      return dayNo;
  }
}
