import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import { marketStateAt, tradeDateAt } from "../../../calendar/market_state.ts";
import { DAY_MS, parseDay } from "../../../calendar/date.ts";
import { previousSession } from "../../../calendar/sessions.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import type { Answer, Bar, BarQuery, BrokerError, PreviousClose } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { IbAsks } from "../asks.ts";
import { IB_CODES, isPacing } from "../codes.ts";
import type { IbLink, IbPart } from "../link.ts";
import type { IbBar, IbHistoryQuery, IbNotice } from "../wire/client.ts";
import {
  type BarContract,
  barRequests,
  contractIdentity,
  requestIdentity,
} from "./bar_requests.ts";
import { barStart } from "./bar_time.ts";
import { HistoryPace, type PacedRequest } from "./history_pace.ts";

const ANSWER_MS = 60_000;
/** Requests that may wait for their turn. */
const WAITING_MAX = 200;
/** How often a request is made again after the pace was too high. */
const TRIES_MAX = 3;
const MINUTE_MS = 60_000;
const NO_DATA = /no data|returned no/i;
/** Sessions back that are asked for when a previous close is missing: a long weekend and one. */
const CLOSE_DAYS = 7;

/** What history of IB is made from. */
export interface IbHistoryOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** By what contract IB is asked for an instrument, and its kind; null when it is not known. */
  readonly contractOf: (instrument: Instrument) => BarContract | null;
}

interface Waiting extends PacedRequest {
  readonly query: IbHistoryQuery;
  readonly signal: AbortSignal;
  readonly settle: (result: Result<readonly IbBar[], BrokerError>) => void;
  tries: number;
}

/**
 * Historical bars at IB's pace: requests wait for their turn instead of breaking a rule, and one
 * that broke it all the same is made again after a pause. A bar that may still be forming is none
 * (R29). Source: ib.md §7.1.
 */
export class IbHistory implements IbPart {
  readonly #options: IbHistoryOptions;
  readonly #pace = new HistoryPace();
  readonly #asks: IbAsks<IbBar>;
  #link: IbLink | null = null;
  #waiting: Waiting[] = [];
  #timer: Timer | null = null;

  constructor(options: IbHistoryOptions) {
    this.#options = options;
    const { timers } = options;
    this.#asks = new IbAsks({ timers, kind: "history", what: "bars", timeoutMs: ANSWER_MS });
  }

