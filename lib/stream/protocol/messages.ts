import type { Currency, UnixMs } from "../../base/brand.ts";

/** Where the numbers come from. */
export type StreamMode = "demo" | "replay" | "live";

/**
 * What stands in for a live broker and its real money. `paper`: every account is a paper account;
 * `mixed`: some are, and the others hold real money.
 */
export const STAND_INS = ["sandbox", "simulator", "paper", "mixed"] as const;

/** One of `STAND_INS`. */
export type StandIn = typeof STAND_INS[number];

/** What pages and exports are marked with: the mode, or what stands in for a live broker. */
export type PageMode = StreamMode | StandIn;

/** Wire form of a stream: binary frames, or the same content as text. */
export type StreamFormat = "binary" | "json";

/** Which position rows a client wants: all, or those of the named underlying ids. */
export type RowSubscription = "all" | readonly number[];

/** Who the server takes the client for; a reserved place until accounts exist. */
export interface Principal {
  readonly id: string;
  readonly roles: readonly string[];
}

/** Names of the columns of each table, in the order of mask bits. */
export interface FieldLists {
  readonly underlying: readonly string[];
  readonly account: readonly string[];
  readonly leaf: readonly string[];
  readonly rowF64: readonly string[];
  readonly rowF32: readonly string[];
  readonly rowU8: readonly string[];
}

/** Names behind the codes that columns carry, by position. */
export interface CodeLists {
  readonly absence: readonly string[];
  readonly markSource: readonly string[];
  readonly greeksSource: readonly string[];
  readonly staleness: readonly string[];
  readonly dataLevel: readonly string[];
}

/** First message of the server. Times in ms; `sourceTime` by the source's clock. */
export interface ServerHello {
  readonly type: "hello";
  readonly version: number;
  /** Product version, for display. */
  readonly product: string;
  /** Version of the desk's own model: of every value whose source is a model. */
  readonly modelVersion: string;
  readonly mode: StreamMode;
  /** What stands in for a live broker and its real money; null: nothing does. */
  readonly standIn: StandIn | null;
  /** One engine run; sequences count inside it. */
  readonly epoch: string;
  /** Opaque name of what the principal may see; part of a resume. */
  readonly scope: string;
  readonly baseCurrency: Currency;
  readonly principal: Principal;
  /** Commands that the server takes; empty in this version. */
  readonly commands: readonly string[];
  readonly flushMs: number;
  readonly heartbeatMs: number;
  readonly serverTime: UnixMs;
  readonly sourceTime: UnixMs;
  /** Sequences of the last flush and the last event. */
  readonly seq: number;
  readonly eventSeq: number;
  readonly fields: FieldLists;
  readonly codes: CodeLists;
}

/** Where a client stands: it has everything up to these sequences of this epoch and scope. */
export interface ResumePoint {
  readonly epoch: string;
  readonly scope: string;
  readonly seq: number;
  readonly eventSeq: number;
}

/** First message of the client. */
export interface ClientHello {
  readonly type: "hello";
  readonly version: number;
  readonly rows: RowSubscription;
  readonly resume: ResumePoint | null;
  /** Wanted time between frames in ms; 0 is the server's cadence. */
  readonly intervalMs: number;
}

/** What a client may send. */
export type ClientMessage =
  | ClientHello
  | { readonly type: "subscribe"; readonly rows: RowSubscription }
  | { readonly type: "rate"; readonly intervalMs: number }
  | { readonly type: "snapshot" }
  | { readonly type: "ping"; readonly id: number };

/** Kinds of event. */
export const EVENT_KINDS = ["fill", "order", "alert", "lifecycle", "feed"] as const;

/** Kind of an event. */
export type EventKind = typeof EVENT_KINDS[number];

/** How much an event wants the reader. */
export const EVENT_SEVERITIES = ["info", "caution", "critical"] as const;

