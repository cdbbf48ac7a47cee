import { dayOfIso, isoOf } from "../../../lib/world/civil.ts";
import type { Bar, Instrument } from "../../../lib/world/mod.ts";
import { isSession, sessionOn } from "../../../lib/world/session.ts";
import type { MarketFace } from "../market_face.ts";
import type { Zone } from "../times.ts";
import { dayIn, startOfDay } from "./asked_time.ts";
import { OptionPrices } from "./option_prices.ts";
import { Recorder } from "./recorder.ts";
import { type Candle, joined, SpanPath } from "./span_path.ts";

const BARS_MAX = 2000;

/** A candle of one or more whole sessions; `dayNo` is its last. */
export interface DayCandle extends Candle {
  readonly dayNo: number;
}

/** The zone in which an instrument trades. */
export function zoneOf({ currency, exchange }: Instrument): Zone {
  if (currency === "EUR") return "MET";
  return exchange === "CME" ? "US/Central" : "US/Eastern";
}

/** Prices of instruments in the past and today, at their mid. */
export class Candles {
  readonly #market: MarketFace;
  readonly #recorder: Recorder;
  readonly #options: OptionPrices;
  /** Whole sessions by underlying; they change when one ends. */
  readonly #past = new Map<number, { session: string; bars: ReadonlyMap<number, Bar> }>();

  constructor(market: MarketFace) {
    this.#market = market;
    this.#recorder = new Recorder(market);
    this.#options = new OptionPrices(market);
  }

  /** Session days of the world up to an instant, oldest first: at most `count`. */
  sessionsUntil(at: number, count: number): number[] {
    const days: number[] = [];
    const today = dayOfIso(this.#market.world.session().date);
    for (let day = today; days.length < count && day > today - 2 * count - 30; day--) {
      if (isSession(day) && sessionOn(day).openAt < at) days.push(day);
    }
    return days.reverse();
  }

  /** Bars of `sizeMs` that begin in [from, to), oldest first. */
  within(instrument: Instrument, from: number, to: number, sizeMs: number): Candle[] {
    const root = this.#market.underlyingOf(instrument);
    const groups = new Map<number, Candle[]>();
    const zone = zoneOf(instrument);
    for (const path of this.#paths(root, from, to)) {
      const midnight = startOfDay(path.from, zone);
      const first = midnight + Math.floor((path.from - midnight) / sizeMs) * sizeMs;
      for (let at = first; at < path.to; at += sizeMs) {
        const part = path.part(Math.max(at, from), Math.min(at + sizeMs, to));
        if (part === null) continue;
        const group = groups.get(at) ?? [];
        if (group.length === 0) groups.set(at, group);
        group.push(part);
      }
    }
    return [...groups].flatMap(([at, group]) => {
      const whole = joined(group);
      if (whole === null) return [];
      // The first bar of a session begins with it, every other where the clock says.
      const { openAt } = sessionOn(dayIn(whole.at, zone));
      const labelled = { ...whole, at: Math.max(at, openAt) };
      return [this.#options.of(instrument, labelled, at + sizeMs)];
    });
  }

  /** Bars of whole sessions from a day on that opened before an instant, oldest first. */
  days(instrument: Instrument, fromDay: number, to: number): DayCandle[] {
    const root = this.#market.underlyingOf(instrument);
    const candles: DayCandle[] = [];
    for (const [dayNo, bar] of this.#bars(root)) {
      if (dayNo >= fromDay && sessionOn(dayNo).openAt < to) candles.push(dayCandle(dayNo, bar));
    }
    const today = dayOfIso(this.#market.world.session().date);
    const whole = joined(
      this.#recorder.today(root).map((path) => path.part(path.from, Math.min(path.to, to)))
        .filter(isCandle),
    );
    const isKept = candles.some(({ dayNo }) => dayNo === today);
    if (whole !== null && !isKept && today >= fromDay) candles.push({ ...whole, dayNo: today });
    return candles.map((candle) => ({
      ...this.#options.of(instrument, candle, sessionOn(candle.dayNo).regularCloseAt),
      dayNo: candle.dayNo,
    }));
  }

  /** First day of which anything is known. */
  firstDay(instrument: Instrument): number | null {
    const [first] = this.#bars(this.#market.underlyingOf(instrument)).keys();
    return first ?? null;
  }

  #bars(root: Instrument): ReadonlyMap<number, Bar> {
    const { date, state } = this.#market.world.session();
    const session = `${date} ${state}`;
    const known = this.#past.get(root.id);
    if (known !== undefined && known.session === session) return known.bars;
    const all = this.#market.world.bars(root.id, BARS_MAX);
    const bars = new Map(all.map((bar) => [dayOfIso(bar.date), bar]));
    this.#past.set(root.id, { session, bars });
    return bars;
  }

  #paths(root: Instrument, from: number, to: number): SpanPath[] {
    const bars = this.#bars(root);
    const paths: SpanPath[] = [];
    for (const [dayNo, bar] of bars) {
      const { openAt, regularCloseAt } = sessionOn(dayNo);
      if (regularCloseAt <= from || openAt >= to) continue;
      paths.push(new SpanPath(dayCandle(dayNo, bar), regularCloseAt));
    }
    const today = dayOfIso(this.#market.world.session().date);
    if (bars.has(today)) return paths;
    return [
      ...paths,
      ...this.#recorder.today(root).filter((path) => path.to > from && path.from < to),
    ];
  }
}

function dayCandle(dayNo: number, { open, high, low, close, volume }: Bar): DayCandle {
  return { dayNo, at: sessionOn(dayNo).openAt, open, high, low, close, volume };
}

function isCandle(candle: Candle | null): candle is Candle {
  return candle !== null;
}

/** "20261120" of a day number. */
export function dateText(dayNo: number): string {
  return isoOf(dayNo).replaceAll("-", "");
}