  /** Requests that wait for their turn. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** Complete bars of an instrument that start in the span or its newest part, ascending. */
  async bars(instrument: Instrument, query: BarQuery, signal: AbortSignal): Answer<Bar[]> {
    const contract = this.#options.contractOf(instrument);
    if (contract === null) {
      return fail(failure("unknownInstrument", `no contract for ${query.instrumentKey}`));
    }
    const requests = barRequests(contract, query, this.#options.clock.now());
    const answers = await Promise.all(requests.map((one) => this.#ask(one, signal)));
    const bars = new Map<UnixMs, Bar>();
    for (const answer of answers) {
      if (!answer.ok) return answer;
      for (const bar of answer.value) {
        const read = readBar(bar);
        if (read !== null) bars.set(read.startsAt, read);
      }
    }
    return ok(this.#complete([...bars.values()], instrument, query));
  }

  /** The close of the session before the present one, from daily bars; null when IB has none. */
  async previousClose(instrument: Instrument, signal: AbortSignal): Answer<PreviousClose | null> {
    const now = this.#options.clock.now();
    const session = sessionBefore(now);
    const day = session === null ? null : parseDay(session);
    if (session === null || day === null || !day.ok) return ok(null);
    const from = (day.value - CLOSE_DAYS) * DAY_MS;
    const query = { instrumentKey: instrument.key, size: "1d", from, to: now } as const;
    const bars = await this.bars(instrument, query, signal);
    if (!bars.ok) return bars;
    const bar = bars.value.find(({ startsAt }) => startsAt === day.value * DAY_MS);
    if (bar === undefined) return ok(null);
    return ok({ instrumentKey: instrument.key, close: bar.close, session });
  }

  began(link: IbLink): void {
    this.#link = link;
    this.#pump();
  }

  ended(reason: string): void {
    this.#link = null;
    this.#timer?.cancel();
    this.#timer = null;
    this.#pace.reset();
    this.#asks.ended(reason);
    const waiting = this.#waiting.splice(0);
    for (const one of waiting) one.settle(fail(failure("notConnected", `bars: ${reason}`)));
  }

  /** Ends everything; nothing is sent. */
  close(): void {
    this.ended("closed");
  }

  historicalBar(id: number, bar: IbBar): void {
    this.#asks.add(id, bar);
  }

  historicalEnd(id: number): void {
    if (this.#asks.end(id)) this.#pace.kept();
  }

  notice(notice: IbNotice): void {
    const { id, code, text } = notice;
    const isPace = isPacing(notice);
    // "No data" is an answer, not a refusal.
    if (code === IB_CODES.history && !isPace && NO_DATA.test(text)) this.historicalEnd(id);
    else if (this.#asks.notice(notice) && isPace) {
      this.#pace.violated(this.#options.clock.monotonic());
    }
  }

  #ask(query: IbHistoryQuery, signal: AbortSignal): Answer<readonly IbBar[]> {
    if (signal.aborted) return Promise.resolve(fail(failure("canceled", "bars: canceled")));
    if (this.#link === null) {
      return Promise.resolve(fail(failure("notConnected", "bars: not connected")));
    }
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.resolve(fail(failure("rateLimited", "too many bars are asked for at once")));
    }
    const { promise, resolve } = Promise.withResolvers<Result<readonly IbBar[], BrokerError>>();
    const contract = contractIdentity(query.contract) + query.whatToShow;
    const one: Waiting = {
      query,
      signal,
      identity: requestIdentity(query),
      contract,
      settle: resolve,
      tries: 0,
    };
    const abort = () => {
      this.#waiting = this.#waiting.filter((other) => other !== one);
      resolve(fail(failure("canceled", "bars: canceled")));
    };
    signal.addEventListener("abort", abort, { once: true });
    this.#waiting.push(one);
    this.#pump();
    return promise.finally(() => signal.removeEventListener("abort", abort));
  }

  /** Makes the requests whose time has come, and looks again when the next one's does. */
  #pump(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const link = this.#link;
    if (link === null || !link.isReady()) return;
    const now = this.#options.clock.monotonic();
    let soonest = Infinity;
    for (const one of [...this.#waiting]) {
      const waitMs = this.#pace.waitMs(one, now);
      if (waitMs > 0) {
        soonest = Math.min(soonest, waitMs);
        continue;
      }
      this.#waiting = this.#waiting.filter((other) => other !== one);
      this.#pace.made(one, now);
      void this.#make(link, one);
    }
    if (Number.isFinite(soonest)) {
      this.#timer = this.#options.timers.setTimer(soonest, () => this.#pump());
    }
  }

  async #make(link: IbLink, one: Waiting): Promise<void> {
    const answer = await this.#asks.ask(link, one.signal, {
      send: (client, id) => client.reqHistory(id, one.query),
      cancel: (client, id) => client.cancelHistory(id),
    });
    this.#pace.ended();
    const isAgain = !answer.ok && answer.error.code === "rateLimited" && ++one.tries < TRIES_MAX &&
      this.#link === link && !one.signal.aborted;
    if (isAgain) this.#waiting.push(one);
    else one.settle(answer);
    this.#pump();
  }

  #complete(bars: readonly Bar[], instrument: Instrument, query: BarQuery): Bar[] {
    const now = this.#options.clock.now();
    const { from, to, size } = query;
    const sorted = bars.toSorted((a, b) => a.startsAt - b.startsAt);
    return sorted.filter((bar) =>
      bar.startsAt >= from && bar.startsAt < to &&
      (size === "1m" ? bar.startsAt + MINUTE_MS <= now : isDayOver(bar.startsAt, instrument, now))
    );
  }
}

/** The session of a daily bar is over when its market closed on that date. */
function isDayOver(startsAt: UnixMs, { sessionClass }: Instrument, now: UnixMs): boolean {
  const state = marketStateAt(now, sessionClass);
  if (!state.ok) return startsAt + DAY_MS <= now;
  const day = startsAt / DAY_MS;
  if (state.value.phase === "open") {
    const current = parseDay(state.value.session.date);
    return current.ok && day < current.value;
  }
  const last = state.value.previousDate === null ? null : parseDay(state.value.previousDate);
  return last !== null && last.ok && day <= last.value;
}

function sessionBefore(now: UnixMs): IsoDate | null {
  const today = tradeDateAt(now);
  const before = today.ok ? previousSession(today.value) : today;
  return before.ok ? before.value : null;
}

/** A bar of the desk; null when its time or its prices are none. Volume that IB has not is 0. */
export function readBar({ time, open, high, low, close, volume }: IbBar): Bar | null {
  const startsAt = barStart(time);
  const isWhole = [open, high, low, close].every(Number.isFinite) &&
    low <= Math.min(open, close) && high >= Math.max(open, close);
  if (startsAt === null || !isWhole) return null;
  return { startsAt, open, high, low, close, volume: volume > 0 ? volume : 0 };
}

function failure(code: BrokerError["code"], message: string): BrokerError {
  return { code, message, fix: null };
}
