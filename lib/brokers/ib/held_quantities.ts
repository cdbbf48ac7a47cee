import type { Position } from "../../domain/position.ts";

/** How much is held of each instrument over all accounts, by the last lists of positions. */
export class HeldQuantities {
  readonly #byAccount = new Map<string, ReadonlyMap<string, number>>();

  /** All positions of one account, replacing those known. */
  take(accountId: string, positions: readonly Position[]): void {
    const quantities = new Map<string, number>();
    for (const { instrumentKey, signedQuantity } of positions) {
      quantities.set(instrumentKey, (quantities.get(instrumentKey) ?? 0) + signedQuantity);
    }
    this.#byAccount.set(accountId, quantities);
  }

  /** Contracts or shares of an instrument, each account's without sign; 0 when none. */
  of(instrumentKey: string): number {
    let held = 0;
    for (const quantities of this.#byAccount.values()) {
      held += Math.abs(quantities.get(instrumentKey) ?? 0);
    }
    return held;
  }
}
