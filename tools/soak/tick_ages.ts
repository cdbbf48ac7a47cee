import { ROW_F64, ROW_F64_AT } from "../../lib/domain/measures.ts";
import { BookCopy } from "../../lib/stream/client/book_copy.ts";
import { readServerMessage } from "../../lib/stream/protocol/parse_server.ts";

const GONE_ROWS_MAX = 1_000;

/**
 * Follows a stream and tells of every frame how old the ticks in it are: a row names when its
 * newest input arrived at the desk, by the clock of the frame's header.
 */
export class TickAges {
  readonly #copy = new BookCopy();
  /** Last known arrival by row id. */
  readonly #arrivals = new Map<number, number>();

  /** Takes the server's hello; other messages change nothing. */
  hello(text: string): void {
    const message = readServerMessage(JSON.parse(text));
    if (message.ok && message.value?.type === "hello") this.#copy.adopt(message.value);
  }

  /** Ages at the flush of what this frame brought, ms ascending; none of a snapshot. */
  take(payload: Uint8Array): Float64Array {
    const applied = this.#copy.apply(payload.slice());
    const ages: number[] = [];
    // Ids of rows that went never come back.
    if (this.#arrivals.size > GONE_ROWS_MAX + 2 * this.#copy.rowCount) this.#arrivals.clear();
    if (applied.kind !== "applied") return Float64Array.from(ages);
    const { rowCount, rowIds, rowF64, sourceTime } = this.#copy;
    for (let row = 0; row < rowCount; row++) {
      const arrivedAt = rowF64[row * ROW_F64.length + ROW_F64_AT.receivedAt];
      if (this.#arrivals.get(rowIds[row]) === arrivedAt || Number.isNaN(arrivedAt)) continue;
      this.#arrivals.set(rowIds[row], arrivedAt);
      ages.push(sourceTime - arrivedAt);
    }
    return applied.isSnapshot ? new Float64Array(0) : Float64Array.from(ages).sort();
  }
}
