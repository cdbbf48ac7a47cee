import type { BarSizeSetting, EventName, IBApi, IBApiCreationOptions } from "@stoqey/ib";
import type {
  IbAddress,
  IbClient,
  IbEvents,
  IbExecutionFilter,
  IbHistoryQuery,
  OpenIbClient,
} from "./client.ts";
import type { IbContractQuery } from "./contract.ts";
import { StoqeyEvents } from "./stoqey_events.ts";
import { libraryContract } from "./stoqey_map.ts";

/** The library's own limit: a last fence behind our pacing, below IB's 50 a second. */
const REQUESTS_PER_S = 40;
const EPOCH_SECONDS = 2;

/** What is used of the library. */
export interface IbLibrary {
  readonly IBApi: new (options: IBApiCreationOptions) => IBApi;
  readonly EventName: typeof EventName;
}

/** One connection over the library. */
export class StoqeyClient implements IbClient {
  readonly #api: IBApi;
  readonly #events: StoqeyEvents;
  #isClosed = false;

  /** Over an object of the library that is not connected yet. */
  constructor(api: IBApi, library: IbLibrary, events: IbEvents) {
    this.#api = api;
    this.#events = new StoqeyEvents(api, library.EventName, events);
  }

  /** Begins; call once. */
  connect(): void {
    try {
      this.#api.connect();
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      // Not before the caller has the client.
      void Promise.resolve().then(() => this.#events.close(reason));
    }
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#events.end();
    this.#api.disconnect();
  }

  reqCurrentTime(): void {
    this.#ask((api) => api.reqCurrentTime());
  }
  reqIds(): void {
    this.#ask((api) => api.reqIds());
  }
  reqPositions(): void {
    this.#ask((api) => api.reqPositions());
  }
  cancelPositions(): void {
    this.#ask((api) => api.cancelPositions());
  }
  reqAccountUpdates(isOn: boolean, account: string): void {
    this.#ask((api) => api.reqAccountUpdates(isOn, account));
  }
  reqAccountSummary(id: number, tags: string): void {
    this.#ask((api) => api.reqAccountSummary(id, "All", tags));
  }
  cancelAccountSummary(id: number): void {
    this.#ask((api) => api.cancelAccountSummary(id));
  }
  reqPnl(id: number, account: string): void {
    this.#ask((api) => api.reqPnL(id, account, ""));
  }
  cancelPnl(id: number): void {
    this.#ask((api) => api.cancelPnL(id));
  }
  reqPnlSingle(id: number, account: string, conId: number): void {
    this.#ask((api) => api.reqPnLSingle(id, account, "", conId));
  }
  cancelPnlSingle(id: number): void {
    this.#ask((api) => api.cancelPnLSingle(id));
  }
  reqContractDetails(id: number, contract: IbContractQuery): void {
    this.#ask((api) => api.reqContractDetails(id, libraryContract(contract)));
  }
  reqChain(id: number, underlying: Parameters<IbClient["reqChain"]>[1]): void {
    const { symbol, secType, conId, exchange } = underlying;
    this.#ask((api) => api.reqSecDefOptParams(id, symbol, exchange, secType, conId));
  }
  reqMarketDataType(type: number): void {
    this.#ask((api) => api.reqMarketDataType(type));
  }
  reqMarketData(id: number, contract: IbContractQuery, genericTicks: string): void {
    this.#ask((api) => api.reqMktData(id, libraryContract(contract), genericTicks, false, false));
  }
  cancelMarketData(id: number): void {
    this.#ask((api) => api.cancelMktData(id));
  }
  reqHistory(id: number, query: IbHistoryQuery): void {
    const { contract, end, duration, whatToShow, useRth, keepsUpToDate } = query;
    const barSize = query.barSize as BarSizeSetting;
    const show = whatToShow as Parameters<IBApi["reqHistoricalData"]>[5];
    this.#ask((api) =>
      api.reqHistoricalData(
        id,
        libraryContract(contract),
        end,
        duration,
        barSize,
        show,
        useRth,
        EPOCH_SECONDS,
        keepsUpToDate,
      )
    );
  }
  cancelHistory(id: number): void {
    this.#ask((api) => api.cancelHistoricalData(id));
  }
  reqOpenOrders(): void {
    this.#ask((api) => api.reqOpenOrders());
  }
  reqAllOpenOrders(): void {
    this.#ask((api) => api.reqAllOpenOrders());
  }
  reqExecutions(id: number, filter: IbExecutionFilter): void {
    this.#ask((api) => api.reqExecutions(id, { acctCode: filter.account, time: filter.since }));
  }

  #ask(request: (api: IBApi) => void): void {
    if (!this.#isClosed) request(this.#api);
  }
}

/** What the library is told of an address: whatever is not given it would look for in files. */
export function creationOptions({ host, port, clientId }: IbAddress): IBApiCreationOptions {
  return { host, port, clientId, maxReqPerSec: REQUESTS_PER_S };
}

/**
 * Loads `@stoqey/ib`, which only a desk that uses Interactive Brokers pays for, and answers what
 * opens connections. Each gets an object of its own: one that was connected before would replay
 * what waited in it. Source: ib.md section 9.
 */
export async function loadIbClient(): Promise<OpenIbClient> {
  const library: IbLibrary = await import("@stoqey/ib");
  return (address, events) => {
    const api = new library.IBApi(creationOptions(address));
    const client = new StoqeyClient(api, library, events);
    client.connect();
    return client;
  };
}
