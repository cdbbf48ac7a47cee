import { type Instrument, isOption } from "../../domain/instrument.ts";

/** A term in which two descriptions under one key contradict each other. */
export interface Contradiction {
  /** The term as a person reads it: "multiplier", "delivery". */
  readonly term: string;
  readonly first: string;
  readonly second: string;
}

type Terms = readonly (readonly [term: string, value: string | number])[];

/** Everything in which an instrument must agree with another to be the same contract. */
function termsOf(instrument: Instrument): Terms {
  const shared: Terms = [
    ["kind", instrument.kind],
    ["multiplier", instrument.multiplier],
    ["currency", instrument.currency],
    ["underlying", instrument.underlying],
  ];
  if (instrument.kind === "future") return [...shared, ["expiry", instrument.expiry]];
  if (!isOption(instrument)) return shared;
  return [
    ...shared,
    ["driving price", instrument.underlyingKey],
    ["root", instrument.root],
    ["expiry", instrument.expiry],
    ["strike", instrument.strike],
    ["right", instrument.right],
    ["settlement", instrument.settlement],
    ["delivery", instrument.deliverable],
  ];
}

/**
 * The first term in which two descriptions of one key differ, null when they mean the same
 * contract. Exchange, tick and hours are each broker's own view of it and no identity. What the
 * desk cannot value has no terms to compare, and so is never the same.
 * Source: reliability.md, DAT-5.
 */
export function contradiction(first: Instrument, second: Instrument): Contradiction | null {
  if (first.kind === "unsupported" || second.kind === "unsupported") {
    return { term: "kind", first: first.kind, second: second.kind };
  }
  const [own, other] = [termsOf(first), termsOf(second)];
  for (let i = 0; i < own.length; i++) {
    const [term, value] = own[i];
    if (value === other[i]?.[1]) continue;
    return { term, first: String(value), second: String(other[i]?.[1] ?? "none") };
  }
  return null;
}
