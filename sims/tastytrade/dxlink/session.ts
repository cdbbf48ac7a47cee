import type { Clock } from "../../../lib/ports/clock.ts";
import type { Timer, Timers } from "../../../lib/ports/timers.ts";
import { unreachable } from "../../../lib/base/assert.ts";
import { writeJson } from "../json.ts";
import type { Tokens } from "../tokens.ts";
import type { Outlet, Session } from "../wire.ts";
import { type ClientMessage, decodeClientMessage } from "./codec.ts";
import { FeedChannel, type FeedParts } from "./feed_channel.ts";

const SERVER_VERSION = "1.0-1.2.1-20240722-000000";
const REFUSED_TOKEN_GRACE_MS = 5000;
const CONTRACTS = ["AUTO", "TICKER", "STREAM", "HISTORY"];

/** What a connection works on. */
export interface DxlinkParts extends FeedParts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly tokens: Tokens;
}

/** One connection of the feed: SETUP, AUTH, channels, keepalive. */
export class DxlinkSession implements Session {
  readonly #parts: DxlinkParts;
  readonly #outlet: Outlet;
  readonly #channels = new Map<number, FeedChannel>();
  readonly #timers = new Set<Timer>();
  #isSetUp = false;
  #isAuthorized = false;
  #token: string | null = null;
  #clientTimeoutMs: number;
  #heardAt: number;
  #isEnded = false;

