import { unreachable } from "../../base/assert.ts";
import type { Result } from "../../base/result.ts";
import { maskAccountNumber } from "../../domain/account.ts";
import type { AccountRef, RowRef, UnderlyingRef } from "../../domain/book_view.ts";
import type { Instrument, InstrumentBase, Option } from "../../domain/instrument.ts";
import {
  FEED_CARGOES,
  FEED_STATES,
  type FeedStatus,
  type FxRateStatus,
  MARKET_SESSIONS,
  type MarketStatus,
  type RecordingStatus,
  type RowSubscription,
} from "./messages.ts";
import { type MalformedError, ObjectReader } from "./object_reader.ts";

/**
 * What a frame says about names: entries that are new or changed, ids that are gone, and state
 * that is text by nature. Everything is optional; what is not there did not change.
 */
export interface Directory {
  readonly underlyings?: readonly UnderlyingRef[];
  readonly accounts?: readonly AccountRef[];
  readonly rows?: readonly RowRef[];
  readonly removedUnderlyings?: readonly number[];
  readonly removedAccounts?: readonly number[];
  readonly removedRows?: readonly number[];
  /** Underlyings whose rows travel; the rest is known by its cells alone. */
  readonly rowsOf?: RowSubscription;
  readonly feeds?: readonly FeedStatus[];
  readonly market?: MarketStatus;
  readonly recording?: RecordingStatus;
  /** All rates, each currency once. */
  readonly rates?: readonly FxRateStatus[];
}

const ENTRIES_MAX = 200_000;
const FEEDS_MAX = 64;
const RATES_MAX = 256;

/**
 * The account as it may leave the process: the number masked, in the id as well when the id holds
 * it.
 */
export function maskAccount(ref: AccountRef): AccountRef {
  const { id, number } = ref.account;
  const masked = maskAccountNumber(number);
  const isInId = number.length > 4 && id.includes(number);
  return {
    id: ref.id,
    account: {
      ...ref.account,
      id: isInId ? id.replaceAll(number, masked) : id,
      number: masked,
    },
  };
}

/** Text of a directory; empty when there is nothing to say. */
export function directoryText(directory: Directory): string {
  const text = JSON.stringify(directory);
  return text === "{}" ? "" : text;
}

function readBase(reader: ObjectReader): InstrumentBase {
  return {
    key: reader.string("key"),
    symbol: reader.string("symbol"),
    underlying: reader.string("underlying"),
    multiplier: reader.number("multiplier"),
    currency: reader.string("currency", 8),
    exchange: reader.string("exchange"),
    sessionClass: reader.oneOf(
      "sessionClass",
      ["equity", "lateOption", "futures"] as const,
      "equity",
    ),
    tickSize: reader.number("tickSize"),
  };
}

function readOption(reader: ObjectReader, kind: Option["kind"]): Option {
  return {
    ...readBase(reader),
    kind,
    right: reader.oneOf("right", ["call", "put"] as const, "call"),
    strike: reader.number("strike"),
    expiry: reader.string("expiry", 10),
    expiresAt: reader.number("expiresAt"),
    settlement: reader.oneOf("settlement", ["AM", "PM"] as const, "PM"),
    underlyingKey: reader.string("underlyingKey"),
    deliverable: reader.number("deliverable"),
    root: reader.string("root"),
  };
}

const KINDS = ["equity", "index", "future", "option", "futureOption", "unsupported"] as const;

function readInstrument(reader: ObjectReader): Instrument {
  const kind = reader.oneOf("kind", KINDS, "unsupported");
  switch (kind) {
    case "equity":
    case "index":
      return { ...readBase(reader), kind };
    case "future":
      return {
        ...readBase(reader),
        kind,
        expiry: reader.string("expiry", 10),
        expiresAt: reader.number("expiresAt"),
      };
    case "option":
    case "futureOption":
      return readOption(reader, kind);
    case "unsupported":
      return { ...readBase(reader), kind, description: reader.string("description") };
    default:
      return unreachable(kind);
  }
}

function readRow(reader: ObjectReader): RowRef {
  return {
    id: reader.count("id"),
    accountId: reader.count("accountId"),
    underlyingId: reader.count("underlyingId"),
    mergeGroup: reader.number("mergeGroup"),
    strategy: reader.stringOrNull("strategy"),
    instrument: reader.object("instrument", readInstrument),
  };
}

