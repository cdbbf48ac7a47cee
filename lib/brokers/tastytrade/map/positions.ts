import type { UnixMs } from "../../../base/brand.ts";
import { newYorkTime } from "../../../calendar/new_york.ts";
import type { Position } from "../../../domain/position.ts";
import { INSTRUMENT_TYPE } from "./definitions.ts";
import { type Drift, Fields } from "./fields.ts";
import {
  listedFuture,
  listedFutureOption,
  type ListedInstrument,
  listedOption,
  listedShare,
  unsupported,
} from "./listed_instrument.ts";
import {
  isAdjustedRoot,
  parseFuture,
  parseFutureOption,
  parseOcc,
  streamerOption,
} from "./symbols.ts";

/** A row of `GET /accounts/{n}/positions`, or the data of a `CurrentPosition`. Null: not sent. */
export interface HeldRow {
  readonly accountNumber: string | null;
  /** Symbol of the REST service. */
  readonly symbol: string;
  /** An open set; see `INSTRUMENT_TYPE`. */
  readonly instrumentType: string;
  readonly underlyingSymbol: string | null;
  readonly streamerSymbol: string | null;
  /** Long > 0, short < 0, closed 0; null when quantity or direction cannot be read. */
  readonly signedQuantity: number | null;
  readonly multiplier: number | null;
  /** Per unit. */
  readonly averagePrice: number | null;
  /** Previous official close per unit; the broker's 0 means that it has none. */
  readonly closePrice: number | null;
  /** The broker's own mark per unit; only when marks were asked for. */
  readonly markPrice: number | null;
  readonly expiresAt: UnixMs | null;
  readonly updatedAt: UnixMs | null;
}

/** The sign comes from `quantity-direction`, for `quantity` has none. Source: tastytrade.md §4. */
function signedQuantity(fields: Fields): number | null {
  const quantity = fields.decimal("quantity", "expected");
  if (quantity === null) return null;
  const direction = fields.text("quantity-direction", "expected");
  if (quantity === 0 || direction === "Zero") return 0;
  if (direction === "Short") return -Math.abs(quantity);
  if (direction === "Long" && quantity > 0) return quantity;
  if (direction !== null) {
    fields.note("quantity-direction", direction === "Long" ? "value" : "unknown");
  }
  return null;
}

/** The rest of the broker's set as it was when this was written; others are noted. */
const OTHER_TYPES: ReadonlySet<string> = new Set([
  "Bond",
  "Fixed Income Security",
  "Warrant",
  "Index",
  "Currency Pair",
  "Liquidity Pool",
  "Event Contract",
  "Equity Offering",
  "Unknown",
]);

function instrumentTypeOf(fields: Fields): string {
  const text = fields.text("instrument-type", "expected") ?? "Unknown";
  const isKnown = OTHER_TYPES.has(text) || Object.values<string>(INSTRUMENT_TYPE).includes(text);
  if (!isKnown) fields.note("instrument-type", "unknown");
  return text;
}

/** Reads one row; null without a symbol. */
export function readHeldRow(fields: Fields): HeldRow | null {
  const symbol = fields.text("symbol", "expected");
  if (symbol === null) return null;
  return {
    accountNumber: fields.text("account-number", "expected"),
    symbol,
    instrumentType: instrumentTypeOf(fields),
    underlyingSymbol: fields.text("underlying-symbol"),
    streamerSymbol: fields.text("streamer-symbol"),
    signedQuantity: signedQuantity(fields),
    multiplier: fields.positive("multiplier", "expected"),
    averagePrice: fields.amount("average-open-price", "expected"),
    closePrice: fields.positive("close-price"),
    markPrice: fields.amount("mark-price"),
    expiresAt: fields.instant("expires-at"),
    updatedAt: fields.instant("updated-at", "expected"),
  };
}

/** Rows of an account, and how many entries could not be read at all. */
export interface HeldRows {
  readonly rows: readonly HeldRow[];
  readonly unreadCount: number;
}

/** Reads the items of a positions answer; nothing is left out silently (T-009). */
export function readHeldRows(items: unknown, drift: Drift): HeldRows {
  const all = Array.isArray(items) ? items : [];
  const rows = Fields.listOf(items, "position", drift).map(readHeldRow)
    .filter((row) => row !== null);
  return { rows, unreadCount: all.length - rows.length };
}

/** A share or index of which only the symbol is known, by which its feed calls it too. */
export function shareBySymbol(apiSymbol: string): ListedInstrument {
  const facts = { kind: "equity", isCoin: false, exchange: "", tickSize: 0 } as const;
  return {
    instrument: listedShare(apiSymbol, facts),
    apiSymbol,
    instrumentType: INSTRUMENT_TYPE.equity,
    streamerSymbol: apiSymbol,
    ticks: [],
  };
}