  constructor(parts: DxlinkParts, outlet: Outlet) {
    this.#parts = parts;
    this.#outlet = outlet;
    const { timers, clock, options } = parts;
    this.#clientTimeoutMs = 1000 * options.keepaliveTimeoutS;
    this.#heardAt = clock.monotonic();
    this.#timers.add(timers.setTimer(options.setupTimeoutMs, () => {
      if (!this.#isSetUp) this.#endWith("TIMEOUT", "No SETUP received in time.");
    }));
    const halfMs = Math.max(1, 500 * options.keepaliveTimeoutS);
    this.#timers.add(timers.setPeriodic(halfMs, () => this.#keepAlive()));
    this.#timers.add(timers.setPeriodic(1000, () => this.#checkSilence()));
  }

  /** True once the client may open channels. */
  get isAuthorized(): boolean {
    return this.#isAuthorized;
  }

  /** Open FEED channels. */
  get channels(): ReadonlyMap<number, FeedChannel> {
    return this.#channels;
  }

  receive(text: string): void {
    if (this.#isEnded) return;
    this.#heardAt = this.#parts.clock.monotonic();
    if (new TextEncoder().encode(text).length > this.#parts.options.messageBytesMax) {
      // 1009 is what the service answers to a message that is too long.
      return this.#outlet.close(1009, "Message too big");
    }
    const message = decodeClientMessage(text);
    if (!message.ok) return this.error(0, "INVALID_MESSAGE", message.error);
    this.#take(message.value);
  }

  ended(): void {
    this.#isEnded = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#channels.clear();
  }

  /** Tells the channels what a market event changed. */
  touched(instrument: number, kind: number): void {
    for (const channel of this.#channels.values()) channel.touched(instrument, kind);
  }

  /** Sends what is due on every channel. */
  flush(): void {
    const now = this.#parts.clock.monotonic();
    for (const channel of this.#channels.values()) channel.flush(now);
  }

  /** Ends the authorization when its token has ended. */
  checkToken(): void {
    if (!this.#isAuthorized || this.#token === null) return;
    if (this.#parts.tokens.quoteEndsAt(this.#token) !== null) return;
    switch (this.#parts.options.onTokenEnd) {
      case "nothing":
        return;
      case "close":
        return this.#outlet.close(1000, "token expired");
      case "unauthorized":
        this.#isAuthorized = false;
        this.#channels.clear();
        this.#authState("UNAUTHORIZED");
    }
  }

  /** Closes a channel of the server's own accord. */
  closeChannels(): void {
    for (const id of this.#channels.keys()) this.#send({ type: "CHANNEL_CLOSED", channel: id });
    this.#channels.clear();
  }

  /** Sends an error; it needs no answer. */
  error(channel: number, error: string, message: string): void {
    this.#send({ type: "ERROR", channel, error, message });
  }

  #take(message: ClientMessage): void {
    switch (message.type) {
      case "SETUP":
        return this.#setUp(message);
      case "AUTH":
        return this.#authorize(message.token);
      case "KEEPALIVE":
        return this.#send({ type: "KEEPALIVE", channel: 0 });
      case "CHANNEL_REQUEST":
        return this.#request(message);
      case "CHANNEL_CANCEL":
        if (this.#channel(message.channel) === null) return;
        this.#channels.delete(message.channel);
        return this.#send({ type: "CHANNEL_CLOSED", channel: message.channel });
      case "FEED_SETUP":
        return this.#channel(message.channel)?.setup(message);
      case "FEED_SUBSCRIPTION":
        return this.#channel(message.channel)?.subscribe(message);
      case "ERROR":
        return;
      case "unknown":
        return this.error(message.channel, "INVALID_MESSAGE", `Unknown type ${message.name}.`);
      default:
        return unreachable(message);
    }
  }

  #setUp(message: Extract<ClientMessage, { type: "SETUP" }>): void {
    const { options } = this.#parts;
    const protocol = /^(\d+)\.\d+/.exec(message.version);
    if (protocol === null || Number(protocol[1]) > 1) {
      return this.#endWith("UNSUPPORTED_PROTOCOL", `Version ${message.version} is not supported.`);
    }
    if (this.#isSetUp && options.strictness === "strict") {
      return this.error(0, "BAD_ACTION", "SETUP was received before.");
    }
    // What the client announces is how long the server bears its silence.
    if (message.keepaliveTimeout !== null && message.keepaliveTimeout > 0) {
      this.#clientTimeoutMs = 1000 * message.keepaliveTimeout;
    }
    const isFirst = !this.#isSetUp;
    this.#isSetUp = true;
    this.#send({
      type: "SETUP",
      channel: 0,
      version: SERVER_VERSION,
      keepaliveTimeout: options.keepaliveTimeoutS,
      acceptKeepaliveTimeout: options.keepaliveTimeoutS,
    });
    if (!isFirst) return;
    if (options.auth === "none") this.#grant(null);
    else if (options.hasHello) this.#authState("UNAUTHORIZED");
  }

  #authorize(token: string): void {
    const { options, tokens, timers } = this.#parts;
    if (!this.#isSetUp) return this.error(0, "BAD_ACTION", "SETUP must come first.");
    if (options.auth === "none" || tokens.quoteEndsAt(token) !== null) return this.#grant(token);
    this.#isAuthorized = false;
    this.#channels.clear();
    if (options.onRefusedToken === "close") return this.#outlet.close(1000, "unauthorized");
    this.error(0, "UNAUTHORIZED", "Token is not valid or has expired.");
    this.#authState("UNAUTHORIZED");
    this.#timers.add(timers.setTimer(REFUSED_TOKEN_GRACE_MS, () => {
      if (!this.#isAuthorized) this.#outlet.close(1000, "unauthorized");
    }));
  }

  #grant(token: string | null): void {
    this.#isAuthorized = true;
    this.#token = token;
    this.#send({ type: "AUTH_STATE", channel: 0, state: "AUTHORIZED", userId: "sim" });
  }

  #request(message: Extract<ClientMessage, { type: "CHANNEL_REQUEST" }>): void {
    const { channel, service, parameters } = message;
    if (channel % 2 === 0) {
      return this.error(0, "BAD_ACTION", "Protocol violation with an even channel usage.");
    }
    if (!this.#isAuthorized) return this.error(channel, "UNAUTHORIZED", "Not authorized.");
    const contract = parameters.contract ?? "AUTO";
    const isKnown = service === "FEED" && CONTRACTS.some((one) => one === contract);
    if (!isKnown) {
      this.error(channel, "BAD_ACTION", `No service ${service} with contract ${contract}.`);
      return this.#send({ type: "CHANNEL_CLOSED", channel });
    }
    const isOpen = this.#channels.has(channel);
    if (isOpen && this.#parts.options.strictness === "strict") {
      return this.error(channel, "BAD_ACTION", "The channel is open.");
    }
    if (!isOpen) {
      const opened = new FeedChannel(channel, String(contract), this.#parts, this.#outlet);
      this.#channels.set(channel, opened);
    }
    this.#send({
      type: "CHANNEL_OPENED",
      channel,
      service,
      parameters: { contract, subFormat: "LIST" },
    });
  }

  #channel(id: number): FeedChannel | null {
    const channel = this.#channels.get(id);
    if (channel !== undefined) return channel;
    this.error(id, "BAD_ACTION", "The channel is not open.");
    return null;
  }

  #keepAlive(): void {
    if (this.#isSetUp) this.#send({ type: "KEEPALIVE", channel: 0 });
  }

  #checkSilence(): void {
    const silentMs = this.#parts.clock.monotonic() - this.#heardAt;
    if (silentMs <= this.#clientTimeoutMs) return;
    const seconds = Math.floor(silentMs / 1000);
    this.#endWith("TIMEOUT", `Session is timed out: last received ${seconds} seconds ago.`);
  }

  #endWith(error: string, message: string): void {
    this.error(0, error, message);
    this.#outlet.close(1000, error);
  }

  #authState(state: "AUTHORIZED" | "UNAUTHORIZED"): void {
    this.#send({ type: "AUTH_STATE", channel: 0, state });
  }

  #send(message: Record<string, unknown>): void {
    if (!this.#isEnded) this.#outlet.send(writeJson(message), "control");
  }
}
