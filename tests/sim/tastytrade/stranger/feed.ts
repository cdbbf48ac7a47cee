import { candleMessages } from "./candles.ts";
import type { Listing } from "./listing.ts";

/** Choices that the protocol leaves to the feed. */
export interface FeedChoices {
  readonly format: "COMPACT" | "FULL";
  /** True: the field lists come only before the first data of their type, and change later. */
  readonly isLazy: boolean;
  /** Greets with AUTHORIZED, wanting no token. */
  readonly isOpen: boolean;
}

interface Channel {
  /** Types whose fields were told. */
  readonly told: Set<string>;
  readonly wanted: Map<string, Set<string>>;
  format: "COMPACT" | "FULL";
  round: number;
}

interface Message {
  readonly type: string;
  readonly channel: number;
  readonly token?: string;
  readonly service?: string;
  readonly reset?: boolean;
  readonly add?: readonly { type: string; symbol: string }[];
  readonly remove?: readonly { type: string; symbol: string }[];
}

/** Fields that this feed has, which are not those that anybody asks for. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  Quote: ["askPrice", "bidPrice", "eventType", "askSize", "eventSymbol", "sequence", "bidSize"],
  Trade: ["dayVolume", "eventSymbol", "exchangeCode", "price", "time"],
  Greeks: ["vega", "theta", "delta", "eventFlags", "gamma", "volatility", "eventSymbol", "price"],
  Summary: ["eventSymbol", "dayClosePrice", "openInterest", "dayOpenPrice"],
  Profile: ["statusReason", "tradingStatus", "eventSymbol"],
};
const PERIOD_MS = 250;

/** One connection of a DXLink feed as someone else would write it from its page. */
export class StrangerFeed {
  readonly #channels = new Map<number, Channel>();
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #late: ReturnType<typeof setTimeout>[] = [];
  #isLetIn = false;

  constructor(
    readonly send: (text: string) => void,
    readonly listings: readonly Listing[],
    readonly choices: FeedChoices,
    readonly problems: string[],
  ) {
    this.#timer = setInterval(() => this.#flush(), PERIOD_MS);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const timer of this.#late) clearTimeout(timer);
  }

  text(text: string): void {
    const message: Message = JSON.parse(text);
    const { type, channel } = message;
    switch (type) {
      case "SETUP":
        this.#say({ keepaliveTimeout: 60, version: "1.9-stranger", channel: 0, type: "SETUP" });
        this.#say({ channel: 0, type: "KEEPALIVE" });
        this.#isLetIn = this.choices.isOpen;
        this.#say({ message: "at ten", error: "REST_AHEAD", channel: 0, type: "ERROR" });
        return this.#stateTwice();
      case "AUTH":
        this.#isLetIn = /^quote-\d+$/.test(message.token ?? "");
        return this.#stateTwice();
      case "KEEPALIVE":
        return this.#say({ type: "KEEPALIVE", channel: 0, hint: null });
      case "CHANNEL_REQUEST":
        return this.#open(message);
      case "CHANNEL_CANCEL":
        this.#channels.delete(channel);
        return this.#say({ type: "CHANNEL_CLOSED", channel });
      case "FEED_SETUP":
        return this.#configure(channel);
      case "FEED_SUBSCRIPTION":
        return this.#subscribe(message);
      default:
        this.problems.push(`unknown ${type}`);
    }
  }

  #open({ channel, service }: Message): void {
    if (!this.#isLetIn) this.problems.push("a channel before the login");
    if (channel % 2 !== 1 || service !== "FEED") this.problems.push(`channel ${channel}`);
    const { format } = this.choices;
    this.#channels.set(channel, { told: new Set(), wanted: new Map(), format, round: 0 });
    const parameters = { subFormat: "COMPACT", contract: "AUTO", extra: [null] };
    this.#say({ parameters, service, type: "CHANNEL_OPENED", channel });
    this.#say({ type: "ERROR", channel, error: "NEWER_THAN_YOU", message: "and we go on" });
    this.#say({ type: "SOMETHING_NEW", channel, data: ["Quote", [1, 2]] });
  }

