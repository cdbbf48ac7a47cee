import type { VirtualTime } from "../../../ports/virtual_time.ts";
import type { Accepting, ServerSide, ServerSocket } from "./memory_wire_fixture_test.ts";

type Values = Record<string, number | string>;

const FIELDS: Record<string, string[]> = {
  Quote: ["eventSymbol", "bidPrice", "askPrice", "bidSize", "askSize", "bidTime", "askTime"],
  Trade: ["eventSymbol", "price", "size", "dayVolume", "time"],
  Greeks: ["eventSymbol", "volatility", "delta", "gamma", "theta", "vega", "rho", "time", "price"],
  Summary: ["eventSymbol", "prevDayClosePrice", "dayOpenPrice"],
  Profile: ["eventSymbol", "tradingStatus", "description"],
  Candle: ["eventSymbol", "eventFlags", "time", "sequence", "open", "high", "low", "close"],
};

/** What a scripted server does wrong; every field may change at any time. */
export class PeerFaults {
  isMute = false;
  isKeepaliveOnly = false;
  refusal: "refuse" | "hang" | null = null;
  /** Connections that it bears; more are told so and closed. */
  connectionsMax = Infinity;
  /** More than one connection is refused before it opens. */
  refusesSecond = false;
  isAuthSilent = false;
  isSubscribedSilent = false;
  isFull = false;
  isDoubling = false;
  isSwapping = false;
  isGarbling = false;
  isShortening = false;
  /** Order and choice of fields per type; null: all. */
  grant: ((type: string, fields: string[]) => string[]) | null = null;
  lostSubscriptions = 0;
  bytesMax = Infinity;
  hasHello = true;
  /** What is sent instead of the protocol, as a captive portal does. */
  page: string | null = null;
}

/** A DXLink server with latest values, written from the protocol page alone. */
export class Peer {
  readonly faults = new PeerFaults();
  readonly tokens = new Set<string>();
  /** Latest values by `type symbol`. */
  readonly values = new Map<string, Values>();
  readonly sessions = new Set<PeerSession>();
  readonly requests: { type: string; [key: string]: unknown }[] = [];
  acceptedCount = 0;
  readonly #time: VirtualTime;

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  readonly accept: Accepting = (socket) => {
    if (this.faults.refusal !== null) return this.faults.refusal;
    if (this.faults.refusesSecond && this.sessions.size > 0) return "refuse";
    this.acceptedCount++;
    const session = new PeerSession(this, socket);
    this.sessions.add(session);
    return session;
  };

  /** Sets values and sends them to whoever subscribed. */
  publish(type: string, symbol: string, values: Values): void {
    this.values.set(`${type} ${symbol}`, values);
    for (const session of this.sessions) session.offer(type, symbol);
  }

  /** A quote around `mid`, stamped now. */
  quote(symbol: string, mid: number, size = 10): void {
    const at = this.#time.now();
    this.publish("Quote", symbol, {
      bidPrice: mid - 0.05,
      askPrice: mid + 0.05,
      bidSize: size,
      askSize: size + 1,
      bidTime: at,
      askTime: at - 1,
    });
  }

  /** Takes every token back, with or without saying so. */
  expireTokens(how: "say" | "close" | "later"): void {
    this.tokens.clear();
    for (const session of [...this.sessions]) {
      if (how === "say") session.send({ type: "AUTH_STATE", channel: 0, state: "UNAUTHORIZED" });
      if (how === "close") session.close(1000, "");
    }
  }

  /** Announces fields anew on every open channel. */
  announce(): void {
    for (const session of this.sessions) session.announce();
  }
}

/** One connection of the peer. */
export class PeerSession implements ServerSide {
  readonly channels = new Map<number, Set<string>>();
  readonly fromTimes = new Map<string, number>();
  isAuthorized = false;
  readonly #peer: Peer;
  readonly #socket: ServerSocket;
  #granted = new Map<string, string[]>();
  #held: string | null = null;
  #isGone = false;

  constructor(peer: Peer, socket: ServerSocket) {
    this.#peer = peer;
    this.#socket = socket;
  }

  gone(): void {
    this.#isGone = true;
    this.#peer.sessions.delete(this);
  }

  close(code: number, reason: string): void {
    this.#peer.sessions.delete(this);
    this.#socket.close(code, reason);
  }

