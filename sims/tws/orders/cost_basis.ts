import type { World } from "../../../lib/world/mod.ts";

interface Held {
  readonly quantity: number;
  readonly averagePrice: number;
}

const NOTHING: Held = { quantity: 0, averagePrice: 0 };

/** What every position cost, fill by fill, so that a fill can tell what it realised. */
export class CostBasis {
  readonly #held = new Map<string, Held>();

  /** Starts from the positions that the world's accounts hold. */
  constructor(world: World) {
    for (const { id } of world.accounts()) {
      for (const { instrument, signedQuantity, averagePrice } of world.positions(id)) {
        this.#held.set(`${id} ${instrument}`, { quantity: signedQuantity, averagePrice });
      }
    }
  }

  /**
   * Takes a fill and returns what it realised per unit of the multiplier, before costs; null for a
   * fill that closes nothing.
   */
  take(account: string, instrument: number, change: number, price: number): number | null {
    const key = `${account} ${instrument}`;
    const { quantity, averagePrice } = this.#held.get(key) ?? NOTHING;
    const after = quantity + change;
    const isClosing = quantity * change < 0;
    if (after === 0) this.#held.delete(key);
    else {
      const isTurned = quantity * after < 0;
      const average = isClosing
        ? isTurned ? price : averagePrice
        : (quantity * averagePrice + change * price) / after;
      this.#held.set(key, { quantity: after, averagePrice: average });
    }
    if (!isClosing) return null;
    const closed = Math.min(Math.abs(quantity), Math.abs(change));
    return Math.sign(quantity) * closed * (price - averagePrice);
  }
}
