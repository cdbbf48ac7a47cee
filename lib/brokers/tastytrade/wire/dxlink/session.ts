import type { Timer } from "../../../../ports/timers.ts";
import type { Socket, SocketClosing } from "../../../../ports/web_socket.ts";
import type { MarketBatch } from "../../../../domain/market_data.ts";
import { EVENT_MAPPINGS } from "../../feed/map.ts";
import { SubscriptionPlan } from "../../feed/subscription_plan.ts";
import { printable } from "./counters.ts";
import { CandleChannel } from "./candle_channel.ts";
import type { CandleEvent } from "./candle_events.ts";
import { Decoder } from "./decoder.ts";
import { type FailureCode, failureOfClose, failureOfError, wordsOfClose } from "./failure.ts";
import { HANDSHAKE_MS, type Phase } from "./handshake.ts";
import { LayoutTable } from "./layout.ts";
import { parseMessage, type ServerMessage } from "./message.ts";
import {
  authMessage,
  boardSetup,
  channelRequest,
  KEEPALIVE_MESSAGE,
  setupMessage,
} from "./outgoing.ts";
import type { SessionOptions } from "./session_options.ts";

const KEEPALIVE_MS = 10_000;
const PUMP_MS = 50;
const BUFFERED_MAX = 262_144;
const BOARD_CHANNEL = 1;
/** Garbage and errors that one connection is forgiven. */
const FAULTS_MAX = 200;
const REPEAT_SPACING_MS = 30_000;
const ALL_TYPES = (1 << EVENT_MAPPINGS.length) - 1;
const NORMAL_CLOSE = 1000;
const DETAIL_LENGTH = 200;

/**
 * One DXLink connection from its opening to its end: handshake in the strict order, keepalive,
 * channels, subscriptions, decoding. It judges nothing about liveness and never reconnects; that is
 * the supervisor's. Source: dxlink.md §2, §3, §9.
 */
