import type { UnixMs } from "../../../base/brand.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import { marketStateAt } from "../../../calendar/market_state.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import type { Answer, Bar, BarQuery, BarSize, BrokerError } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { DxlinkFeed } from "../dxlink_feed.ts";
import type { ListedInstrument } from "../map/listed_instrument.ts";
import type { Candle } from "../wire/dxlink/candle_series.ts";
import { canceled } from "../rest/not_asked.ts";
import { unlessAborted } from "../rest/waiting.ts";

/** Time that a series is given, with the connection it may need, ms. */
const ANSWER_MS = 75_000;
/** Series that may be asked for and wait at a time. */
const WAITING_MAX = 32;

const PERIOD: Readonly<Record<BarSize, string>> = { "1m": "{=1m}", "1d": "{=1d}" };
const SIZE_MS: Readonly<Record<BarSize, number>> = { "1m": 60_000, "1d": 86_400_000 };

type Series = Result<readonly Candle[], BrokerError>;

/** What bars come from. */
export interface CandleSource {
  readonly feed: Pick<DxlinkFeed, "addCandles" | "removeCandles">;
  readonly clock: Clock;
  readonly timers: Timers;
}

/**
 * Bars from candle snapshots of the feed: subscribed, taken over whole, ended. A series has one
 * listener, so that two questions about one symbol come one after the other. The candle that may
 * still be forming is no bar (R29). Source: dxlink.md §5.
 */
export class CandleBars {
  readonly #source: CandleSource;
  readonly #turns = new Map<string, Promise<unknown>>();
  readonly #closing = new AbortController();
  #waiting = 0;

  constructor(source: CandleSource) {
    this.#source = source;
  }

  /** Complete bars in the span; fails with "timeout" when the feed brings no snapshot. */
  async bars(listed: ListedInstrument, query: BarQuery, signal: AbortSignal): Answer<Bar[]> {
    const { instrument, streamerSymbol } = listed;
    if (streamerSymbol === null) {
      const message = `the feed of tastytrade has no symbol for ${instrument.key}`;
      return fail({ code: "unsupported", message, fix: null });
    }
    if (this.#waiting >= WAITING_MAX) return tooMany();
    this.#waiting++;
    try {
      const either = AbortSignal.any([signal, this.#closing.signal]);
      const symbol = `${streamerSymbol}${PERIOD[query.size]}`;
      const series = await this.#inTurn(symbol, query.from, either);
      return series.ok ? ok(this.#barsOf(series.value, instrument, query)) : series;
    } finally {
      this.#waiting--;
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  async #inTurn(symbol: string, from: UnixMs, signal: AbortSignal): Promise<Series> {
    const before = this.#turns.get(symbol) ?? Promise.resolve();
    const own = before.then(() => this.#series(symbol, from, signal)).finally(() => {
      if (this.#turns.get(symbol) === own) this.#turns.delete(symbol);
    });
    this.#turns.set(symbol, own);
    return await unlessAborted(own, signal) ?? canceled();
  }

  #series(symbol: string, from: UnixMs, signal: AbortSignal): Promise<Series> {
    if (signal.aborted) return Promise.resolve(canceled());
    const { feed, timers } = this.#source;
    const { promise, resolve } = Promise.withResolvers<Series>();
    const added = feed.addCandles(symbol, from, {
      replaced: (candles) => resolve(ok([...candles])),
      changed() {},
      removed() {},
      noData: () => resolve(ok([])),
    });
    if (!added.ok) return Promise.resolve(tooMany());
    const abort = (): void => resolve(canceled());
    signal.addEventListener("abort", abort, { once: true });
    const late = timers.setTimer(ANSWER_MS, () => resolve(tooLate(symbol)));
    return promise.finally(() => {
      late.cancel();
      signal.removeEventListener("abort", abort);
      feed.removeCandles(symbol);
    });
  }

  #barsOf(candles: readonly Candle[], instrument: Instrument, query: BarQuery): Bar[] {
    const now = this.#source.clock.now();
    const isOpen = isTrading(instrument, now);
    const { from, to, size } = query;
    return candles.filter((candle, index) => {
      // The newest is complete only when no trade can change it any more.
      const mayForm = index === candles.length - 1 && isOpen;
      const isOver = !mayForm && candle.startsAt + SIZE_MS[size] <= now;
      return isOver && candle.startsAt >= from && candle.startsAt < to && isWhole(candle);
    }).map(({ startsAt, open, high, low, close, volume }) => ({
      startsAt,
      open,
      high,
      low,
      close,
      volume: Number.isFinite(volume) ? volume : 0,
    }));
  }
}

/** An index has no volume; prices are needed, and must hang together. */
function isWhole({ open, high, low, close }: Candle): boolean {
  return [open, high, low, close].every(Number.isFinite) &&
    low <= Math.min(open, close) && high >= Math.max(open, close);
}

function isTrading({ sessionClass }: Instrument, now: UnixMs): boolean {
  const state = marketStateAt(now, sessionClass);
  return !state.ok || state.value.phase === "open";
}

function tooMany(): Result<never, BrokerError> {
  const message = "too many series of bars are asked for at once";
  return fail({ code: "rateLimited", message, fix: "ask again later" });
}

function tooLate(symbol: string): Result<never, BrokerError> {
  const message = `bars of ${symbol}: no answer within ${ANSWER_MS / 1000} s`;
  return fail({ code: "timeout", message, fix: "look whether the feed is live" });
}
