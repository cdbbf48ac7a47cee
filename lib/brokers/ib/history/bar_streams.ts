import type { Bar } from "../../../ports/broker.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import type { IbLink, IbPart } from "../link.ts";
import type { IbBar, IbHistoryQuery, IbNotice } from "../wire/client.ts";
import { readBar } from "./ib_history.ts";

/** Live updates were lost: the stream is over until it is asked for anew. */
const UPDATES_LOST = 10_182;
/** Identical requests keep apart; a little more than the rule, ms. */
const AGAIN_MS = 16_000;
const STREAMS_MAX = 40;

/** Who hears of the bars of a stream. */
export interface BarListener {
  /**
   * A bar is over. A bar that was told before is told again when IB has another close for it: the
   * later one replaces it.
   */
  closed(bar: Bar): void;
}

interface Stream {
  readonly query: IbHistoryQuery;
  readonly listener: BarListener;
  /** Bars told as closed: start and close of the newest. */
  told: Bar | null;
  /** The newest bar, which may change still; null when nothing is known of it. */
  forming: Bar | null;
  again: Timer | null;
}

/**
 * Bars that go on by themselves. The newest bar is told when the next one began, never before: what
 * a stalled stream leaves half is dropped, and comes whole with the next request (R29).
 */
export class IbBarStreams implements IbPart {
  readonly #timers: Timers;
  readonly #streams = new Map<number, Stream>();
  readonly #wanted = new Set<Stream>();
  #link: IbLink | null = null;

  constructor({ timers }: { readonly timers: Timers }) {
    this.#timers = timers;
  }

  /** Follows bars until the answer is called; null when too many are followed. */
  follow(query: Omit<IbHistoryQuery, "end" | "keepsUpToDate">, listener: BarListener) {
    if (this.#wanted.size >= STREAMS_MAX) return null;
    const asked = { ...query, end: "", keepsUpToDate: true };
    const stream: Stream = { query: asked, listener, told: null, forming: null, again: null };
    this.#wanted.add(stream);
    this.#ask(stream);
    return (): void => this.#drop(stream);
  }

  began(link: IbLink): void {
    this.#link = link;
    this.#streams.clear();
    for (const stream of this.#wanted) this.#ask(stream);
  }

  ended(_reason: string): void {
    this.#link = null;
    this.#streams.clear();
    for (const stream of this.#wanted) this.#stall(stream);
  }

  dataLost(): void {
    for (const id of [...this.#streams.keys()]) this.#askAgain(id);
  }

  historicalBar(id: number, bar: IbBar): void {
    this.#take(id, bar);
  }

  historicalUpdate(id: number, bar: IbBar): void {
    this.#take(id, bar);
  }

  notice({ id, code }: IbNotice): void {
    if (code === UPDATES_LOST) this.#askAgain(id);
  }

  #take(id: number, sent: IbBar): void {
    const stream = this.#streams.get(id);
    const bar = stream === undefined ? null : readBar(sent);
    if (stream === undefined || bar === null) return;
    const { forming } = stream;
    if (forming !== null && bar.startsAt > forming.startsAt) this.#close(stream, forming);
    if (forming === null || bar.startsAt >= forming.startsAt) stream.forming = bar;
  }

  #close(stream: Stream, bar: Bar): void {
    const { told } = stream;
    if (told !== null && told.startsAt === bar.startsAt && told.close === bar.close) return;
    if (told !== null && told.startsAt > bar.startsAt) return;
    stream.told = bar;
    stream.listener.closed(bar);
  }

  #ask(stream: Stream): void {
    const link = this.#link;
    if (link === null) return;
    const id = link.nextId();
    this.#streams.set(id, stream);
    link.send("history", (client) => client.reqHistory(id, stream.query));
  }

  #askAgain(id: number): void {
    const stream = this.#streams.get(id);
    if (stream === undefined) return;
    this.#streams.delete(id);
    this.#stall(stream);
    stream.again = this.#timers.setTimer(AGAIN_MS, () => this.#ask(stream));
  }

  #stall(stream: Stream): void {
    stream.forming = null;
    stream.again?.cancel();
    stream.again = null;
  }

  #drop(stream: Stream): void {
    this.#stall(stream);
    this.#wanted.delete(stream);
    for (const [id, other] of this.#streams) {
      if (other !== stream) continue;
      this.#streams.delete(id);
      this.#link?.send("history", (client) => client.cancelHistory(id));
    }
  }
}
