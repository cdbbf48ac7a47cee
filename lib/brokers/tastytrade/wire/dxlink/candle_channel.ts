import { CandlePlan } from "../../feed/candle_plan.ts";
import type { CandleStore } from "../../feed/candle_store.ts";
import type { CandleEvent } from "./candle_events.ts";
import { Decoder, type DecoderOptions } from "./decoder.ts";
import { type LayoutChange, LayoutTable } from "./layout.ts";
import { candleSetup, channelRequest } from "./outgoing.ts";

const FIRST_CHANNEL = 3;
/** Channels asked for on one connection before the server's closing of them is accepted. */
const CHANNELS_MAX = 4;

/** What a candle channel needs of its connection. */
export interface CandleChannelOptions {
  readonly store: CandleStore;
  /** Awake ms. */
  readonly awake: () => number;
  /** Target, marks and counters of the connection's decoder. */
  readonly decoding: Omit<DecoderOptions, "layouts" | "sink">;
}

/**
 * The channel of a connection that carries candles, apart from the board's: opened when the first
 * series is wanted, opened anew under another id when the server closes it. Source: dxlink.md §3.
 */
export class CandleChannel {
  readonly #plan: CandlePlan;
  readonly #layouts = new LayoutTable();
  readonly #decoder: Decoder;
  readonly #awake: () => number;
  #channel: number | null = null;
  #channelNext = FIRST_CHANNEL;
  #isOpen = false;

  constructor(options: CandleChannelOptions) {
    this.#awake = options.awake;
    this.#plan = new CandlePlan(options.store);
    const sink = {
      market: () => {},
      candle: (event: CandleEvent) => this.apply(event),
      mismatch: () => {},
    };
    this.#decoder = new Decoder({ ...options.decoding, layouts: this.#layouts, sink });
  }

  /** True when `channel` is this one. */
  is(channel: number): boolean {
    return channel === this.#channel;
  }

  /** Takes a candle, of this channel or of the board's. */
  apply(event: CandleEvent): void {
    this.#plan.apply(event, this.#awake());
  }

  /** The server opened it; answers what to send. */
  opened(): string | null {
    if (this.#isOpen || this.#channel === null) return null;
    this.#isOpen = true;
    return candleSetup(this.#channel);
  }

  /** The server closed it. */
  closed(): void {
    this.#channel = null;
    this.#isOpen = false;
    this.#plan.forget();
  }

  /** Candles may be missing: all are asked for anew. */
  repeat(): void {
    this.#plan.forget();
  }

  /** Takes over granted fields. */
  config(eventFields: Readonly<Record<string, unknown>>): LayoutChange {
    return this.#layouts.merge(eventFields);
  }

  /** Decodes a message of it. */
  data(data: unknown, text: string): void {
    this.#decoder.decode(data, text);
  }

  /** The next message to send, or null. */
  next(): string | null {
    if (this.#channel !== null) {
      return this.#isOpen ? this.#plan.next(this.#channel, this.#awake()) : null;
    }
    const asked = (this.#channelNext - FIRST_CHANNEL) / 2;
    if (!this.#plan.isNeeded || asked === CHANNELS_MAX) return null;
    this.#channel = this.#channelNext;
    this.#channelNext += 2;
    return channelRequest(this.#channel);
  }

  /** See `CandlePlan.review`. */
  review(): boolean {
    return this.#plan.review(this.#awake());
  }
}
