import { BROKER_GREEKS, BROKER_GREEKS_STRIDE } from "../domain/market_data.ts";
import { maskAccountNumber } from "../domain/account.ts";
import type { HubMetrics } from "../stream/hub/metrics.ts";
import type { Engine } from "./engine.ts";

/** Figures of the desk around the engine. */
export interface DeskFigures {
  readonly hub: HubMetrics;
  readonly loopLagMs: number;
  /** Wall time of the start, ms. */
  readonly startedAt: number;
}

const SAMPLE_MAX = 20;

/**
 * What `/api/debug` answers: counts, feeds and a few instruments with what the board knows. Account
 * numbers are masked; nothing secret is in the engine, so nothing secret can get here.
 */
export function debugReport(engine: Engine, figures: DeskFigures): unknown {
  const { board, book, adapter } = engine;
  const handles = book.wantedHandles();
  const { columns } = board;
  return {
    adapter: { id: adapter.id, mode: adapter.mode, capabilities: adapter.capabilities },
    feeds: adapter.health(),
    connection: adapter.debug?.() ?? null,
    counts: {
      accounts: book.accountCount,
      underlyings: book.underlyingCount,
      rows: book.rowCount,
      instruments: book.instrumentCount,
      subscribed: handles.length,
      events: board.eventCount,
    },
    dropped: { board: board.dropped(), book: book.dropped() },
    timing: { recomputeMs: engine.recomputeMs, loopLagMs: figures.loopLagMs, leadMs: board.leadMs },
    verification: engine.verification,
    divergences: engine.divergences.slice(0, SAMPLE_MAX).map((found) => ({
      ...found,
      instrument: book.instrument(found.handle).key,
    })),
    stream: figures.hub,
    accounts: Array.from({ length: book.accountCount }, (_, a) => {
      const { account } = book.account(a);
      return {
        nickname: account.nickname,
        type: account.type,
        number: maskAccountNumber(account.number),
      };
    }),
    instruments: handles.slice(0, SAMPLE_MAX).map((handle) => ({
      key: book.instrument(handle).key,
      bid: known(board.price(handle, "bid")),
      ask: known(board.price(handle, "ask")),
      mark: known(board.price(handle, "mark")),
      delta: known(columns.brokerGreeks[handle * BROKER_GREEKS_STRIDE + BROKER_GREEKS.delta]),
      previousClose: known(board.price(handle, "previousClose")),
    })),
  };
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
