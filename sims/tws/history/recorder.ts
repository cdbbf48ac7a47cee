import { dayOfIso } from "../../../lib/world/civil.ts";
import { EVENT_KIND, type Instrument } from "../../../lib/world/mod.ts";
import { sessionOn } from "../../../lib/world/session.ts";
import type { MarketFace } from "../market_face.ts";
import { type Candle, SpanPath } from "./span_path.ts";

/** Length of what is recorded, ms: the smallest bar but one. */
export const RECORDED_MS = 5000;

interface Record {
  readonly candles: Candle[];
  /** Volume of the day when the recording began. */
  readonly volumeBefore: number;
}

/** The present day of every underlying, five seconds by five seconds, at the mid of its quotes. */
export class Recorder {
  readonly #market: MarketFace;
  readonly #records = new Map<number, Record>();
  #openAt: number;

  constructor(market: MarketFace) {
    this.#market = market;
    this.#openAt = openOf(market.world.session().date);
    for (const { id } of market.world.instruments()) this.#take(id, 0);
    market.follow({
      touched: (id, kind) => this.#touched(id, kind),
      happened: (event) => {
        if (event.kind !== "sessionOpened") return;
        this.#openAt = openOf(event.date);
        this.#records.clear();
      },
    });
  }

  /**
   * The day so far as spans that join: what was before the recording is a straight way from the
   * open. Empty before the first quote of the day.
   */
  today(instrument: Instrument): SpanPath[] {
    const record = this.#records.get(instrument.id);
    if (record === undefined) return [];
    const spans = record.candles.map((one) => new SpanPath(one, one.at + RECORDED_MS));
    const [first] = record.candles;
    const { dayOpen } = this.#market.latest(instrument);
    if (!(dayOpen > 0) || first.at <= this.#openAt) return spans;
    const before = {
      at: this.#openAt,
      open: dayOpen,
      high: Math.max(dayOpen, first.open),
      low: Math.min(dayOpen, first.open),
      close: first.open,
      volume: record.volumeBefore,
    };
    return [new SpanPath(before, first.at), ...spans];
  }

  #touched(id: number, kind: number): void {
    if (kind === EVENT_KIND.trade) {
      const { lastSize } = this.#market.latest(this.#market.instrument(id));
      this.#take(id, lastSize > 0 ? lastSize : 0);
    } else if (kind === EVENT_KIND.quote) this.#take(id, 0);
  }

  #take(id: number, volume: number): void {
    const instrument = this.#market.instrument(id);
    if (instrument.option !== undefined) return;
    const { bid, ask, last, quoteAt, tradeAt, dayVolume } = this.#market.latest(instrument);
    const isIndex = instrument.kind === "index";
    const price = isIndex ? last : (bid + ask) / 2;
    const touchedAt = Math.max(quoteAt || 0, tradeAt || 0);
    if (!(price > 0) || touchedAt < this.#openAt) return;
    const at = Math.floor(touchedAt / RECORDED_MS) * RECORDED_MS;
    const known = this.#records.get(id);
    const volumeBefore = dayVolume > 0 ? dayVolume : 0;
    const record = known ?? { candles: [], volumeBefore };
    if (known === undefined) this.#records.set(id, record);
    const last5 = record.candles[record.candles.length - 1];
    if (last5 === undefined || last5.at < at) {
      const open = last5 === undefined ? price : last5.close;
      record.candles.push({
        at,
        open,
        high: Math.max(open, price),
        low: Math.min(open, price),
        close: price,
        volume: known === undefined ? 0 : volume,
      });
      return;
    }
    record.candles[record.candles.length - 1] = {
      ...last5,
      high: Math.max(last5.high, price),
      low: Math.min(last5.low, price),
      close: price,
      volume: last5.volume + volume,
    };
  }
}

function openOf(date: string): number {
  return sessionOn(dayOfIso(date)).openAt;
}
