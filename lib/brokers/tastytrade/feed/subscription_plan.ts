import { SubscriptionChunk } from "../wire/dxlink/chunks.ts";
import type { SymbolTable, TableWatcher } from "./symbol_table.ts";

/** Time after which a subscription that brought nothing is repeated, and then given up, ms. */
export const CONFIRM_MS = 10_000;

/** How often what has no data is asked for again, ms: nothing else yet, or other types came. */
const ASK_AGAIN_SILENT_MS = 60_000;
const ASK_AGAIN_PARTIAL_MS = 300_000;

/** What a review of a plan found. */
export interface PlanReview {
  /** Ids of which nothing at all arrived although asked for twice. */
  readonly silent: readonly number[];
  /** True when every wanted type of every symbol is confirmed or known to have no data. */
  readonly isSettled: boolean;
}

/** How many symbols stand where. */
export interface PlanCounts {
  readonly wanted: number;
  /** Something arrived for it. */
  readonly confirmed: number;
  /** Asked for twice in vain. */
  readonly noData: number;
}

/**
 * What one connection was asked for, against what is wanted: gives the differences as messages of
 * bounded size in the order of risk, and follows each type of each symbol until an event confirms
 * it or it is known to have no data. Nothing is acknowledged on the wire, so silence is all there
 * is to go by. Source: dxlink.md §3 "FEED_SUBSCRIPTION", §9.
 */
export class SubscriptionPlan implements TableWatcher {
  /** Types per id that brought an event on this connection; the decoder writes it. */
  readonly confirmed: Uint8Array;
  readonly #table: SymbolTable;
  readonly #channel: number;
  readonly #sent: Uint8Array;
  readonly #retried: Uint8Array;
  readonly #noData: Uint8Array;
  readonly #sentAt: Float64Array;
  readonly #onChange: () => void;
  #removals: { readonly symbol: string; readonly types: number }[] = [];
  #isReset = true;
  #cursor = 0;

  /** `onChange` is told when there may be messages to send. */
  constructor(table: SymbolTable, channel: number, onChange: () => void) {
    this.#table = table;
    this.#channel = channel;
    this.confirmed = new Uint8Array(table.capacity);
    this.#sent = new Uint8Array(table.capacity);
    this.#retried = new Uint8Array(table.capacity);
    this.#noData = new Uint8Array(table.capacity);
    this.#sentAt = new Float64Array(table.capacity);
    this.#onChange = onChange;
    table.watch(this);
  }