/** Severity of an event. */
export type EventSeverity = typeof EVENT_SEVERITIES[number];

/** A fact of an event; `null` is absent. */
export type EventFact = string | number | boolean | null;

/**
 * Something that happened, sent at once and never conflated. `seq` counts the events of the epoch,
 * `previous` is the event before it that this scope could see, `flush` the sequence of the flush
 * that it precedes, `at` the source's time in ms.
 */
export interface StreamEvent {
  readonly seq: number;
  readonly previous: number;
  readonly flush: number;
  readonly at: UnixMs;
  readonly kind: EventKind;
  readonly severity: EventSeverity;
  /** Id of the account it concerns, or null for all. */
  readonly accountId: number | null;
  readonly text: string;
  readonly facts: Readonly<Record<string, EventFact>>;
}

/**
 * Events in order; `missed` counts those that could not be brought back, `through` is the sequence
 * up to which the receiver now knows all that there is to know.
 */
export interface EventsMessage {
  readonly type: "events";
  readonly missed: number;
  readonly through: number;
  readonly events: readonly StreamEvent[];
}

/** What a server sends as text, besides frames of the JSON format. */
export type ServerMessage =
  | ServerHello
  | EventsMessage
  | {
    readonly type: "pong";
    readonly id: number;
    readonly serverTime: UnixMs;
    readonly sourceTime: UnixMs;
  }
  | { readonly type: "error"; readonly code: string; readonly message: string }
  | { readonly type: "bye"; readonly reason: string };

/** States of a feed. */
export const FEED_STATES = ["connecting", "live", "stale", "down", "closed"] as const;

/** What a feed brings: prices, what accounts hold, or both. */
export const FEED_CARGOES = ["prices", "accounts", "all"] as const;

/** A feed as the feed bar shows it. Times in ms by the source's clock. */
export interface FeedStatus {
  readonly feed: string;
  readonly label: string;
  readonly state: typeof FEED_STATES[number];
  readonly since: UnixMs;
  readonly lastByteAt: UnixMs | null;
  readonly lastHeartbeatAt: UnixMs | null;
  readonly lastEventAt: UnixMs | null;
  /** Market events per second, null when the feed does not count. */
  readonly eventsPerSecond: number | null;
  /** Events dropped or quarantined, by cause. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly detail: string | null;
  /** Id of its broker, as in accounts; absent where the desk has one broker. */
  readonly broker?: string;
  /** What stops with it; absent where the desk has one broker. */
  readonly carries?: typeof FEED_CARGOES[number];
  /** What the reader should know although it works, as a sentence; absent: nothing. */
  readonly notice?: string;
}

/** Whether the desk keeps what it shows, and since when that holds by the source's clock. */
export interface RecordingStatus {
  readonly since: UnixMs;
  /** Why it does not, and what helps; null while it does. */
  readonly message: string | null;
  readonly fix: string | null;
  /** What of the record cannot be read any more, while the rest goes on; null: nothing known. */
  readonly damage: string | null;
}

/** A rate that money of another currency is converted with. */
export interface FxRateStatus {
  readonly currency: Currency;
  readonly base: Currency;
  /** One unit of `currency` in `base`. */
  readonly rate: number;
  /** By the source's clock. */
  readonly asOf: UnixMs;
}

/** Sessions of the market that the desk follows. */
export const MARKET_SESSIONS = ["regular", "extended", "closed"] as const;

/** The market and the source's clock, sent when they change. */
export interface MarketStatus {
  readonly session: typeof MARKET_SESSIONS[number];
  /** Official session date, YYYY-MM-DD, or null before the first. */
  readonly sessionDate: string | null;
  /** When the present session began and ends, ms by the source's clock; null when unknown. */
  readonly since: UnixMs | null;
  readonly until: UnixMs | null;
  /** Source seconds per second: 1 live, 0 paused, x in a replay at speed x. */
  readonly sourceSpeed: number;
}
