import type { Clock } from "../../../ports/clock.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { Sockets } from "../../../ports/web_socket.ts";
import { CandleStore } from "../feed/candle_store.ts";
import { SymbolTable } from "../feed/symbol_table.ts";
import { WireCounters } from "../wire/dxlink/counters.ts";
import type { SessionFailure } from "../wire/dxlink/failure.ts";
import { DxlinkSession } from "../wire/dxlink/session.ts";

/** What a probe needs. */
export interface ProbeOptions {
  readonly url: string;
  /** A secret. */
  readonly token: string;
  /** Liquid symbol that is asked for. */
  readonly reference: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sockets: Sockets;
}

const LOOK_EVERY_MS = 100;
/** The handshake has deadlines of its own; this one holds whatever they do. */
const OPEN_MS = 40_000;
const CHUNK_BYTES = 8_000;

/**
 * One short connection to the feed with the reference symbol alone: opens, waits for a quote, is
 * closed by `end`. It never reconnects. Leaves no timer and no socket.
 */
export class FeedProbe {
  readonly #options: ProbeOptions;
  readonly #session: DxlinkSession;
  #failure: SessionFailure | null = null;
  #isOpen = false;

  constructor(options: ProbeOptions) {
    const { clock, timers, sockets, reference, url, token } = options;
    this.#options = options;
    const counters = new WireCounters();
    this.#session = new DxlinkSession({
      url,
      token,
      sockets,
      timers,
      awake: () => clock.monotonic(),
      table: new SymbolTable({ capacity: 1, reference }),
      candles: new CandleStore(counters),
      counters,
      chunkBytes: CHUNK_BYTES,
      aggregationPeriodS: 0.1,
      toleratesMisfits: true,
      events: {
        market: () => {},
        opened: () => void (this.#isOpen = true),
        ended: (failure) => void (this.#failure = failure),
      },
    });
  }

  /** Connects; answers null once the feed has authorized it, or why it ended. */
  async opened(signal: AbortSignal): Promise<SessionFailure | null> {
    this.#session.start();
    await this.#until(() => this.#isOpen || this.#failure !== null, OPEN_MS, signal);
    if (this.#isOpen) return this.#failure;
    return this.#failure ?? { code: "timeout", detail: "no answer of the feed" };
  }

  /** Waits for an event of the reference symbol; the failure when the feed ended meanwhile. */
  async quoted(withinMs: number, signal: AbortSignal): Promise<boolean | SessionFailure> {
    const { reference } = this.#session.decoder;
    await this.#until(
      () => reference.eventCount > 0 || this.#failure !== null,
      withinMs,
      signal,
    );
    return reference.eventCount > 0 ? true : this.#failure ?? false;
  }

  /** Closes it; idempotent. */
  end(): void {
    this.#session.end();
  }

  #until(holds: () => boolean, withinMs: number, signal: AbortSignal): Promise<void> {
    const { timers, clock } = this.#options;
    if (holds() || signal.aborted) return Promise.resolve();
    const until = clock.monotonic() + withinMs;
    return new Promise((resolve) => {
      const end = (): void => {
        look.cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const look = timers.setPeriodic(LOOK_EVERY_MS, () => {
        if (holds() || clock.monotonic() >= until) end();
      });
      signal.addEventListener("abort", end);
    });
  }
}
