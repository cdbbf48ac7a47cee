import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";
import { indexOf } from "../base/record.ts";
import { GREEKS_SOURCES, STALENESS } from "../domain/measures.ts";
import { createEuropeanValue, valueEuropean } from "../pricing/european.ts";
import type { BookState } from "./book_state.ts";
import { solvePending } from "./mid_iv.ts";
import { PRESENT } from "./tables.ts";

/** A contract whose broker and model disagree, both fresh. */
export interface Divergence {
  readonly handle: number;
  readonly brokerDelta: number;
  readonly modelDelta: number;
}

/** |δ_broker − δ_local| above this raises the alarm. Source: formulas §3. */
export const DIVERGENCE_MIN = 0.05;

/** Contracts looked at in one sweep; a larger book takes several. */
const SWEEP_MAX = 20_000;
/** Divergences listed in one sweep; more tell nothing new. */
const LISTED_MAX = 200;

const SOURCE = indexOf(GREEKS_SOURCES);
const STATE = indexOf(STALENESS);

/**
 * Walks over the contracts, a bounded stretch per call, and lists those whose broker delta differs
 * from the model's at the volatility of their own mid by more than DIVERGENCE_MIN while both are
 * current. Meant for once a second.
 */
export class DivergenceSweep {
  #next = 0;
  readonly #value = createEuropeanValue();

  /** The divergences of the next stretch. */
  run(state: BookState): Divergence[] {
    const { contracts } = state.tables;
    const found: Divergence[] = [];
    const count = Math.min(contracts, SWEEP_MAX);
    for (let i = 0; i < count && found.length < LISTED_MAX; i++) {
      const contract = (this.#next + i) % contracts;
      const modelDelta = this.#modelDelta(state, contract);
      const handle = state.tables.contract.handle[contract];
      const brokerDelta =
        state.market.columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta];
      if (Math.abs(brokerDelta - modelDelta) > DIVERGENCE_MIN) {
        found.push({ handle, brokerDelta, modelDelta });
      }
    }
    this.#next = contracts === 0 ? 0 : (this.#next + count) % contracts;
    return found;
  }

  /** δ at the volatility of the contract's own mid, NaN where broker or mid are not current. */
  #modelDelta(state: BookState, contract: number): number {
    const columns = state.tables.contract;
    const { pricing } = columns;
    if (columns.greeksSource[contract] !== SOURCE.broker) return NaN;
    if (columns.staleness[contract] !== STATE.current) return NaN;
    if (Number.isNaN(pricing.riskFreeRate[contract] - pricing.carryYield[contract])) return NaN;
    if (columns.isPending[contract] === 1) solvePending(state, contract);
    if (columns.solvedAbsence[contract] !== PRESENT) return NaN;
    const basis = valueEuropean({
      right: pricing.sign[contract] > 0 ? "call" : "put",
      spot: pricing.spot[contract],
      strike: pricing.strike[contract],
      yearsToExpiry: pricing.years[contract],
      volatility: columns.solvedIv[contract],
      riskFreeRate: pricing.riskFreeRate[contract],
      dividendYield: pricing.carryYield[contract],
      isOnFuture: pricing.isOnFuture[contract] === 1,
    }, this.#value);
    return typeof basis === "string" ? this.#value.delta : NaN;
  }
}
