import { feesOf } from "../../../lib/world/core.ts";
import type { Instrument } from "../../../lib/world/mod.ts";

/** A change of a position: what a fill did, from whatever side it came. */
export interface BookFill {
  readonly instrument: Instrument;
  readonly signedQuantity: number;
  /** Per unit, native currency. */
  readonly price: number;
  /** Native currency, positive is a cost. */
  readonly fees: number;
}

/** One line of a book; also what was closed today. */
export interface BookLine {
  readonly instrument: Instrument;
  signedQuantity: number;
  /** Cost per unit with its share of the fees, native currency. */
  unitCost: number;
  /** Realized today since the start of the emulator, native currency, after fees. */
  realized: number;
  /** Bought (sold: negative) today. */
  dayQuantity: number;
  /** Paid for it with fees, native currency. */
  dayPaid: number;
}

/** Positions of one account with their costs, as TWS keeps them: fees belong to the cost. */
export class PositionBook {
  readonly #lines = new Map<number, BookLine>();

  /** A position that was there before the day began. */
  open(instrument: Instrument, signedQuantity: number, averagePrice: number): void {
    const fees = feesOf(instrument, signedQuantity, averagePrice);
    const units = signedQuantity * instrument.multiplier;
    const line = this.#line(instrument);
    line.signedQuantity = signedQuantity;
    line.unitCost = averagePrice + fees / units;
  }

  /** Notes that a fill of today is in the positions already. */
  noteDay(fill: BookFill): void {
    const line = this.#line(fill.instrument);
    line.dayQuantity += fill.signedQuantity;
    line.dayPaid += paidFor(fill);
  }

  /** Books a fill. */
  apply(fill: BookFill): void {
    const line = this.#line(fill.instrument);
    const { multiplier } = fill.instrument;
    const held = line.signedQuantity;
    const change = fill.signedQuantity;
    const closing = held * change < 0 ? Math.min(Math.abs(held), Math.abs(change)) : 0;
    const opening = Math.abs(change) - closing;
    const feeShare = fill.fees / Math.abs(change);
    if (closing > 0) {
      const gain = Math.sign(held) * (fill.price - line.unitCost) * closing * multiplier;
      line.realized += gain - feeShare * closing;
    }
    const after = held + change;
    if (opening > 0) {
      const unitCost = fill.price + Math.sign(change) * feeShare / multiplier;
      const kept = closing > 0 ? 0 : Math.abs(held);
      line.unitCost = (kept * line.unitCost + opening * unitCost) / (kept + opening);
    }
    line.signedQuantity = after;
    this.noteDay(fill);
  }

  /** Everything held or traded today. */
  lines(): readonly BookLine[] {
    return [...this.#lines.values()];
  }

  /** The line of an instrument; undefined when it was never held. */
  line(instrument: Instrument): BookLine | undefined {
    return this.#lines.get(instrument.id);
  }

  /** A day begins: nothing is realized or traded yet, what is closed is forgotten. */
  startDay(): void {
    for (const line of this.lines()) {
      if (line.signedQuantity === 0) this.#lines.delete(line.instrument.id);
      line.realized = 0;
      line.dayQuantity = 0;
      line.dayPaid = 0;
    }
  }

  #line(instrument: Instrument): BookLine {
    const known = this.#lines.get(instrument.id);
    if (known !== undefined) return known;
    const blank = { signedQuantity: 0, unitCost: 0, realized: 0, dayQuantity: 0, dayPaid: 0 };
    const line = { instrument, ...blank };
    this.#lines.set(instrument.id, line);
    return line;
  }
}

/** Money that a fill took, native currency; what futures are worth is counted like the rest. */
export function paidFor({ instrument, signedQuantity, price, fees }: BookFill): number {
  return signedQuantity * instrument.multiplier * price + fees;
}