export class DxlinkSession {
  readonly plan: SubscriptionPlan;
  readonly decoder: Decoder;
  readonly #options: SessionOptions;
  readonly #layouts = new LayoutTable();
  readonly #candles: CandleChannel;
  #phase: Phase = "opening";
  #socket: Socket | null = null;
  #deadline: Timer | null = null;
  #keepalive: Timer | null = null;
  #pumping: Timer | null = null;
  #hasHello = false;
  #isAuthorizedAtHello = false;
  #faults = 0;
  #usesCandles = false;
  #missing = 0;
  #repeatableAt = -Infinity;
  #hasMisfit = false;
  #misfitRepeats = 0;
  #lastFrameAt: number;
  #lastHeartbeatAt: number | null = null;
  #openedAt: number | null = null;
  #keepaliveTimeoutS: number | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { table, counters, events } = options;
    this.plan = new SubscriptionPlan(table, BOARD_CHANNEL, () => this.#pump());
    this.#lastFrameAt = options.awake();
    const decoding = { target: table, confirmed: this.plan.confirmed, counters };
    const { candles: store, awake } = options;
    this.#candles = new CandleChannel({ store, awake, decoding });
    const sink = {
      market: (batch: MarketBatch) => events.market(batch),
      candle: (event: CandleEvent) => this.#candles.apply(event),
      mismatch: (bit: number) => {
        this.#hasMisfit = true;
        this.#repeatTypes(1 << bit);
      },
    };
    this.decoder = new Decoder({ ...decoding, layouts: this.#layouts, sink });
  }

  /** Begins to connect; call once. */
  start(): void {
    const { sockets, url } = this.#options;
    const connected = sockets.connect(url, {
      opened: () => this.#opened(),
      text: (message) => this.#received(message),
      binary: () => this.#receivedBinary(),
      closed: (closing) => this.#closed(closing),
    });
    this.#wait(HANDSHAKE_MS.opening);
    if (connected.ok) this.#socket = connected.value;
    else this.#fail("badUrl", "the feed's address is none");
  }

  /** Ends it for good, in silence; idempotent. */
  end(): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    for (const timer of [this.#deadline, this.#keepalive, this.#pumping]) timer?.cancel();
    this.plan.close();
    this.#socket?.close(NORMAL_CLOSE, "");
  }

  /** Lets this connection carry the candles, which only one at a time may. */
  useCandles(): void {
    this.#usesCandles = true;
    this.#options.candles.onChange(() => this.#pump());
    this.#pump();
  }

  /** Asks anew for everything: a gap showed that values may have been lost. */
  resync(): void {
    this.#repeatTypes(ALL_TYPES);
  }

  /** Looks after subscriptions without an answer; see `SubscriptionPlan.review`. */
  review(): ReturnType<SubscriptionPlan["review"]> | null {
    if (this.#phase !== "open") return null;
    this.#repeatTypes(0);
    if (this.#candles.review()) this.#pump();
    return this.plan.review(this.#options.awake());
  }

  /** Awake time of the last message. */
  get lastFrameAt(): number {
    return this.#lastFrameAt;
  }

  /** Awake time of the last message of the protocol itself. */
  get lastHeartbeatAt(): number | null {
    return this.#lastHeartbeatAt;
  }

  /** Awake time at which the feed's channel opened. */
  get openedAt(): number | null {
    return this.#openedAt;
  }

  /** What the server announced as the longest silence it allows itself, s. */
  get keepaliveTimeoutS(): number | null {
    return this.#keepaliveTimeoutS;
  }

  #wait(forMs: number): void {
    this.#deadline?.cancel();
    this.#deadline = this.#options.timers.setTimer(forMs, () => this.#late());
  }

  #late(): void {
    switch (this.#phase) {
      case "opening":
        return this.#fail("unreachable", "no answer to the connection");
      case "hello":
        return this.#authorize();
      case "setup":
        return this.#fail("timeout", "no answer to SETUP");
      case "auth":
        return this.#fail("timeout", "no answer to AUTH");
      case "refused":
        return this.#fail("unauthorized", "the feed refused the quote token");
      case "channel":
        return this.#fail("timeout", "no answer to CHANNEL_REQUEST");
      case "open":
      case "ended":
        return;
    }
  }

  #opened(): void {
    if (this.#phase !== "opening") return;
    this.#phase = "setup";
    this.#wait(HANDSHAKE_MS.answer);
    this.#keepalive = this.#options.timers.setPeriodic(KEEPALIVE_MS, () => {
      this.#send(KEEPALIVE_MESSAGE);
    });
    this.#send(setupMessage());
  }

  #receivedBinary(): void {
    this.#options.counters.add("binary");
    this.#forgive("binary frames");
  }

  #closed({ code, reason }: SocketClosing): void {
    if (this.#phase === "refused") return this.#late();
    const wasOpen = this.#phase !== "opening";
    this.#fail(failureOfClose(code, reason, wasOpen), wordsOfClose(code, reason, wasOpen));
  }

  #received(text: string): void {
    if (this.#phase === "ended") return;
    this.#lastFrameAt = this.#options.awake();
    const message = parseMessage(text);
    if (!message.ok) {
      this.#options.counters.add("malformed");
      this.#options.counters.quarantine(this.#clean(text));
      this.#repeatTypes(ALL_TYPES);
      return this.#forgive("what it sends is no DXLink");
    }
    this.#handle(message.value, text);
  }

  #handle(message: ServerMessage, text: string): void {
    switch (message.type) {
      case "feedData":
        return this.#data(message, text);
      case "keepalive":
        this.#lastHeartbeatAt = this.#lastFrameAt;
        return;
      case "setup":
        return this.#setup(message.keepaliveTimeoutS);
      case "authState":
        return this.#authState(message.isAuthorized);
      case "error":
        return this.#error(message);
      case "channelOpened":
        return this.#channelOpened(message.channel);
      case "channelClosed":
        return this.#channelClosed(message.channel);
      case "feedConfig":
        return this.#config(message);
      case "unknown":
        return this.#options.counters.addNamed("unknownMessage", message.name);
    }
  }

  #data({ channel, data }: { channel: number; data: unknown }, text: string): void {
    if (channel === BOARD_CHANNEL && this.#phase === "open") this.decoder.decode(data, text);
    else if (this.#candles.is(channel)) this.#candles.data(data, text);
    else this.#options.counters.add("unknownChannel");
  }

  #setup(keepaliveTimeoutS: number | null): void {
    this.#lastHeartbeatAt = this.#lastFrameAt;
    this.#keepaliveTimeoutS = keepaliveTimeoutS ?? this.#keepaliveTimeoutS;
    if (this.#phase !== "setup") return;
    this.#phase = "hello";
    if (this.#hasHello) return this.#answerHello();
    this.#wait(HANDSHAKE_MS.hello);
  }

  #authState(isAuthorized: boolean): void {
    this.#lastHeartbeatAt = this.#lastFrameAt;
    switch (this.#phase) {
      case "setup":
      case "hello":
        this.#hasHello = true;
        this.#isAuthorizedAtHello = isAuthorized;
        if (this.#phase === "hello") this.#answerHello();
        return;
      case "auth":
      case "refused":
        if (isAuthorized) return this.#requestChannel();
        if (this.#phase === "auth") this.#wait(HANDSHAKE_MS.refusal);
        this.#phase = "refused";
        return;
      case "channel":
      case "open":
        if (isAuthorized) return;
        return this.#fail("unauthorized", "the quote token has run out");
    }
  }

  #answerHello(): void {
    if (this.#isAuthorizedAtHello) this.#requestChannel();
    else this.#authorize();
  }

  #authorize(): void {
    this.#phase = "auth";
    this.#wait(HANDSHAKE_MS.answer);
    this.#send(authMessage(this.#options.token));
  }

  #requestChannel(): void {
    this.#phase = "channel";
    this.#wait(HANDSHAKE_MS.answer);
    this.#send(channelRequest(BOARD_CHANNEL));
  }

  #channelOpened(channel: number): void {
    if (channel === BOARD_CHANNEL && this.#phase === "channel") {
      this.#deadline?.cancel();
      this.#phase = "open";
      this.#openedAt = this.#lastFrameAt;
      this.#send(boardSetup(BOARD_CHANNEL, this.#options.aggregationPeriodS));
      this.#pump();
      // A send may have found the peer gone.
      if (this.#isOpen()) this.#options.events.opened();
    } else if (this.#candles.is(channel)) {
      const setup = this.#candles.opened();
      if (setup !== null) this.#send(setup);
      this.#pump();
    }
  }

  #isOpen(): boolean {
    return this.#phase === "open";
  }