  send(message: { type: string; channel: number; [key: string]: unknown }): void {
    const { faults } = this.#peer;
    if (this.#isGone || faults.isMute) return;
    if (faults.isKeepaliveOnly && message.type !== "KEEPALIVE") return;
    const text = JSON.stringify(message);
    if (message.type !== "FEED_DATA") return this.#socket.send(text);
    if (faults.isGarbling && text.length % 3 === 0) return this.#socket.send(text.slice(0, -4));
    if (faults.isDoubling) this.#socket.send(text);
    if (faults.isSwapping && this.#held === null) {
      this.#held = text;
      return;
    }
    this.#socket.send(text);
    if (this.#held !== null) this.#socket.send(this.#held);
    this.#held = null;
  }

  text(text: string): void {
    const { faults, requests } = this.#peer;
    if (text.length > faults.bytesMax) return this.close(1009, "message too big");
    const message = JSON.parse(text);
    requests.push(message);
    const { type, channel } = message;
    switch (type) {
      case "SETUP":
        if (faults.page !== null) return this.#socket.send(faults.page);
        this.send({ type: "SETUP", channel: 0, version: "1.0", keepaliveTimeout: 60 });
        if (faults.hasHello) this.send({ type: "AUTH_STATE", channel: 0, state: "UNAUTHORIZED" });
        return;
      case "AUTH":
        return this.#auth(message.token);
      case "KEEPALIVE":
        return this.send({ type: "KEEPALIVE", channel: 0 });
      case "CHANNEL_REQUEST":
        return this.#channelRequest(channel);
      case "FEED_SETUP":
        this.send({ type: "FEED_CONFIG", channel, dataFormat: "COMPACT", aggregationPeriod: 0.1 });
        this.#grant(channel, Object.keys(message.acceptEventFields));
        return;
      case "FEED_SUBSCRIPTION":
        return this.#subscription(channel, message);
    }
  }

  announce(): void {
    for (const channel of this.channels.keys()) this.#grant(channel, [...this.#granted.keys()]);
  }

  offer(type: string, symbol: string): void {
    for (const [channel, wanted] of this.channels) {
      if (wanted.has(`${type} ${symbol}`)) this.#data(channel, type, symbol);
    }
  }

  /** Lets go of a message that was held back to be swapped. */
  flush(): void {
    if (this.#held !== null) this.#socket.send(this.#held);
    this.#held = null;
  }

  /** Sends the latest of everything, as a server does that could not send for a while. */
  refresh(): void {
    for (const [channel, wanted] of this.channels) {
      for (const key of wanted) {
        const [type, symbol] = key.split(" ");
        this.#data(channel, type, symbol);
      }
    }
  }

  #auth(token: string): void {
    const { faults, tokens, sessions } = this.#peer;
    if (faults.isAuthSilent) return;
    if (!tokens.has(token)) {
      this.send({ type: "ERROR", channel: 0, error: "UNAUTHORIZED", message: `no ${token}` });
      return this.send({ type: "AUTH_STATE", channel: 0, state: "UNAUTHORIZED" });
    }
    const others = [...sessions].filter((session) => session !== this && session.isAuthorized);
    if (others.length >= faults.connectionsMax) {
      const message = "Connection limit exceeded";
      this.send({ type: "ERROR", channel: 0, error: "UNKNOWN", message });
      return this.close(1000, "connection limit exceeded");
    }
    this.isAuthorized = true;
    this.send({ type: "AUTH_STATE", channel: 0, state: "AUTHORIZED", userId: "u" });
  }

  #channelRequest(channel: number): void {
    if (!this.isAuthorized || channel % 2 === 0 || this.channels.has(channel)) {
      const message = "Protocol violation";
      return this.send({ type: "ERROR", channel, error: "BAD_ACTION", message });
    }
    this.channels.set(channel, new Set());
    this.send({ type: "CHANNEL_OPENED", channel, service: "FEED", parameters: {} });
  }

  #grant(channel: number, types: string[]): void {
    // A stream keeps its order: nothing that was encoded before comes after.
    this.flush();
    const { grant } = this.#peer.faults;
    const eventFields: Record<string, string[]> = {};
    for (const type of types) {
      eventFields[type] = grant === null ? FIELDS[type] : grant(type, [...FIELDS[type]]);
      this.#granted.set(type, eventFields[type]);
    }
    this.send({ type: "FEED_CONFIG", channel, dataFormat: "COMPACT", eventFields });
  }

  #subscription(
    channel: number,
    message: { reset?: boolean; add?: Values[]; remove?: Values[] },
  ): void {
    const { faults } = this.#peer;
    const wanted = this.channels.get(channel);
    if (wanted === undefined || faults.isSubscribedSilent) return;
    if (faults.lostSubscriptions > 0) return void faults.lostSubscriptions--;
    if (message.reset) wanted.clear();
    for (const { type, symbol } of message.remove ?? []) wanted.delete(`${type} ${symbol}`);
    for (const { type, symbol, fromTime } of message.add ?? []) {
      wanted.add(`${type} ${symbol}`);
      if (type === "Candle") this.fromTimes.set(String(symbol), Number(fromTime));
      this.#data(channel, String(type), String(symbol));
    }
  }

  #data(channel: number, type: string, symbol: string): void {
    const { faults, values } = this.#peer;
    const known = values.get(`${type} ${symbol}`);
    const fields = this.#granted.get(type);
    if (known === undefined || fields === undefined) return;
    const event: Values = { eventSymbol: symbol, ...known };
    if (faults.isFull) {
      return this.send({ type: "FEED_DATA", channel, data: [{ eventType: type, ...event }] });
    }
    const row = fields.map((name) => name === "eventType" ? type : event[name] ?? "NaN");
    if (faults.isShortening) row.pop();
    this.send({ type: "FEED_DATA", channel, data: [type, row] });
  }
}
