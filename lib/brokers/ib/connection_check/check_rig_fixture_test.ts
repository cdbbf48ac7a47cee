import { ok, type Result } from "../../../base/result.ts";
import { failingStep } from "../../../domain/connection.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import type { TcpProblem } from "../../../ports/tcp.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { IbAddress, IbClient, IbEvents, OpenIbClient } from "../wire/client.ts";
import type { IbContract, IbContractQuery } from "../wire/contract.ts";
import { type CheckedIb, IbCheck, type IbCheckOptions } from "./check.ts";
import type { GreeksSeen } from "./live_steps.ts";

/** Wednesday 2025-03-19, 11:00 in New York. */
export const IN_SESSION = Date.UTC(2025, 2, 19, 15);

/** Sunday 2025-03-16, noon in New York. */
export const ON_SUNDAY = Date.UTC(2025, 2, 16, 16);

export const ADDRESS: IbAddress = { host: "127.0.0.1", port: 7497, clientId: 7 };

/** A code and a text, as TWS sends them. */
export type Said = readonly [code: number, text: string];

/** How TWS answers a request for market data. */
export interface DataReply {
  readonly notices?: readonly Said[];
  readonly type?: number;
  /** Number of a price tick; absent: none comes. */
  readonly price?: number;
  /** Number of a computation; absent: none comes. */
  readonly greeks?: number;
}

/** What TWS does; what is left out it does as it should. */
export interface TwsScript {
  readonly tcp?: TcpProblem | "hangs";
  readonly greeting?: "never" | "close";
  /** Said before the greeting; the connection is closed afterwards. */
  readonly refusal?: Said;
  /** Said after startApi; the connection is closed afterwards. */
  readonly startRefusal?: Said;
  readonly isNeverReady?: boolean;
  readonly accounts?: readonly string[];
  /** Said when it is ready. */
  readonly notices?: readonly Said[];
  readonly positions?: "never" | readonly Partial<IbContract>[];
  readonly details?: "never" | Said;
  readonly data?: (contract: IbContractQuery, type: number) => DataReply;
}

const OPTION: Partial<IbContract> = {
  conId: 700,
  symbol: "SPY",
  secType: "OPT",
  localSymbol: "SPY   250321P00560000",
};

const CONTRACT: IbContract = {
  conId: 1,
  symbol: "AAPL",
  secType: "STK",
  lastTradeDate: "",
  strike: null,
  right: null,
  multiplier: null,
  exchange: "",
  primaryExchange: "",
  currency: "USD",
  localSymbol: "AAPL",
  tradingClass: "",
};

function answers(contract: IbContractQuery): DataReply {
  return contract.conId === undefined ? { price: 4 } : { price: 4, greeks: 13 };
}

/** A TWS on the client's interface, on virtual time; it keeps what it was asked. */
export class FakeTws {
  readonly time: VirtualTime;
  readonly asked: string[] = [];
  script: TwsScript;
  openCount = 0;
  openedCount = 0;
  #type = 1;

  constructor(time: VirtualTime, script: TwsScript) {
    this.time = time;
    this.script = script;
  }

  readonly reach = (
    _host: string,
    _port: number,
    signal: AbortSignal,
  ): Promise<Result<null, TcpProblem>> => {
    const { tcp } = this.script;
    if (tcp === undefined) return Promise.resolve(ok(null));
    if (tcp !== "hangs") return Promise.resolve({ ok: false, error: tcp });
    return new Promise((resolve) => {
      const end = () => resolve({ ok: false, error: "unreachable" });
      signal.addEventListener("abort", end, { once: true });
    });
  };

  readonly open: OpenIbClient = (_address, events) => {
    let isOpen = true;
    this.openCount++;
    this.openedCount++;
    const soon = (work: () => void) =>
      void this.time.setTimer(3, () => {
        if (isOpen) work();
      });
    const close = () => {
      if (isOpen) this.openCount--;
      isOpen = false;
    };
    soon(() => this.#greet(events, close));
    return this.#client(events, soon, close);
  };

  #greet(events: IbEvents, close: () => void): void {
    const { greeting, refusal, startRefusal, isNeverReady, accounts, notices } = this.script;
    const end = (words: string) => {
      close();
      events.closed(words);
    };
    const say = ([code, text]: Said) => events.notice({ id: -1, code, text });
    if (refusal !== undefined) {
      say(refusal);
      return end("refused");
    }
    if (greeting === "never") return;
    if (greeting === "close") return end("TWS closed the connection");
    events.connected(178);
    if (startRefusal !== undefined) {
      say(startRefusal);
      return end("refused");
    }
    if (isNeverReady) return;
    events.managedAccounts(accounts ?? ["U1234567", "U7654321"]);
    events.nextValidId(1);
    (notices ?? []).forEach(say);
  }

