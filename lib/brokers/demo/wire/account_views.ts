import { present } from "../../../base/assert.ts";
import { type Amounts, CURRENCIES, type World, type WorldEvent } from "../../../world/mod.ts";
import type { DemoBalances, DemoFigures, HeldPosition, MovedPositions } from "./messages.ts";

/** The world's accounts as the desk is told: positions and balances with their previous close. */
export class AccountViews {
  readonly #world: World;
  readonly #previousCash = new Map<string, Amounts>();
  /** Accounts whose positions were sent as a whole with events; an answer may be thrown away. */
  readonly #told = new Set<string>();

  constructor(world: World) {
    this.#world = world;
    this.rememberCash();
  }

  /** What moved in an account; everything when it is not known there what stood before. */
  moved(account: string, events: readonly WorldEvent[], isResync: boolean): MovedPositions {
    const touched = new Set<number>();
    for (const event of events) {
      if (event.kind !== "position" || event.position.account !== account) continue;
      touched.add(event.position.instrument);
    }
    const isWhole = isResync || (touched.size > 0 && !this.#told.has(account));
    if (isWhole) {
      this.#told.add(account);
      return { account, isWhole, positions: this.positions(account) };
    }
    if (touched.size === 0) return { account, isWhole, positions: [] };
    const positions = this.positions(account).filter(({ instrument }) =>
      touched.delete(instrument)
    );
    for (const instrument of touched) {
      const flat = { signedQuantity: 0, averagePrice: NaN, overnightQuantity: 0 };
      positions.push({ account, instrument, ...flat });
    }
    return { account, isWhole, positions };
  }

  #filledToday(account: string): Map<number, number> {
    const filled = new Map<number, number>();
    for (const fill of this.#world.fillsToday()) {
      if (fill.account !== account) continue;
      const before = filled.get(fill.instrument) ?? 0;
      filled.set(fill.instrument, before + fill.signedQuantity);
    }
    return filled;
  }

  /** Positions of an account with their quantity at the previous close. */
  positions(account: string): HeldPosition[] {
    const filled = this.#filledToday(account);
    const held: HeldPosition[] = this.#world.positions(account).map((position) => ({
      ...position,
      overnightQuantity: position.signedQuantity - (filled.get(position.instrument) ?? 0),
    }));
    for (const position of held) filled.delete(position.instrument);
    // What was closed today is no position any more, but its result is part of the day.
    for (const [instrument, quantity] of filled) {
      const overnightQuantity = -quantity;
      held.push({ account, instrument, signedQuantity: 0, averagePrice: NaN, overnightQuantity });
    }
    return held;
  }

  /** Cash at the previous close: what was there then, less the value of what was held then. */
  rememberCash(): void {
    const world = this.#world;
    const closes = world.previousCloses();
    for (const { id } of world.accounts()) {
      const cash = { ...world.balances(id).prevNative };
      const overnight = this.#filledToday(id);
      for (const [instrument, quantity] of overnight) overnight.set(instrument, -quantity);
      for (const held of world.positions(id)) {
        const before = overnight.get(held.instrument) ?? 0;
        overnight.set(held.instrument, before + held.signedQuantity);
      }
      for (const [index, quantity] of overnight) {
        const instrument = world.instruments()[index];
        if (quantity === 0 || instrument.kind === "future") continue;
        cash[instrument.currency] -= quantity * closes[index] * instrument.multiplier;
      }
      // Cash is whole cents: what the sum leaves beyond depends on its order, and so on when.
      for (const currency of CURRENCIES) cash[currency] = Math.round(cash[currency] * 100) / 100;
      this.#previousCash.set(id, cash);
    }
  }

  /** Balances of an account with its cash at the previous close. */
  balances(account: string): DemoBalances {
    const previousCash = present(this.#previousCash.get(account), "cash of the account");
    return { ...this.#world.balances(account), previousCash };
  }

  /** Everything that the market says of an account, of one instant. */
  figures(account: string): DemoFigures {
    const world = this.#world;
    const closes = world.previousCloses();
    const positions = this.positions(account);
    return {
      at: world.now(),
      balances: this.balances(account),
      positions,
      marks: Float64Array.from(positions, ({ instrument }) => world.mark(instrument)),
      closes: Float64Array.from(positions, ({ instrument }) => closes[instrument]),
    };
  }
}