  narrowed(id: number, symbol: string, types: number): void {
    const gone = this.#sent[id] & ~types;
    if (gone !== 0) this.#removals.push({ symbol, types: gone });
    this.#sent[id] &= types;
    this.#retried[id] &= types;
    this.#noData[id] &= types;
    this.confirmed[id] &= types;
    if (this.#removals.length > 2 * this.#table.capacity) this.#startOver();
  }

  changed(): void {
    this.#cursor = 0;
    this.#onChange();
  }

  /** Ends the watching of the table. */
  close(): void {
    this.#table.unwatch(this);
  }

  /** The next message of at most `bytesMax`, or null when all is asked for. `now`: awake ms. */
  next(bytesMax: number, now: number): string | null {
    return this.#nextRemoval(bytesMax) ?? this.#nextAddition(bytesMax, now);
  }

  /** Asks anew for some types of all symbols: values of them may have been lost. */
  repeat(types: number): void {
    for (const id of this.#table.order()) {
      const sent = this.#sent[id] & types;
      if (sent !== 0) this.#removals.push({ symbol: this.#table.symbolOf(id), types: sent });
      this.#sent[id] &= ~types;
      this.#retried[id] &= ~types;
      this.#noData[id] &= ~types;
      this.confirmed[id] &= ~types;
    }
    if (this.#removals.length > 2 * this.#table.capacity) this.#startOver();
    this.changed();
  }

  /** Repeats what brought nothing in time, and gives up what was repeated. `now`: awake ms. */
  review(now: number): PlanReview {
    const silent: number[] = [];
    // Nothing is repeated before everything was asked for once.
    if (this.#cursor < this.#table.order().length) return { silent, isSettled: false };
    let isSettled = true;
    let isRepeating = false;
    for (const id of this.#table.order()) {
      const unseen = this.#table.wanted[id] & ~this.confirmed[id];
      if (unseen === 0) continue;
      if (this.#isToBeAskedAgain(id, now)) {
        this.#sent[id] &= ~unseen;
        isRepeating = true;
      }
      const open = unseen & ~this.#noData[id];
      if (open === 0) continue;
      const late = now - this.#sentAt[id] > CONFIRM_MS ? open & this.#sent[id] : 0;
      const fresh = late & ~this.#retried[id];
      const vain = late & this.#retried[id];
      this.#sent[id] &= ~fresh;
      this.#retried[id] |= fresh;
      this.#noData[id] |= vain;
      if (fresh !== 0) isRepeating = true;
      if (vain === open && this.confirmed[id] === 0) silent.push(id);
      if (vain !== open) isSettled = false;
    }
    if (isRepeating) this.changed();
    return { silent, isSettled };
  }

  /** True when all was asked for, and whatever arrived on another connection arrived here too. */
  covers(other: SubscriptionPlan): boolean {
    const order = this.#table.order();
    return this.#cursor >= order.length &&
      order.every((id) => (other.confirmed[id] & ~this.confirmed[id]) === 0);
  }

  /** Where the symbols stand. */
  counts(): PlanCounts {
    let confirmed = 0;
    let noData = 0;
    const order = this.#table.order();
    for (const id of order) {
      if (this.confirmed[id] !== 0) confirmed++;
      else if (this.#noData[id] === this.#table.wanted[id]) noData++;
    }
    return { wanted: order.length, confirmed, noData };
  }

  /** What is known of one id: an event came, it has no data, or neither yet. */
  stateOf(id: number): "confirmed" | "noData" | "pending" {
    if (this.confirmed[id] !== 0) return "confirmed";
    return this.#noData[id] !== 0 && this.#noData[id] === this.#table.wanted[id]
      ? "noData"
      : "pending";
  }

  #isToBeAskedAgain(id: number, now: number): boolean {
    const known = this.#noData[id] & this.#sent[id] & ~this.confirmed[id];
    const after = this.confirmed[id] === 0 ? ASK_AGAIN_SILENT_MS : ASK_AGAIN_PARTIAL_MS;
    return known !== 0 && now - this.#sentAt[id] > after;
  }

  #startOver(): void {
    this.#removals = [];
    for (const marks of [this.#sent, this.#retried, this.#noData, this.confirmed]) marks.fill(0);
    this.#isReset = true;
    this.#cursor = 0;
  }

  #nextRemoval(bytesMax: number): string | null {
    if (this.#removals.length === 0) return null;
    const chunk = this.#chunk("remove", bytesMax);
    let taken = 0;
    for (const { symbol, types } of this.#removals) {
      if (!chunk.take(symbol, types)) break;
      taken++;
    }
    this.#removals.splice(0, taken);
    return chunk.text();
  }

  #nextAddition(bytesMax: number, now: number): string | null {
    const order = this.#table.order();
    const chunk = this.#chunk("add", bytesMax);
    for (; this.#cursor < order.length; this.#cursor++) {
      const id = order[this.#cursor];
      const missing = this.#table.wanted[id] & ~this.#sent[id];
      if (missing === 0) continue;
      if (!chunk.take(this.#table.symbolOf(id), missing)) break;
      this.#sent[id] |= missing;
      this.#sentAt[id] = now;
    }
    if (chunk.size === 0) return null;
    this.#isReset = false;
    return chunk.text();
  }

  #chunk(kind: "add" | "remove", bytesMax: number): SubscriptionChunk {
    const isReset = this.#isReset && kind === "add";
    return new SubscriptionChunk({ channel: this.#channel, kind, isReset, bytesMax });
  }
}
