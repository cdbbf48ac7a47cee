import { MARKET_EVENT, MARKET_STRIDE, marketBatch } from "../domain/market_data.ts";
import { Board, type BoardInstrument, createBoard } from "./board.ts";

/** 2025-03-19 10:15 New York. */
export const NOW = Date.UTC(2025, 2, 19, 14, 15);

export function aShare(over: Partial<BoardInstrument> = {}): BoardInstrument {
  const delivery = { feed: "f", cadenceMs: null, isDerived: false };
  return { kind: "equity", sessionClass: "equity", ...delivery, ...over };
}

/** One event; `at` NaN for a source that sends no stamps. */
export interface TestEvent {
  readonly handle?: number;
  readonly kind: keyof typeof MARKET_EVENT | number;
  readonly values: readonly number[];
  readonly at?: number;
}

/** A board with share 0 and option 1 on a live feed. */
export function aBoard(): Board {
  const board = createBoard({ capacity: 8 });
  board.register(0, aShare());
  board.register(1, aShare({ kind: "option", sessionClass: "lateOption" }));
  board.setFeedState("f", "live", NOW);
  return board;
}

/** Applies one message; handle 0 and the receive time unless an event says otherwise. */
export function send(board: Board, events: readonly TestEvent[], receivedAt = NOW): void {
  const batch = marketBatch(events.length);
  batch.count = events.length;
  events.forEach((event, i) => {
    batch.kind[i] = typeof event.kind === "number" ? event.kind : MARKET_EVENT[event.kind];
    batch.handle[i] = event.handle ?? 0;
    batch.eventAt[i] = event.at ?? receivedAt;
    const values = [...event.values, ...Array(MARKET_STRIDE).fill(NaN)].slice(0, MARKET_STRIDE);
    batch.values.set(values, i * MARKET_STRIDE);
  });
  board.apply(batch, receivedAt);
}

export function aQuote(bid: number, ask: number, at?: number): TestEvent {
  return { kind: "quote", values: [bid, ask, 1, 1], at };
}

export function aTrade(last: number, at?: number): TestEvent {
  return { kind: "trade", values: [last, 1, 1], at };
}

export function aClose(close: number, handle = 0): TestEvent {
  return { kind: "summary", values: [close, NaN], handle };
}
