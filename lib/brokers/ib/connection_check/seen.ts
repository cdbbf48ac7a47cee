import { IB_CODES } from "../codes.ts";
import type { IbEvents, IbNotice } from "../wire/client.ts";
import type { IbContract } from "../wire/contract.ts";

/** A held contract. */
export interface SeenPosition {
  readonly account: string;
  readonly contract: IbContract;
}

/** The first of something that was asked for, and how good it is. */
export interface SeenTick {
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  readonly dataType: number;
}

/** Farms that are broken, by code; each has another code for being well again. */
const FARMS: ReadonlyMap<number, number> = new Map([[2104, 2103], [2106, 2105], [2158, 2157]]);
const BROKEN: ReadonlySet<number> = new Set(FARMS.values());
const NOTICES_MAX = 200;
const POSITIONS_MAX = 100_000;
const DELAYED_FROM = 66;
const DELAYED_GREEKS = [80, 83] as const;
const OPTION_GREEKS = [10, 13] as const;

function isWithin(tickType: number, [from, to]: readonly [number, number]): boolean {
  return tickType >= from && tickType <= to;
}

/**
 * What a connection that only tests has seen. Every event that tells a step something changes it
 * and calls `changed`; all others are let go.
 */
export class Seen {
  serverVersion: number | null = null;
  accounts: readonly string[] | null = null;
  isReady = false;
  hasPositionEnd = false;
  /** Words of the end; null while it is open. */
  closedReason: string | null = null;
  readonly positions: SeenPosition[] = [];
  readonly notices: IbNotice[] = [];
  readonly detailsEnded = new Set<number>();
  readonly detailCounts = new Map<number, number>();
  readonly prices = new Map<number, SeenTick>();
  readonly greeks = new Map<number, SeenTick>();
  /** Words of a farm that is broken now; null: none is. */
  brokenFarm: string | null = null;
  isUpstreamLost = false;
  readonly #dataTypes = new Map<number, number>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** The last notice of a request or, for −1, of the connection that `is` holds for. */
  notice(id: number, is: (notice: IbNotice) => boolean): IbNotice | null {
    return this.notices.findLast((notice) => notice.id === id && is(notice)) ?? null;
  }

  /** What a client tells, as far as a step wants to know it. */
  events(): IbEvents {
    return {
      ...IGNORED,
      connected: (version) => this.#set(() => this.serverVersion = version),
      closed: (reason) => this.#set(() => this.closedReason = reason),
      notice: (notice) => this.#set(() => this.#note(notice)),
      managedAccounts: (numbers) => this.#set(() => this.accounts = numbers),
      nextValidId: () => this.#set(() => this.isReady = true),
      position: (account, contract, quantity) => this.#position(account, contract, quantity),
      positionEnd: () => this.#set(() => this.hasPositionEnd = true),
      contractDetails: (id) => this.detailCounts.set(id, (this.detailCounts.get(id) ?? 0) + 1),
      contractDetailsEnd: (id) => this.#set(() => this.detailsEnded.add(id)),
      marketDataType: (id, type) => void this.#dataTypes.set(id, type),
      tickPrice: (id, tickType, price) => this.#price(id, tickType, price),
      tickOptionComputation: (id, tickType, _iv, delta) => this.#greek(id, tickType, delta),
    };
  }

  #set(change: () => void): void {
    change();
    this.#changed();
  }

  #note(notice: IbNotice): void {
    this.notices.push(notice);
    if (this.notices.length > NOTICES_MAX) this.notices.shift();
    const { code, text } = notice;
    if (code === IB_CODES.upstreamLost || code === IB_CODES.upstreamBroken) {
      this.isUpstreamLost = true;
    }
    if (code === IB_CODES.restoredDataKept || code === IB_CODES.restoredDataLost) {
      this.isUpstreamLost = false;
    }
    if (BROKEN.has(code)) this.brokenFarm = text;
    if (FARMS.has(code)) this.brokenFarm = null;
  }

  #position(account: string, contract: IbContract, quantity: number): void {
    if (quantity === 0 || this.positions.length >= POSITIONS_MAX) return;
    this.positions.push({ account, contract });
  }

  /** A tick type above 65 is a delayed one, whatever was said before. */
  #dataType(id: number, isDelayed: boolean): number {
    const told = this.#dataTypes.get(id) ?? 1;
    return isDelayed && told < 3 ? 3 : told;
  }

  #price(id: number, tickType: number, price: number): void {
    if (!(price > 0) || this.prices.has(id)) return;
    const dataType = this.#dataType(id, tickType >= DELAYED_FROM);
    this.#set(() => this.prices.set(id, { dataType }));
  }

  #greek(id: number, tickType: number, delta: number): void {
    const isDelayed = isWithin(tickType, DELAYED_GREEKS);
    const isWanted = isDelayed || isWithin(tickType, OPTION_GREEKS);
    if (!isWanted || !Number.isFinite(delta) || this.greeks.has(id)) return;
    this.#set(() => this.greeks.set(id, { dataType: this.#dataType(id, isDelayed) }));
  }
}

function ignore(): void {}

const IGNORED: IbEvents = {
  connected: ignore,
  received: ignore,
  closed: ignore,
  notice: ignore,
  undecoded: ignore,
  blank: ignore,
  managedAccounts: ignore,
  nextValidId: ignore,
  currentTime: ignore,
  position: ignore,
  positionEnd: ignore,
  accountValue: ignore,
  portfolio: ignore,
  accountDownloadEnd: ignore,
  accountSummary: ignore,
  accountSummaryEnd: ignore,
  pnl: ignore,
  pnlSingle: ignore,
  contractDetails: ignore,
  contractDetailsEnd: ignore,
  chainPart: ignore,
  chainEnd: ignore,
  marketDataType: ignore,
  tickPrice: ignore,
  tickSize: ignore,
  tickGeneric: ignore,
  tickString: ignore,
  tickOptionComputation: ignore,
  tickSnapshotEnd: ignore,
  historicalBar: ignore,
  historicalEnd: ignore,
  historicalUpdate: ignore,
  openOrder: ignore,
  openOrderEnd: ignore,
  orderStatus: ignore,
  execution: ignore,
  executionsEnd: ignore,
  commission: ignore,
};
