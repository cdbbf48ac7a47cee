import type { BrokerAdapter } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timers } from "../../ports/timers.ts";
import { readOurAccount } from "../../portfolio/reconciliation/read_ours.ts";
import type { Engine } from "../engine.ts";
import { Reconciler } from "./reconciler.ts";

/** A reconciler over a running engine's book and board. */
export function deskReconciler(
  engine: Engine,
  { adapter, clock, timers }: {
    readonly adapter: BrokerAdapter;
    readonly clock: Clock;
    readonly timers: Timers;
  },
): Reconciler {
  const { book, board } = engine;
  const handleOf = (key: string) => book.handleOf(key);
  return new Reconciler({
    adapter,
    clock,
    timers,
    accountIds: () =>
      engine.isLoaded
        ? Array.from({ length: book.accountCount }, (_, a) => book.account(a).account.id)
        : [],
    read: (index, hasGreeks) => {
      const now = adapter.clock.now();
      return readOurAccount({ book, market: board, handleOf, now, hasGreeks }, index);
    },
    lastFillAt: (accountId) => engine.lastFillAt(accountId),
    brokerOf: (index) => book.account(index).account.broker,
    positionCount: () => book.rowCount,
  });
}