/** A coin of which only the symbol is known; its feed calls it otherwise. */
function coinBySymbol(apiSymbol: string): ListedInstrument {
  const facts = { kind: "equity", isCoin: true, exchange: "", tickSize: 0 } as const;
  return {
    instrument: listedShare(apiSymbol, facts),
    apiSymbol,
    instrumentType: INSTRUMENT_TYPE.cryptocurrency,
    streamerSymbol: null,
    ticks: [],
  };
}

function fromSymbol(row: HeldRow): ListedInstrument | null {
  const { symbol: apiSymbol, instrumentType, multiplier } = row;
  const listed = { apiSymbol, instrumentType, ticks: [] };
  const facts = {
    multiplier: multiplier ?? 0,
    deliverable: null,
    settlement: null,
    expiresAt: row.expiresAt,
    exchange: "",
    tickSize: 0,
  };
  switch (instrumentType) {
    case INSTRUMENT_TYPE.equity:
      return shareBySymbol(apiSymbol);
    case INSTRUMENT_TYPE.cryptocurrency:
      return coinBySymbol(apiSymbol);
    case INSTRUMENT_TYPE.equityOption: {
      const contract = parseOcc(apiSymbol);
      if (contract === null || row.underlyingSymbol === null || multiplier === null) return null;
      // What an adjusted contract delivers is not in its symbol (DAT-5).
      if (isAdjustedRoot(contract.root)) return null;
      const underlyingSymbol = row.underlyingSymbol;
      const instrument = listedOption(contract, { ...facts, underlyingSymbol });
      const streamerSymbol = streamerOption(contract);
      return instrument === null ? null : { ...listed, instrument, streamerSymbol };
    }
    case INSTRUMENT_TYPE.future: {
      const product = parseFuture(apiSymbol)?.product;
      const { expiresAt } = row;
      if (product === undefined || multiplier === null || expiresAt === null) return null;
      const expiry = newYorkTime(expiresAt).date;
      const terms = { ...facts, product, multiplier, expiry, expiresAt };
      const instrument = listedFuture(apiSymbol, terms);
      return instrument === null ? null : { ...listed, instrument, streamerSymbol: null };
    }
    case INSTRUMENT_TYPE.futureOption: {
      const contract = parseFutureOption(apiSymbol);
      const product = contract === null ? undefined : parseFuture(contract.future)?.product;
      if (contract === null || product === undefined || multiplier === null) return null;
      const instrument = listedFutureOption(contract, `/${product}`, facts);
      return instrument === null ? null : { ...listed, instrument, streamerSymbol: null };
    }
    default:
      return null;
  }
}

/** True when the multiplier is part of what the instrument is: all but shares and coins. */
function hasMultiplier({ instrument }: ListedInstrument): boolean {
  return instrument.kind === "option" || instrument.kind === "futureOption" ||
    instrument.kind === "future";
}

/**
 * The instrument of a row. Its definition is used when it is `known`, else what the row and its
 * symbol say; a type that the desk does not value, and a contract whose terms cannot be made out or
 * whose multiplier contradicts the row's, are listed as unsupported. Source: tastytrade.md §9.
 */
export function heldInstrument(row: HeldRow, known: ListedInstrument | null): ListedInstrument {
  const { symbol, instrumentType, underlyingSymbol: underlying, multiplier } = row;
  const listed = known ?? fromSymbol(row);
  const facts = { underlying, multiplier };
  if (listed === null) {
    const isValued = Object.values<string>(INSTRUMENT_TYPE).includes(instrumentType);
    const why = isValued ? "its terms are not known" : "a kind that is not valued here";
    return unsupported(symbol, instrumentType, why, facts);
  }
  const isOther = multiplier !== null && multiplier !== listed.instrument.multiplier;
  if (isOther && hasMultiplier(listed)) {
    const why = `held with multiplier ${multiplier}, listed with ${listed.instrument.multiplier}`;
    return unsupported(symbol, instrumentType, why, facts);
  }
  return row.streamerSymbol === null ? listed : { ...listed, streamerSymbol: row.streamerSymbol };
}

/** Eight decimals: what coins are held in; takes out what binary fractions add. */
const QUANTITY_STEPS = 1e8;

/**
 * A position of the desk. `changedToday`: net quantity of what was filled and delivered today in
 * the instrument, long > 0, which tells what was held overnight. Null when the quantity is not
 * known.
 */
export function mapPosition(
  row: HeldRow,
  held: {
    readonly accountId: string;
    readonly instrumentKey: string;
    readonly changedToday: number;
    readonly asOf: UnixMs;
  },
): Position | null {
  const { signedQuantity } = row;
  if (signedQuantity === null) return null;
  const { accountId, instrumentKey, changedToday, asOf } = held;
  const overnight = Math.round((signedQuantity - changedToday) * QUANTITY_STEPS) / QUANTITY_STEPS;
  return {
    accountId,
    instrumentKey,
    signedQuantity,
    overnightQuantity: overnight === 0 ? 0 : overnight,
    averagePrice: row.averagePrice,
    strategy: null,
    asOf: row.updatedAt ?? asOf,
  };
}
