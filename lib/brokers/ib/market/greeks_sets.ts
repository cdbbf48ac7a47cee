import { GREEKS_SETS, SET_FIELD, SET_STRIDE } from "./tick_types.ts";

const SETS_STRIDE = GREEKS_SETS * SET_STRIDE;

/**
 * The computations of every line, as columns: the model's, and those from the last trade, the bid
 * and the ask, which stand in while the model's are not complete. NaN is absent.
 */
export class GreeksSets {
  /** SET_FIELD values of each set of each line. */
  readonly values: Float64Array;

  /** Lines are below `capacity`. */
  constructor(capacity: number) {
    this.values = new Float64Array(capacity * SETS_STRIDE).fill(NaN);
  }

  /** Where a set of a line begins. */
  from(line: number, set: number): number {
    return line * SETS_STRIDE + set * SET_STRIDE;
  }

  /** True when delta, gamma, theta and vega of the set that begins here are all there. */
  isComplete(at: number): boolean {
    const { values } = this;
    const sum = values[at + SET_FIELD.delta] + values[at + SET_FIELD.gamma] +
      values[at + SET_FIELD.thetaPerDay] + values[at + SET_FIELD.vegaPerPoint];
    return sum === sum;
  }

  /** Where the best complete set of a line begins; the model's when none is complete. */
  best(line: number): number {
    for (let set = 0; set < GREEKS_SETS; set++) {
      const at = this.from(line, set);
      if (this.isComplete(at)) return at;
    }
    return this.from(line, 0);
  }

  /** Nothing is known of a line any more. */
  clear(line: number): void {
    this.values.fill(NaN, line * SETS_STRIDE, (line + 1) * SETS_STRIDE);
  }
}
