import type { Instrument } from "../../../lib/world/mod.ts";
import type { Latest } from "../../latest.ts";
import type { MarketFace } from "../market_face.ts";
import { doubleText } from "../wire/field_writer.ts";
import type { Tick } from "./tick_sheet.ts";
import { TICK } from "./ticks.ts";

/** Generic ticks that a request may name. */
const KNOWN: ReadonlySet<string> = new Set(
  [100, 101, 104, 105, 106, 162, 165, 221, 225, 232, 233, 236, 258, 292, 293, 294, 295, 318, 375]
    .concat([411, 456, 460, 577, 586, 588, 595]).map(String),
);

const MONTH_YEARS = 30 / 365;
const WEEK_BARS = 5;

/** The first of a generic tick list that does not exist; null when all do. */
export function unknownGeneric(generics: readonly string[]): string | null {
  // "mdoff" and news subscriptions stand in the same list.
  const isWord = (one: string): boolean => one === "mdoff" || one.startsWith("292:");
  return generics.find((one) => !KNOWN.has(one) && !isWord(one)) ?? null;
}

/** Ticks that generic tick requests add to a line. */
export class GenericTicks {
  readonly #market: MarketFace;

  constructor(market: MarketFace) {
    this.#market = market;
  }

  /** The present ticks of what a line asks for. */
  of(generics: ReadonlySet<string>, instrument: Instrument, latest: Latest): Tick[] {
    const ticks: Tick[] = [];
    const isOption = instrument.option !== undefined;
    if (generics.has("100")) ticks.push(...this.#optionVolumes(instrument));
    if (generics.has("101")) ticks.push(...this.#openInterest(instrument));
    if (generics.has("221") || generics.has("232")) ticks.push(this.#mark(instrument));
    if (latest.tradeAt > 0 && (generics.has("233") || generics.has("375"))) {
      ticks.push(...tradeTexts(generics, latest));
    }
    if (isOption) return ticks;
    if (generics.has("104")) {
      ticks.push(generic(TICK.historicalVolatility, this.#iv(instrument, 0.94)));
    }
    if (generics.has("106")) ticks.push(generic(TICK.impliedVolatility, this.#iv(instrument, 1)));
    if (generics.has("105")) {
      ticks.push({
        kind: "size",
        type: TICK.averageOptionVolume,
        size: 900 * weightOf(instrument),
      });
    }
    if (generics.has("165")) ticks.push(...this.#statistics(instrument));
    if (instrument.kind === "equity") ticks.push(...this.#shareTicks(generics, instrument));
    if (generics.has("588") && instrument.kind === "future") {
      ticks.push({ kind: "size", type: TICK.futuresOpenInterest, size: 2_100_000 });
    }
    return ticks;
  }

  #mark(instrument: Instrument): Tick {
    const price = Math.round(this.#market.mark(instrument) * 1e4) / 1e4;
    return { kind: "price", type: TICK.mark, price, size: 0 };
  }

  #iv({ underlying }: Instrument, factor: number): number {
    const iv = this.#market.world.atmIv(underlying, MONTH_YEARS);
    return Math.round(iv * factor * 1e6) / 1e6;
  }

  /** An option tells its own side alone; an underlying the sums of its listed options. */
  #optionVolumes(instrument: Instrument): Tick[] {
    let [calls, puts] = [0, 0];
    for (const one of this.#optionsOf(instrument)) {
      const { dayVolume } = this.#market.latest(one);
      if (!(dayVolume > 0)) continue;
      if (one.option?.right === "call") calls += dayVolume;
      else puts += dayVolume;
    }
    return [
      { kind: "size", type: TICK.callVolume, size: calls },
      { kind: "size", type: TICK.putVolume, size: puts },
    ];
  }

  #openInterest(instrument: Instrument): Tick[] {
    let [calls, puts] = [0, 0];
    for (const one of this.#optionsOf(instrument)) {
      if (one.option?.right === "call") calls += openInterestOf(one);
      else puts += openInterestOf(one);
    }
    return [
      { kind: "size", type: TICK.callOpenInterest, size: calls },
      { kind: "size", type: TICK.putOpenInterest, size: puts },
    ];
  }

  #optionsOf(instrument: Instrument): readonly Instrument[] {
    if (instrument.option !== undefined) return [instrument];
    return this.#market.world.instruments().filter((one) =>
      one.option !== undefined && one.underlying === instrument.underlying
    );
  }

  #statistics(instrument: Instrument): Tick[] {
    const bars = this.#market.world.bars(instrument.id, 52 * WEEK_BARS);
    if (bars.length === 0) return [];
    const range = (weeks: number): [number, number] => {
      const last = bars.slice(-weeks * WEEK_BARS);
      const low = last.reduce((least, bar) => Math.min(least, bar.low), Infinity);
      return [low, last.reduce((most, bar) => Math.max(most, bar.high), -Infinity)];
    };
    const types = [
      [13, TICK.low13Weeks, TICK.high13Weeks],
      [26, TICK.low26Weeks, TICK.high26Weeks],
      [52, TICK.low52Weeks, TICK.high52Weeks],
    ] as const;
    const ticks: Tick[] = types.flatMap(([weeks, lowType, highType]): Tick[] => {
      const [low, high] = range(weeks);
      return [
        { kind: "price", type: lowType, price: low, size: 0 },
        { kind: "price", type: highType, price: high, size: 0 },
      ];
    });
    const volume = bars.reduce((sum, bar) => sum + bar.volume, 0) / bars.length;
    return [...ticks, { kind: "size", type: TICK.averageVolume, size: Math.round(volume / 100) }];
  }

  #shareTicks(generics: ReadonlySet<string>, instrument: Instrument): Tick[] {
    const ticks: Tick[] = [];
    if (generics.has("236")) {
      ticks.push(generic(TICK.shortable, 3));
      ticks.push({ kind: "size", type: TICK.shortableShares, size: 1e6 * weightOf(instrument) });
    }
    if (generics.has("456")) {
      const { dividendYield } = this.#market.listingOf(instrument);
      const yearly = dividendYield * this.#market.mark(instrument);
      const text = dividendYield === 0
        ? ",,,"
        : `${doubleText(cents(yearly))},${doubleText(cents(yearly))},,${
          doubleText(cents(yearly / 4))
        }`;
      ticks.push({ kind: "text", type: TICK.dividends, text });
    }
    return ticks;
  }
}

function generic(type: number, value: number): Tick {
  return { kind: "generic", type, value };
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}

function weightOf({ id }: Instrument): number {
  return 1 + id % 7;
}

/** Contracts that are open: none of the world's business, but the same for the same contract. */
function openInterestOf({ id }: Instrument): number {
  return 50 + (Math.imul(id + 1, 0x9e3779b1) >>> 18);
}

/** "price;size;timeMs;totalVolume;vwap;single" of the last trade. */
function tradeTexts(generics: ReadonlySet<string>, latest: Latest): Tick[] {
  const { last, lastSize, tradeAt, dayVolume, high, low } = latest;
  const vwap = Math.round((high + low + last) / 3 * 1e6) / 1e6;
  const number = (value: number): string => Number.isNaN(value) ? "" : doubleText(value);
  const text = [last, lastSize, Math.round(tradeAt), dayVolume, vwap].map(number).join(";") +
    ";true";
  const ticks: Tick[] = [];
  if (generics.has("233")) ticks.push({ kind: "text", type: TICK.rtVolume, text });
  if (generics.has("375")) ticks.push({ kind: "text", type: TICK.rtTradeVolume, text });
  return ticks;
}
