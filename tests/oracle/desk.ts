import { LEAF, LEAF_STRIDE } from "@/lib/domain/measures.ts";
import { ACCOUNT_AT, ACCOUNT_F64 } from "@/lib/domain/measures.ts";
import { type ReplayBroker, replayBroker } from "@/lib/brokers/replay/adapter.ts";
import type { ReplayData } from "@/lib/brokers/replay/open.ts";
import { Engine } from "@/lib/desk/engine.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import type { Totals } from "./oracle.ts";

/** The desk's own path over a recording: adapter, board, book. */
export interface Desk {
  readonly engine: Engine;
  readonly adapter: ReplayBroker;
  readonly time: VirtualTime;
}

/** Real milliseconds per recorded minute at the speed that the tests play. */
export const MINUTE_MS = 1_000;

/** Starts the desk on a recording; the first minute comes with the first advance. */
export async function startDesk(data: ReplayData): Promise<Desk> {
  const time = new VirtualTime();
  const adapter = replayBroker(data, { speed: 60, clock: time, timers: time });
  const nothing = () => {};
  const listener = {
    fill: nothing,
    earlierFill: () => {},
    order: nothing,
    lifecycle: nothing,
    feed: nothing,
    trouble: (message: string) => {
      throw new Error(message);
    },
  };
  const engine = new Engine({
    adapter,
    accounts: [],
    requiresAccounts: true,
    capacity: 4096,
    clock: time,
    timers: time,
    listener,
  });
  const started = await engine.start();
  if (!started.ok) throw new Error(started.error.message);
  return { engine, adapter, time };
}

/** Totals of an account as the book's leaf cells and account columns add up. */
export function totalsOf({ book }: Engine, account: number): Totals {
  const positionDelta = new Map<string, number>();
  const sums = { dollarDelta: 0, netLiquidation: 0, withoutGreeks: 0, withoutMark: 0 };
  const accountAt = account * ACCOUNT_F64.length;
  sums.netLiquidation = book.accountF64[accountAt + ACCOUNT_AT.cash] +
    book.accountF64[accountAt + ACCOUNT_AT.accrued];
  for (let u = 0; u < book.underlyingCount; u++) {
    const cell = (u * book.accountCount + account) * LEAF_STRIDE;
    const legs = book.cellF64[cell + LEAF.legs];
    const delta = book.cellF64[cell + LEAF.positionDelta];
    if (legs > book.cellF64[cell + LEAF.withoutGreeks]) {
      positionDelta.set(book.underlying(u).symbol, delta);
    }
    sums.dollarDelta += book.cellF64[cell + LEAF.dollarDelta];
    sums.netLiquidation += book.cellF64[cell + LEAF.marketValue];
    sums.withoutGreeks += book.cellF64[cell + LEAF.withoutGreeks];
    sums.withoutMark += book.cellF64[cell + LEAF.withoutMark];
  }
  return { positionDelta, ...sums };
}
