import type { Fill } from "../domain/position.ts";

/** Today's fills of one row and their sums. */
export interface FillSums {
  readonly fills: ReadonlyMap<string, Fill> | null;
  /** Σ signed quantity. */
  fillQuantity: number;
  /** Σ signed quantity × price, in the instrument's currency per unit. */
  fillValue: number;
  /** Σ fees, in the instrument's currency. */
  fees: number;
}

/** Sums the fills anew, so that a correction leaves nothing of what it corrects. */
export function sumFills(row: FillSums): void {
  row.fillQuantity = 0;
  row.fillValue = 0;
  row.fees = 0;
  if (row.fills === null) return;
  for (const fill of row.fills.values()) {
    row.fillQuantity += fill.signedQuantity;
    row.fillValue += fill.signedQuantity * fill.price;
    row.fees += fill.fees;
  }
}
