import type { Contract } from "../contracts/contract.ts";
import type { TwsFace } from "../face.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";
import type { TwsAccount } from "./accounts_face.ts";
import type { BookLine } from "./book.ts";

const POSITION_VERSION = 3;
const PORTFOLIO_VERSION = 8;

/** A position with its account and contract; quantity 0 once it is closed. */
export function positionMessage(
  account: TwsAccount,
  contract: Contract,
  line: BookLine,
): FieldWriter {
  const message = new FieldWriter(MESSAGE.position).int(POSITION_VERSION).text(account.number);
  return withPosition(message, contract, line);
}

/** The same for a request of one account. */
export function positionMultiMessage(
  reqId: number,
  account: TwsAccount,
  contract: Contract,
  line: BookLine,
): FieldWriter {
  const message = new FieldWriter(MESSAGE.positionMulti).int(1).int(reqId).text(account.number);
  return withPosition(message, contract, line).text("");
}

function withPosition(message: FieldWriter, contract: Contract, line: BookLine): FieldWriter {
  const isShare = contract.secType === "STK" || contract.secType === "IND";
  return message.int(contract.conId).text(contract.symbol).text(contract.secType)
    .text(contract.lastTradeDate).double(contract.strike).text(contract.right)
    .text(contract.multiplier).text(isShare ? contract.primaryExchange : "")
    .text(contract.currency).text(contract.localSymbol).text(contract.tradingClass)
    .double(line.signedQuantity).double(averageCost(line));
}

/** A row of the portfolio at the mark of now; money in the currency of the contract. */
export function portfolioMessage(
  face: TwsFace,
  account: TwsAccount,
  contract: Contract,
  line: BookLine,
): FieldWriter {
  const { instrument, signedQuantity, realized } = line;
  const mark = face.market.mark(instrument);
  const isHeld = signedQuantity !== 0;
  return new FieldWriter(MESSAGE.portfolioValue).int(PORTFOLIO_VERSION).int(contract.conId)
    .text(contract.symbol).text(contract.secType).text(contract.lastTradeDate)
    .double(contract.strike).text(contract.right === "" ? "0" : contract.right)
    .text(contract.multiplier).text(contract.primaryExchange).text(contract.currency)
    .text(contract.localSymbol).text(contract.tradingClass).double(signedQuantity)
    .double(rounded(mark)).double(
      isHeld ? rounded(signedQuantity * instrument.multiplier * mark) : 0,
    )
    .double(averageCost(line)).double(isHeld ? rounded(face.accounts.unrealized(line)) : 0)
    .double(rounded(realized)).text(account.number);
}

/** Cost of one contract with its fees: the multiplier is in it. */
export function averageCost({ instrument, signedQuantity, unitCost }: BookLine): number {
  return signedQuantity === 0 ? 0 : rounded(unitCost * instrument.multiplier);
}

/** Seven decimals, as TWS rounds money. */
export function rounded(value: number): number {
  return Math.round(value * 1e7) / 1e7;
}
