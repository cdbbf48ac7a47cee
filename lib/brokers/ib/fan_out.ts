import type { IbPart, Upstream } from "./link.ts";
import type {
  IbBar,
  IbChainPart,
  IbCommission,
  IbEvents,
  IbExecution,
  IbNotice,
  IbOpenOrder,
  IbOrderStatus,
  IbPortfolioLine,
} from "./wire/client.ts";
import type { IbContract, IbContractDetails } from "./wire/contract.ts";

type Row = Parameters<IbEvents["accountSummary"]>[1];
type Pnl = Parameters<IbEvents["pnl"]>[1];
type PnlSingle = Parameters<IbEvents["pnlSingle"]>[1];

/**
 * Hands every event of one connection to the parts that take it, in their order. Ticks go to the
 * few parts that have the method, without a look at the others.
 */
export abstract class FanOut implements IbEvents {
  /** Market data events so far. */
  tickCount = 0;
  protected readonly parts: readonly IbPart[];
  readonly #priced: readonly IbPart[];
  readonly #computed: readonly IbPart[];

  constructor(parts: readonly IbPart[]) {
    this.parts = parts;
    this.#priced = parts.filter((part) => part.tickPrice !== undefined);
    this.#computed = parts.filter((part) => part.tickOptionComputation !== undefined);
  }

  abstract connected(serverVersion: number): void;
  abstract received(): void;
  abstract closed(reason: string): void;

  notice(notice: IbNotice): void {
    for (const part of this.parts) part.notice?.(notice);
  }
  undecoded(reason: string, raw: string): void {
    for (const part of this.parts) part.undecoded?.(reason, raw);
  }
  blank(count: number, messageId: string): void {
    for (const part of this.parts) part.blank?.(count, messageId);
  }
  managedAccounts(numbers: readonly string[]): void {
    for (const part of this.parts) part.managedAccounts?.(numbers);
  }
  nextValidId(orderId: number): void {
    for (const part of this.parts) part.nextValidId?.(orderId);
  }
  currentTime(epochS: number): void {
    for (const part of this.parts) part.currentTime?.(epochS);
  }

  position(
    account: string,
    contract: IbContract,
    position: number,
    averageCost: number | null,
  ): void {
    for (const part of this.parts) part.position?.(account, contract, position, averageCost);
  }
  positionEnd(): void {
    for (const part of this.parts) part.positionEnd?.();
  }
  accountValue(account: string, key: string, value: string, currency: string): void {
    for (const part of this.parts) part.accountValue?.(account, key, value, currency);
  }
  portfolio(line: IbPortfolioLine): void {
    for (const part of this.parts) part.portfolio?.(line);
  }
  accountDownloadEnd(account: string): void {
    for (const part of this.parts) part.accountDownloadEnd?.(account);
  }
  accountSummary(id: number, row: Row): void {
    for (const part of this.parts) part.accountSummary?.(id, row);
  }
  accountSummaryEnd(id: number): void {
    for (const part of this.parts) part.accountSummaryEnd?.(id);
  }
  pnl(id: number, pnl: Pnl): void {
    for (const part of this.parts) part.pnl?.(id, pnl);
  }
  pnlSingle(id: number, pnl: PnlSingle): void {
    for (const part of this.parts) part.pnlSingle?.(id, pnl);
  }

  contractDetails(id: number, details: IbContractDetails): void {
    for (const part of this.parts) part.contractDetails?.(id, details);
  }
  contractDetailsEnd(id: number): void {
    for (const part of this.parts) part.contractDetailsEnd?.(id);
  }
  chainPart(id: number, chain: IbChainPart): void {
    for (const part of this.parts) part.chainPart?.(id, chain);
  }
  chainEnd(id: number): void {
    for (const part of this.parts) part.chainEnd?.(id);
  }

  marketDataType(id: number, type: number): void {
    for (const part of this.parts) part.marketDataType?.(id, type);
  }
  tickPrice(id: number, tickType: number, price: number): void {
    this.tickCount++;
    const parts = this.#priced;
    for (let i = 0; i < parts.length; i++) parts[i].tickPrice?.(id, tickType, price);
  }
  tickSize(id: number, tickType: number, size: number): void {
    this.tickCount++;
    const parts = this.#priced;
    for (let i = 0; i < parts.length; i++) parts[i].tickSize?.(id, tickType, size);
  }
  tickGeneric(id: number, tickType: number, value: number): void {
    this.tickCount++;
    for (const part of this.parts) part.tickGeneric?.(id, tickType, value);
  }
  tickString(id: number, tickType: number, text: string): void {
    this.tickCount++;
    for (const part of this.parts) part.tickString?.(id, tickType, text);
  }
  // deno-fmt-ignore
  tickOptionComputation(
    id: number, tickType: number, iv: number, delta: number, price: number, pvDividend: number,
    gamma: number, vega: number, theta: number, underlyingPrice: number,
  ): void {
    this.tickCount++;
    const parts = this.#computed;
    for (let i = 0; i < parts.length; i++) {
      parts[i].tickOptionComputation?.(
        id, tickType, iv, delta, price, pvDividend, gamma, vega, theta, underlyingPrice,
      );
    }
  }
  tickSnapshotEnd(id: number): void {
    for (const part of this.parts) part.tickSnapshotEnd?.(id);
  }

  historicalBar(id: number, bar: IbBar): void {
    for (const part of this.parts) part.historicalBar?.(id, bar);
  }
  historicalEnd(id: number): void {
    for (const part of this.parts) part.historicalEnd?.(id);
  }
  historicalUpdate(id: number, bar: IbBar): void {
    for (const part of this.parts) part.historicalUpdate?.(id, bar);
  }

  openOrder(order: IbOpenOrder, contract: IbContract): void {
    for (const part of this.parts) part.openOrder?.(order, contract);
  }
  openOrderEnd(): void {
    for (const part of this.parts) part.openOrderEnd?.();
  }
  orderStatus(status: IbOrderStatus): void {
    for (const part of this.parts) part.orderStatus?.(status);
  }
  execution(id: number, execution: IbExecution, contract: IbContract): void {
    for (const part of this.parts) part.execution?.(id, execution, contract);
  }
  executionsEnd(id: number): void {
    for (const part of this.parts) part.executionsEnd?.(id);
  }
  commission(commission: IbCommission): void {
    for (const part of this.parts) part.commission?.(commission);
  }

  /** Tells the parts that TWS lost IB's servers, or has them back with its data kept. */
  protected tellUpstream(state: Upstream): void {
    for (const part of this.parts) part.upstream?.(state);
  }

  /** Tells the parts that TWS forgot what was asked of it. */
  protected tellDataLost(): void {
    for (const part of this.parts) part.dataLost?.();
  }
}
