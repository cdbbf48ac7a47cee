import type { Instrument, World } from "../../../lib/world/mod.ts";
import { PositionBook } from "../accounts/book.ts";

/** What every position cost, fill by fill, so that a fill can tell what it realised. */
export class CostBasis {
  readonly #books = new Map<string, PositionBook>();

  /** Starts from the positions that the world's accounts hold. */
  constructor(world: World) {
    const instruments = world.instruments();
    for (const { id } of world.accounts()) {
      const book = this.#book(id);
      for (const { instrument, signedQuantity, averagePrice } of world.positions(id)) {
        book.open(instruments[instrument], signedQuantity, averagePrice);
      }
    }
  }

  /** Takes a fill and returns what it realised, after fees; null when it closes nothing. */
  take(
    account: string,
    fill: {
      readonly instrument: Instrument;
      readonly signedQuantity: number;
      readonly price: number;
      readonly fees: number;
    },
  ): number | null {
    const book = this.#book(account);
    const before = book.line(fill.instrument);
    const held = before?.signedQuantity ?? 0;
    const realized = before?.realized ?? 0;
    book.apply(fill);
    if (held * fill.signedQuantity >= 0) return null;
    return (book.line(fill.instrument)?.realized ?? 0) - realized;
  }

  /** A day begins: what was closed is forgotten. */
  startDay(): void {
    for (const book of this.#books.values()) book.startDay();
  }

  #book(account: string): PositionBook {
    const known = this.#books.get(account);
    if (known !== undefined) return known;
    const book = new PositionBook();
    this.#books.set(account, book);
    return book;
  }
}
