import { FieldWriter, UNSET_DOUBLE } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";

/** A fill as clients are told it. */
export interface Execution {
  /** Unique per fill; a correction has the same text with a higher number behind the last dot. */
  readonly execId: string;
  readonly orderId: number;
  readonly clientId: number;
  readonly permId: number;
  readonly orderRef: string;
  readonly account: string;
  /** conId, symbol, secType, date, strike, right, multiplier, exchange, currency, local, class. */
  readonly contract: readonly string[];
  readonly exchange: string;
  readonly side: "BOT" | "SLD";
  readonly shares: number;
  readonly price: number;
  readonly cumQty: number;
  readonly avgPrice: number;
  /** Unix ms. */
  readonly at: number;
  /** "20261120 14:47:01 US/Eastern". */
  readonly time: string;
}

/** What a fill cost, and what it realised; null on a trade that opens. */
export interface Commission {
  readonly execId: string;
  readonly amount: number;
  readonly currency: string;
  readonly realizedPnl: number | null;
}

/** What a reqExecutions asks for; "" and 0 ask for everything. */
export interface ExecutionFilter {
  readonly clientId: number;
  readonly account: string;
  /** Unix ms; 0 without one. */
  readonly from: number;
  readonly symbol: string;
  readonly secType: string;
  readonly exchange: string;
  readonly side: string;
}

/** An execDetails (11); `reqId` is −1 when nobody asked. */
export function execDetails(reqId: number, execution: Execution): FieldWriter {
  const { orderId, contract, execId, time, account, exchange, side, shares, price } = execution;
  const { permId, clientId, cumQty, avgPrice, orderRef } = execution;
  const message = new FieldWriter(MESSAGE.execDetails).int(reqId).int(orderId).texts(contract);
  message.text(execId).text(time).text(account).text(exchange).text(side);
  message.double(shares).double(price).int(permId).int(clientId).int(0);
  message.double(cumQty).double(avgPrice).text(orderRef).text("").text("").text("");
  return message.int(1).flag(false);
}

/** A commissionReport (59). */
export function commissionReport(commission: Commission): FieldWriter {
  const { execId, amount, currency, realizedPnl } = commission;
  const message = new FieldWriter(MESSAGE.commissionReport).int(1).text(execId).double(amount);
  message.text(currency).double(realizedPnl ?? NaN);
  return message.text(UNSET_DOUBLE).text("");
}

/** Whether an execution is among those that a filter asks for. */
export function isWanted(execution: Execution, filter: ExecutionFilter): boolean {
  const [, symbol, secType] = execution.contract;
  const side = { BUY: "BOT", BOT: "BOT", SELL: "SLD", SLD: "SLD" }[filter.side] ?? filter.side;
  const agrees = (wanted: string, own: string): boolean => wanted === "" || wanted === own;
  return (filter.clientId === 0 || filter.clientId === execution.clientId) &&
    execution.at >= filter.from && agrees(filter.account, execution.account) &&
    agrees(filter.symbol, symbol) && agrees(filter.secType, secType) &&
    agrees(filter.exchange, execution.exchange) && agrees(side, execution.side);
}

/** The execId of the next correction: "….01.01" becomes "….01.02". */
export function correctedId(execId: string): string {
  const dot = execId.lastIndexOf(".");
  const number = Number(execId.slice(dot + 1)) + 1;
  return `${execId.slice(0, dot + 1)}${String(number).padStart(2, "0")}`;
}
