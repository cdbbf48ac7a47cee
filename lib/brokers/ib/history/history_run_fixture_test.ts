import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { IbLink } from "../link.ts";
import type { IbChainPart, IbClient, IbHistoryQuery } from "../wire/client.ts";

/** 2025-03-19 10:15 New York, in session. */
export const NOW = Date.UTC(2025, 2, 19, 14, 15);
export const LIVE = new AbortController().signal;

/** A request for bars as the scripted IB saw it. */
export interface AskedBars {
  readonly at: number;
  readonly id: number;
  readonly query: IbHistoryQuery;
}

/** A scripted connection under virtual time. */
export class HistoryLink {
  readonly time = new VirtualTime(NOW);
  readonly asked: AskedBars[] = [];
  readonly cancelled: number[] = [];
  readonly chains: { readonly id: number; readonly conId: number }[] = [];
  #nextId = 1_000_000;

  link(): IbLink {
    const client: Partial<IbClient> = {
      reqHistory: (id, query) => void this.asked.push({ at: this.time.monotonic(), id, query }),
      cancelHistory: (id) => void this.cancelled.push(id),
      reqChain: (id, { conId }) => void this.chains.push({ id, conId }),
    };
    return {
      serverVersion: 178,
      accounts: ["DU1"],
      isReady: () => true,
      nextId: () => this.#nextId++,
      send: (_kind, request) => {
        request(client as IbClient);
        return () => false;
      },
    };
  }

  /** Promises that wait get their turn. */
  async settle(): Promise<void> {
    await this.time.advanceSettling(1, 1);
  }
}

export function aBar(time: string, close: number, over = {}) {
  return { time, open: close, high: close, low: close, close, volume: 1, ...over };
}

export function aPart(over: Partial<IbChainPart> = {}): IbChainPart {
  return {
    exchange: "SMART",
    underConId: 1,
    tradingClass: "SPY",
    multiplier: 100,
    expirations: ["20250516"],
    strikes: [560],
    ...over,
  };
}