  #configure(channel: number): void {
    const open = this.#channels.get(channel);
    if (open === undefined) return void this.problems.push("a setup of no channel");
    const { isLazy, format } = this.choices;
    const config = { type: "FEED_CONFIG", channel, aggregationPeriod: 0.25, dataFormat: format };
    if (isLazy) return this.#say(config);
    for (const type of Object.keys(FIELDS)) open.told.add(type);
    this.#say({ ...config, eventFields: FIELDS });
    this.#say({ ...config, eventFields: FIELDS });
  }

  #subscribe({ channel, reset, add, remove }: Message): void {
    const wanted = this.#channels.get(channel)?.wanted;
    if (wanted === undefined) return void this.problems.push("a subscription of no channel");
    if (reset === true) wanted.clear();
    for (const { type, symbol } of remove ?? []) wanted.get(type)?.delete(symbol);
    for (const { type, symbol } of add ?? []) {
      if (type === "Candle") this.#tellCandles(symbol, channel);
      wanted.set(type, (wanted.get(type) ?? new Set()).add(symbol));
    }
  }

  /** The second part of a snapshot comes a while after the first. */
  #tellCandles(symbol: string, channel: number): void {
    if (channel === 1) this.problems.push("candles among the quotes");
    const [config, first, second] = candleMessages(symbol, channel, this.choices.isOpen);
    this.send(config);
    this.send(first);
    this.#late.push(setTimeout(() => this.send(second), PERIOD_MS));
  }

  /** Everything again, all types in one message; what the feed has no value of is not in it. */
  #flush(): void {
    for (const [channel, open] of this.#channels) {
      open.round++;
      // In the middle of the session the feed takes the other format and turns its fields round.
      if (this.choices.isLazy && open.round === 8) {
        open.told.clear();
        open.format = open.format === "COMPACT" ? "FULL" : "COMPACT";
      }
      const data: unknown[] = [];
      for (const [type, symbols] of open.wanted) {
        const fields = open.round < 8 ? FIELDS[type] : FIELDS[type]?.toReversed();
        if (fields === undefined) continue;
        const events = [...symbols].flatMap((symbol) => this.#events(type, symbol));
        if (events.length === 0) continue;
        if (!open.told.has(type) || (this.choices.isLazy && open.round % 5 === 0)) {
          this.#tellFields(channel, open, type, fields);
        }
        if (open.format === "FULL") data.push(...events.map((event) => only(event, fields)));
        else data.push(type, events.flatMap((event) => fields.map((name) => event[name] ?? null)));
      }
      if (data.length > 0) this.#say({ data, channel, type: "FEED_DATA" });
    }
  }

  #tellFields(channel: number, open: Channel, type: string, fields: readonly string[]): void {
    open.told.add(type);
    const dataFormat = open.format;
    const eventFields = { [type]: fields };
    this.#say({ type: "FEED_CONFIG", channel, dataFormat, aggregationPeriod: 1, eventFields });
  }

  #events(eventType: string, symbol: string): Record<string, unknown>[] {
    const event = this.#event(eventType, symbol);
    return event === null ? [] : [event];
  }

  #event(eventType: string, symbol: string): Record<string, unknown> | null {
    const listed = this.listings.find(({ streamer }) => streamer === symbol);
    if (listed === undefined) return null;
    const { bid, ask, greeks } = listed;
    const event = { eventType, eventSymbol: symbol };
    const isIndex = Number.isNaN(bid);
    switch (eventType) {
      case "Quote":
        return isIndex ? null : { ...event, ...quote(bid, ask) };
      case "Trade": {
        const price = isIndex ? 5990.5 : "NaN";
        return { ...event, price, dayVolume: "Infinity", exchangeCode: "\u0000", time: 0 };
      }
      case "Greeks": {
        if (greeks === null) return null;
        const [delta, gamma, theta, vega, rho, volatility] = greeks;
        const values = { delta, gamma, theta, vega, rho, volatility, price: "NaN" };
        return { ...event, ...values, eventFlags: 0 };
      }
      case "Summary":
        return { ...event, dayClosePrice: "NaN", dayOpenPrice: "-Infinity", openInterest: 0 };
      case "Profile":
        return { ...event, tradingStatus: "UNDEFINED", statusReason: "" };
      default:
        return null;
    }
  }

  #stateTwice(): void {
    const state = this.#isLetIn ? "AUTHORIZED" : "UNAUTHORIZED";
    for (const userId of [null, "u1"]) {
      this.#say({ state, type: "AUTH_STATE", userId, channel: 0 });
    }
  }

  #say(message: object): void {
    this.send(JSON.stringify(message));
  }
}

/** Of an event in FULL what is empty is left out. */
function only(event: Record<string, unknown>, fields: readonly string[]) {
  const kept = Object.entries(event)
    .filter(([name, value]) => name === "eventType" || (fields.includes(name) && value !== "NaN"));
  return Object.fromEntries(kept.reverse());
}

function quote(bid: number, ask: number) {
  return { sequence: 0, bidPrice: bid, askPrice: ask, bidSize: "NaN", askSize: "Infinity" };
}
