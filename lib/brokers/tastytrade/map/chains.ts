import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { optionKey, type Settlement } from "../../../domain/instrument.ts";
import type { ChainExpiry } from "../../../ports/broker.ts";
import { type ChainFacts, readSettlement, readTicks } from "./definitions.ts";
import { type Drift, Fields } from "./fields.ts";
import type { TickStep } from "./listed_instrument.ts";
import { parseFutureOption, parseOcc } from "./symbols.ts";

/** A strike of a chain with the broker's names of its two options; null: not listed. */
export interface ListedStrike {
  readonly strike: number;
  readonly call: string | null;
  readonly callStreamer: string | null;
  readonly put: string | null;
  readonly putStreamer: string | null;
}

/** One expiry of one root. Two roots of an underlying may expire on the same day. */
export interface ListedExpiry {
  readonly root: string;
  readonly expiry: IsoDate;
  /** Regular, Weekly …; an open set. */
  readonly expiryType: string | null;
  readonly settlement: Settlement | null;
  readonly expiresAt: UnixMs | null;
  /** Symbol of the future beneath; null for options on shares and indices. */
  readonly future: string | null;
  readonly strikes: readonly ListedStrike[];
}

/** A root of an underlying with its contract terms. */
export interface ListedChain extends ChainFacts {
  readonly underlying: string;
  readonly root: string;
  readonly multiplier: number | null;
  /** True for adjusted contracts. */
  readonly isAdjusted: boolean;
  readonly expiries: readonly ListedExpiry[];
}

function readStrikes(fields: Fields): ListedStrike[] {
  return fields.children("strikes").flatMap((row) => {
    const strike = row.positive("strike-price", "expected");
    if (strike === null) return [];
    return [{
      strike,
      call: row.text("call"),
      callStreamer: row.text("call-streamer-symbol"),
      put: row.text("put"),
      putStreamer: row.text("put-streamer-symbol"),
    }];
  });
}

function readExpiries(fields: Fields, root: string | null): ListedExpiry[] {
  return fields.children("expirations").flatMap((row) => {
    const expiry = row.date("expiration-date", "expected");
    const ownRoot = root ?? row.text("option-root-symbol", "expected");
    if (expiry === null || ownRoot === null) return [];
    return [{
      root: ownRoot,
      expiry,
      expiryType: row.text("expiration-type"),
      settlement: readSettlement(row),
      expiresAt: row.instant("expires-at"),
      future: root === null ? row.text("underlying-symbol") : null,
      strikes: readStrikes(row),
    }];
  });
}

/** Shares of the underlying alone are a simple delivery; so is cash, which the multiplier says. */
function readDelivery(
  fields: Fields,
  underlying: string,
): Pick<ChainFacts, "deliverable" | "oddDelivery"> {
  const parts = fields.children("deliverables");
  const [only] = parts;
  if (parts.length === 1) {
    const isShares = only.text("deliverable-type") === "Shares";
    const isOwn = (only.text("symbol") ?? underlying) === underlying;
    if (isShares && isOwn) return { deliverable: only.positive("amount"), oddDelivery: null };
    if (!isShares) return { deliverable: null, oddDelivery: null };
  }
  if (parts.length === 0) return { deliverable: null, oddDelivery: null };
  const words = parts.map((part) => part.text("description") ?? "something unnamed").join(" and ");
  return { deliverable: null, oddDelivery: `delivers ${words}` };
}

/** Reads the items of `GET /option-chains/{symbol}/nested`: one chain per root. */
export function readChains(items: unknown, drift: Drift): ListedChain[] {
  return Fields.listOf(items, "chain", drift).flatMap((fields) => {
    const root = fields.text("root-symbol", "expected");
    const underlying = fields.text("underlying-symbol", "expected");
    if (root === null || underlying === null) return [];
    return [{
      underlying,
      root,
      multiplier: fields.positive("shares-per-contract", "expected"),
      isAdjusted: fields.text("option-chain-type") === "Non-standard",
      ticks: readTicks(fields),
      ...readDelivery(fields, underlying),
      expiries: readExpiries(fields, root),
    }];
  });
}

/** Expiries of the options of one product of futures. */
export interface ListedFutureChain {
  readonly underlying: string;
  readonly ticks: readonly TickStep[];
  readonly expiries: readonly ListedExpiry[];
}

/** Reads `data` of `GET /futures-option-chains/{code}/nested`. */
export function readFutureChains(data: unknown, drift: Drift): ListedFutureChain[] {
  const fields = Fields.of(data, "futureChain", drift);
  return fields === null ? [] : fields.children("option-chains").flatMap((chain) => {
    const underlying = chain.text("underlying-symbol", "expected");
    if (underlying === null) return [];
    const expiries = readExpiries(chain, null);
    return [{ underlying, ticks: readTicks(chain), expiries }];
  });
}

function keyOf(symbol: string | null, multiplier: number): string | null {
  if (symbol === null) return null;
  const contract = parseOcc(symbol) ?? parseFutureOption(symbol);
  return contract === null ? null : optionKey({ ...contract, multiplier });
}

/** The expiries as the desk's contract wants them, with its keys; strikes ascending. */
export function mapExpiries(
  expiries: readonly ListedExpiry[],
  multiplier: number,
): ChainExpiry[] {
  return expiries.map(({ expiry, root, strikes }) => ({
    expiry,
    root,
    strikes: strikes.map(({ strike, call, put }) => ({
      strike,
      callKey: keyOf(call, multiplier),
      putKey: keyOf(put, multiplier),
    })).sort((a, b) => a.strike - b.strike),
  })).sort((a, b) => a.expiry < b.expiry ? -1 : a.expiry > b.expiry ? 1 : 0);
}
