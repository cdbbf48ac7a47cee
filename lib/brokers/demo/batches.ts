import { MARKET_EVENT, MARKET_STRIDE, type MarketBatch } from "../../domain/market_data.ts";
import { STATUS } from "../../world/mod.ts";
import type { EventColumns } from "./wire/messages.ts";

/**
 * Which handles are wanted, and the batches cut down to them. A batch that was on its way when the
 * subscription changed still holds what nobody wants any more; it must not get through.
 */
export class DemoBatches {
  #wanted = new Uint8Array(0);

  /** Makes `handles` the wanted ones. */
  want(handles: readonly number[]): void {
    this.#wanted = new Uint8Array(handles.reduce((max, handle) => Math.max(max, handle + 1), 0));
    for (const handle of handles) this.#wanted[handle] = 1;
  }

  /** Adds and removes some; a handle in both is wanted. */
  change(added: readonly number[], removed: readonly number[]): void {
    for (const handle of removed) this.#wanted[handle] = 0;
    const size = added.reduce((max, handle) => Math.max(max, handle + 1), this.#wanted.length);
    if (size > this.#wanted.length) {
      const grown = new Uint8Array(2 * size);
      grown.set(this.#wanted);
      this.#wanted = grown;
    }
    for (const handle of added) this.#wanted[handle] = 1;
  }

  /** The batch of wanted events, in place: same columns, smaller count. */
  wanted(columns: EventColumns): MarketBatch {
    let to = 0;
    for (let from = 0; from < columns.count; from++) {
      if (this.#wanted[columns.handle[from]] !== 1) continue;
      if (to !== from) moveEvent(columns, from, to);
      if (columns.kind[to] === MARKET_EVENT.status) {
        const offset = to * MARKET_STRIDE;
        columns.values[offset] = columns.values[offset] === STATUS.halted ? 1 : 0;
      }
      to++;
    }
    columns.count = to;
    return columns;
  }
}

function moveEvent(columns: EventColumns, from: number, to: number): void {
  columns.kind[to] = columns.kind[from];
  columns.handle[to] = columns.handle[from];
  columns.eventAt[to] = columns.eventAt[from];
  const start = from * MARKET_STRIDE;
  columns.values.copyWithin(to * MARKET_STRIDE, start, start + MARKET_STRIDE);
}