  #client(events: IbEvents, soon: (work: () => void) => void, close: () => void): IbClient {
    const asked: Partial<IbClient> = {
      close,
      reqPositions: () => soon(() => this.#positions(events)),
      cancelPositions: () => {},
      reqContractDetails: (id) => soon(() => this.#details(id, events)),
      reqMarketDataType: (type) => {
        this.asked.push(`type ${type}`);
        this.#type = type;
      },
      reqMarketData: (id, contract) => {
        this.asked.push(`data ${contract.conId ?? contract.symbol}`);
        const type = this.#type;
        soon(() => this.#data(id, (this.script.data ?? answers)(contract, type), events));
      },
      cancelMarketData: () => void this.asked.push("cancel"),
    };
    return asked as IbClient;
  }

  #positions(events: IbEvents): void {
    const { positions = [{}, OPTION], accounts = ["U1234567"] } = this.script;
    if (positions === "never") return;
    for (const one of positions) {
      events.position(accounts[0], { ...CONTRACT, ...one }, 5, null);
    }
    // Sold today: it is told with 0 and is no leg.
    events.position(accounts[0], { ...CONTRACT, conId: 99 }, 0, null);
    events.positionEnd();
  }

  #details(id: number, events: IbEvents): void {
    const { details } = this.script;
    if (details === "never") return;
    if (details !== undefined) {
      return events.notice({ id, code: details[0], text: details[1] });
    }
    events.contractDetails(id, {} as Parameters<IbEvents["contractDetails"]>[1]);
    events.contractDetailsEnd(id);
  }

  #data(id: number, reply: DataReply, events: IbEvents): void {
    const { notices = [], type, price, greeks } = reply;
    for (const [code, text] of notices) events.notice({ id, code, text });
    if (type !== undefined) events.marketDataType(id, type);
    if (price !== undefined) events.tickPrice(id, price, 560);
    // As TWS sends them: first without values.
    if (greeks === undefined) return;
    const nothing = [NaN, NaN, NaN, NaN, NaN, NaN, NaN, NaN] as const;
    events.tickOptionComputation(id, greeks, ...nothing);
    events.tickOptionComputation(id, greeks, 0.2, -0.5, 4, 0, 0.01, 0.3, -0.1, 560);
  }
}

/** A check against such a TWS. */
export class IbCheckRig {
  readonly time: VirtualTime;
  readonly tws: FakeTws;
  readonly check: IbCheck;
  session: FeedHealth | null = null;
  market: FeedHealth | null = null;
  greeks: GreeksSeen | null = null;
  retries = 0;

  constructor(script: TwsScript = {}, over: Partial<IbCheckOptions> & { startsAt?: number } = {}) {
    this.time = new VirtualTime(over.startsAt ?? IN_SESSION);
    this.tws = new FakeTws(this.time, script);
    this.check = new IbCheck({
      address: ADDRESS,
      accounts: [],
      marketDataType: 1,
      open: this.tws.open,
      tcp: this.tws,
      clock: this.time,
      timers: this.time,
      ...over,
    });
    const broker: CheckedIb = {
      session: () => this.session,
      market: () => this.market,
      greeks: () => this.greeks,
      retryNow: () => this.retries++,
    };
    this.check.use(broker);
  }

  /** Tests every step, or those up to `through`, to the end. */
  async run(through: string | null = null, signal = new AbortController().signal) {
    let isDone = false;
    const run = this.check.run({ through, signal }).finally(() => isDone = true);
    while (!isDone) await this.time.advanceSettling(100, 5);
    return await run;
  }

  states(): string[] {
    return this.check.steps().map(({ state }) => state);
  }

  details(): string[] {
    return this.check.steps().map(({ detail }) => detail);
  }

  /** The failing step. */
  failing() {
    const steps = this.check.steps();
    const step = steps[failingStep(steps)];
    if (step === undefined || step.fault === null) throw new Error("no step fails");
    return { ...step, fault: step.fault };
  }
}

/** Health of a running feed. */
export function health(over: Partial<FeedHealth> = {}): FeedHealth {
  return {
    feed: "ib",
    label: "Interactive Brokers",
    state: "live",
    since: IN_SESSION,
    lastByteAt: IN_SESSION,
    lastHeartbeatAt: null,
    lastEventAt: IN_SESSION,
    dropped: {},
    detail: null,
    ...over,
  };
}
