import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";
import { indexOf } from "../base/record.ts";
import { GREEKS_SOURCES, STALENESS } from "../domain/measures.ts";
import { createEuropeanValue } from "../pricing/european.ts";
import type { BookState } from "./book_state.ts";
import { valueAtOwnMid } from "./model_greeks.ts";
import { PRESENT } from "./tables.ts";

/** A contract whose broker and model disagree, both fresh. */
export interface Divergence {
  readonly handle: number;
  readonly brokerDelta: number;
  readonly modelDelta: number;
}

/** |δ_broker − δ_local| above this raises the alarm. Source: formulas §3. */
export const DIVERGENCE_MIN = 0.05;

/** Divergences listed in one round; more tell nothing new. */
const LISTED_MAX = 200;

const SOURCE = indexOf(GREEKS_SOURCES);
const STATE = indexOf(STALENESS);

/**
 * Walks over the contracts, a bounded stretch per call, and lists those whose broker delta differs
 * from the model's at the volatility of their own mid by more than DIVERGENCE_MIN while both are
 * current.
 */
export class DivergenceSweep {
  #next = 0;
  /** Contracts that the round has still to look at; 0 before a round. */
  #left = 0;
  #found: Divergence[] = [];
  readonly #value = createEuropeanValue();

  /**
   * Looks at the next contracts, at most `contractsMax`. Answers what the round found when it has
   * seen every contract, or more than it lists; else null. The next round goes on from there.
   */
  run(state: BookState, contractsMax: number): readonly Divergence[] | null {
    const { contracts } = state.tables;
    if (this.#left === 0) this.#begin(contracts);
    const count = Math.min(this.#left, contractsMax, contracts);
    for (let i = 0; i < count && this.#found.length < LISTED_MAX; i++) {
      this.#next = this.#next < contracts ? this.#next : 0;
      this.#look(state, this.#next++);
    }
    this.#left -= count;
    const isDone = this.#left === 0 || contracts === 0 || this.#found.length >= LISTED_MAX;
    if (isDone) this.#left = 0;
    return isDone ? this.#found : null;
  }

  #begin(contracts: number): void {
    this.#left = contracts;
    this.#found = [];
  }

  #look(state: BookState, contract: number): void {
    const modelDelta = this.#modelDelta(state, contract);
    const handle = state.tables.contract.handle[contract];
    const brokerDelta =
      state.market.columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta];
    if (Math.abs(brokerDelta - modelDelta) > DIVERGENCE_MIN) {
      this.#found.push({ handle, brokerDelta, modelDelta });
    }
  }

  /** δ at the volatility of the contract's own mid, NaN where broker or mid are not current. */
  #modelDelta(state: BookState, contract: number): number {
    const columns = state.tables.contract;
    if (columns.greeksSource[contract] !== SOURCE.broker) return NaN;
    if (columns.staleness[contract] !== STATE.current) return NaN;
    if (!valueAtOwnMid(state, contract, this.#value)) return NaN;
    return columns.solvedAbsence[contract] === PRESENT ? this.#value.delta : NaN;
  }
}
