import { LISTINGS } from "../../../lib/world/listings.ts";
import type { TickRule } from "../../../lib/world/mod.ts";
import type { Contract } from "./contract.ts";

/** Price steps of an id: from each edge on, this increment. */
export interface MarketRule {
  readonly id: number;
  readonly steps: readonly { readonly lowEdge: number; readonly increment: number }[];
}

/** Rules of TWS by what they say; the numbers are those that it uses for such instruments. */
const RULES: readonly MarketRule[] = [
  { id: 26, steps: [{ lowEdge: 0, increment: 0.01 }] },
  { id: 32, steps: [{ lowEdge: 0, increment: 0.01 }, { lowEdge: 3, increment: 0.05 }] },
  { id: 109, steps: [{ lowEdge: 0, increment: 0.05 }, { lowEdge: 3, increment: 0.1 }] },
  { id: 64, steps: [{ lowEdge: 0, increment: 0.05 }, { lowEdge: 10, increment: 0.25 }] },
  { id: 67, steps: [{ lowEdge: 0, increment: 0.25 }] },
  { id: 1927, steps: [{ lowEdge: 0, increment: 0.02 }] },
  { id: 59, steps: [{ lowEdge: 0, increment: 0.00005 }] },
];
const CASH_RULE = RULES[6];

/** A rule by its id; undefined when there is none. */
export function ruleById(id: number): MarketRule | undefined {
  return RULES.find((rule) => rule.id === id);
}

/** The rule by which a contract's prices step. */
export function ruleOf(contract: Contract): MarketRule {
  const listing = LISTINGS.find(({ root }) => root === contract.listing);
  if (listing === undefined) return CASH_RULE;
  const { origin } = contract;
  if (origin.kind === "listed") return ruleOfTicks(origin.instrument.ticks);
  const root = origin.kind === "chain" ? origin.query.root : "";
  const optionClass = listing.classes.find((one) => one.root === root);
  return ruleOfTicks(optionClass?.ticks ?? listing.ticks);
}

function ruleOfTicks({ small, threshold, large }: TickRule): MarketRule {
  const wanted = small === large ? [[0, 1 / small]] : [[0, 1 / small], [threshold, 1 / large]];
  const found = RULES.find(({ steps }) =>
    steps.length === wanted.length &&
    steps.every(({ lowEdge, increment }, n) =>
      lowEdge === wanted[n][0] && Math.abs(increment - wanted[n][1]) < 1e-9
    )
  );
  return found ?? RULES[0];
}
