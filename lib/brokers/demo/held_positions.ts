import type { Position } from "../../domain/position.ts";

interface Held {
  readonly positions: readonly Position[];
  readonly indexByKey: Map<string, number>;
}

/**
 * The positions of each account as last told. A change makes a new list in which everything that
 * did not move is the same object at the same place, so that the book sees at once what moved.
 */
export class HeldPositions {
  readonly #accounts = new Map<string, Held>();

  /** Takes over all positions of an account. */
  replace(account: string, positions: readonly Position[]): readonly Position[] {
    const indexByKey = new Map(positions.map(({ instrumentKey }, at) => [instrumentKey, at]));
    this.#accounts.set(account, { positions, indexByKey });
    return positions;
  }

  /**
   * Takes over positions that moved; what was closed stays with quantity 0 until the next whole
   * list. Answers all positions of the account.
   */
  change(account: string, moved: readonly Position[]): readonly Position[] {
    const held = this.#accounts.get(account);
    if (held === undefined) return this.replace(account, moved);
    const positions = held.positions.slice();
    for (const position of moved) {
      const at = held.indexByKey.get(position.instrumentKey) ?? positions.length;
      positions[at] = position;
      held.indexByKey.set(position.instrumentKey, at);
    }
    this.#accounts.set(account, { positions, indexByKey: held.indexByKey });
    return positions;
  }
}