  #channelClosed(channel: number): void {
    if (channel === BOARD_CHANNEL) {
      return this.#fail("channelClosed", "the feed closed the channel");
    }
    if (!this.#candles.is(channel)) return;
    this.#candles.closed();
    this.#pump();
  }

  #config(message: Extract<ServerMessage, { type: "feedConfig" }>): void {
    const { channel, eventFields } = message;
    if (eventFields === null) return;
    if (!this.#candles.is(channel) && channel !== BOARD_CHANNEL) {
      return this.#options.counters.add("unknownChannel");
    }
    const isBoard = channel === BOARD_CHANNEL;
    const { counters } = this.#options;
    const { unusable, changed, unasked, missing } = isBoard
      ? this.#layouts.merge(eventFields)
      : this.#candles.config(eventFields);
    if (unusable > 0) counters.add("malformed", unusable);
    for (const name of unasked) counters.note("unaskedField", this.#clean(name));
    for (const name of missing) counters.note("missingField", name);
    // Fields that were not granted before have no values yet.
    if (isBoard) this.#repeatTypes(changed);
  }

  #error({ channel, error }: Extract<ServerMessage, { type: "error" }>): void {
    this.#options.counters.addNamed("error", this.#clean(error.code));
    if (this.#candles.is(channel)) return;
    const failure = failureOfError(error, !this.#isOpen());
    const detail = `${error.code}: ${error.text}`;
    if (failure !== null) this.#fail(failure, detail);
    else if (this.#isOpen()) this.#forgive(detail);
  }

  /** Before the handshake is over garbage ends the connection; later some of it is forgiven. */
  #forgive(detail: string): void {
    this.#faults++;
    if (!this.#isOpen() || this.#faults > FAULTS_MAX) this.#fail("protocol", detail);
  }

  /** Values of these types may be missing: asks anew, at most every 30 s. */
  #repeatTypes(types: number): void {
    this.#missing |= types;
    const now = this.#options.awake();
    if (this.#missing === 0 || !this.#isOpen() || now < this.#repeatableAt) return;
    // Half a minute after asking anew it still does not fit: the announcement itself was lost.
    this.#misfitRepeats = this.#hasMisfit ? this.#misfitRepeats + 1 : 0;
    this.#hasMisfit = false;
    if (this.#misfitRepeats > 1 && !this.#options.toleratesMisfits) {
      return this.#fail("misfit", "its data does not fit what it announced");
    }
    this.#repeatableAt = now + REPEAT_SPACING_MS;
    // What was lost may have been the announcement of other fields.
    this.#send(boardSetup(BOARD_CHANNEL, this.#options.aggregationPeriodS));
    const missing = this.#missing;
    this.#missing = 0;
    if (missing === ALL_TYPES) this.#candles.repeat();
    this.plan.repeat(missing);
  }

  /** Sends the next subscription message, then one more every 50 ms while there are any. */
  #pump(): void {
    if (!this.#isOpen() || this.#pumping !== null) return;
    const isFull = (this.#socket?.bufferedBytes() ?? 0) > BUFFERED_MAX;
    const message = isFull ? null : this.#nextMessage();
    if (message === null && !isFull) return;
    if (message !== null) this.#send(message);
    if (!this.#isOpen()) return;
    this.#pumping = this.#options.timers.setTimer(PUMP_MS, () => {
      this.#pumping = null;
      this.#pump();
    });
  }

  #nextMessage(): string | null {
    const board = this.plan.next(this.#options.chunkBytes, this.#options.awake());
    return board ?? (this.#usesCandles ? this.#candles.next() : null);
  }

  #send(message: string): void {
    if (this.#socket === null || this.#phase === "ended") return;
    if (!this.#socket.send(message).ok) this.#fail("sendFailed", "the connection is gone");
  }

  #fail(code: FailureCode, detail: string): void {
    if (this.#phase === "ended") return;
    this.end();
    this.#options.events.ended({ code, detail: printable(this.#clean(detail), DETAIL_LENGTH) });
  }

  /** A server may repeat the token in its complaint; what is shown or counted has none. */
  #clean(text: string): string {
    const { token } = this.#options;
    return token === "" ? text : text.replaceAll(token, "[token]");
  }
}