function readUnderlying(reader: ObjectReader): UnderlyingRef {
  return {
    id: reader.count("id"),
    symbol: reader.string("symbol"),
    currency: reader.string("currency", 8),
    instrumentKey: reader.stringOrNull("instrumentKey"),
  };
}

function readAccount(reader: ObjectReader): AccountRef {
  return {
    id: reader.count("id"),
    account: reader.object("account", (r) => ({
      id: r.string("id"),
      broker: r.string("broker"),
      number: r.string("number"),
      nickname: r.string("nickname"),
      type: r.string("type"),
      currency: r.string("currency", 8),
      ...(r.has("isPaper") ? { isPaper: r.take("isPaper") === true } : {}),
    })),
  };
}

function readFeed(reader: ObjectReader): FeedStatus {
  const dropped = reader.facts("dropped", 100);
  return {
    feed: reader.string("feed"),
    label: reader.string("label"),
    state: reader.oneOf("state", FEED_STATES, "down"),
    since: reader.number("since"),
    lastByteAt: reader.numberOrNull("lastByteAt"),
    lastHeartbeatAt: reader.numberOrNull("lastHeartbeatAt"),
    lastEventAt: reader.numberOrNull("lastEventAt"),
    eventsPerSecond: reader.numberOrNull("eventsPerSecond"),
    dropped: Object.fromEntries(
      Object.entries(dropped).map(([cause, count]) => [cause, Number(count ?? 0)]),
    ),
    detail: reader.stringOrNull("detail", 1_000),
    ...(reader.has("broker") ? { broker: reader.string("broker") } : {}),
    ...(reader.has("notice") ? { notice: reader.string("notice", 1_000) } : {}),
    ...(reader.has("carries") ? { carries: reader.oneOf("carries", FEED_CARGOES, "all") } : {}),
  };
}

function readMarket(reader: ObjectReader): MarketStatus {
  return {
    session: reader.oneOf("session", MARKET_SESSIONS, "closed"),
    sessionDate: reader.stringOrNull("sessionDate", 10),
    since: reader.numberOrNull("since"),
    until: reader.numberOrNull("until"),
    sourceSpeed: reader.number("sourceSpeed"),
  };
}

function readRecording(reader: ObjectReader): RecordingStatus {
  return {
    since: reader.number("since"),
    message: reader.stringOrNull("message", 1_000),
    fix: reader.stringOrNull("fix", 1_000),
    damage: reader.stringOrNull("damage", 2_000),
  };
}

function readRate(reader: ObjectReader): FxRateStatus {
  return {
    currency: reader.string("currency", 8),
    base: reader.string("base", 8),
    rate: reader.number("rate"),
    asOf: reader.number("asOf"),
  };
}

function readRowsOf(reader: ObjectReader): RowSubscription {
  const value = reader.take("rowsOf");
  if (value === "all") return "all";
  return new ObjectReader({ ids: value }, "rowsOf").counts("ids", ENTRIES_MAX);
}

/** Reads a parsed directory; unknown members pass. */
export function readDirectory(json: unknown): Result<Directory, MalformedError> {
  const r = new ObjectReader(json, "directory", false);
  const ids = (key: string) => r.has(key) ? { [key]: r.counts(key, ENTRIES_MAX) } : {};
  const directory: Directory = {
    ...(r.has("underlyings")
      ? { underlyings: r.objects("underlyings", ENTRIES_MAX, readUnderlying) }
      : {}),
    ...(r.has("accounts") ? { accounts: r.objects("accounts", ENTRIES_MAX, readAccount) } : {}),
    ...(r.has("rows") ? { rows: r.objects("rows", ENTRIES_MAX, readRow) } : {}),
    ...ids("removedUnderlyings"),
    ...ids("removedAccounts"),
    ...ids("removedRows"),
    ...(r.has("rowsOf") ? { rowsOf: readRowsOf(r) } : {}),
    ...(r.has("feeds") ? { feeds: r.objects("feeds", FEEDS_MAX, readFeed) } : {}),
    ...(r.has("market") ? { market: r.object("market", readMarket) } : {}),
    ...(r.has("recording") ? { recording: r.object("recording", readRecording) } : {}),
    ...(r.has("rates") ? { rates: r.objects("rates", RATES_MAX, readRate) } : {}),
  };
  return r.finish(directory);
}
