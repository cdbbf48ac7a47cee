import type { Currency, UnixMs } from "../../../base/brand.ts";
import type { IbCommission, IbExecution } from "../wire/client.ts";
import type { IbContract } from "../wire/contract.ts";
import { ibInstant } from "./time.ts";

/** Which execution an id means, and which state of it. */
export interface ExecutionName {
  /** Stays the same over corrections. */
  readonly lineage: string;
  readonly correction: number;
}

/** An execution as the desk keeps it until its instrument is known. */
export interface Executed extends ExecutionName {
  /** Account number. */
  readonly account: string;
  readonly contract: IbContract;
  readonly permId: number;
  /** Bought > 0, sold < 0. */
  readonly signedQuantity: number;
  /** Per unit. */
  readonly price: number;
  readonly at: UnixMs;
}

/** What an execution cost, in the currency that IB took it in. */
export interface Cost {
  readonly correction: number;
  readonly amount: number;
  readonly currency: Currency;
}

const NUMBERED = /^(.+)\.(\d{1,4})$/;

/**
 * Splits an execution's id: a correction has the same id but for the number behind the last dot,
 * `…01.01` → `…01.02`. Source: ib.md §6.2.
 */
export function executionName(execId: string): ExecutionName {
  const match = NUMBERED.exec(execId);
  if (match === null) return { lineage: execId, correction: 0 };
  return { lineage: match[1], correction: Number(match[2]) };
}

/** What may be wrong with an execution. */
export type ExecutionFault = "combination" | "quantity" | "price";

/**
 * Reads an execution. "combination": the line of a whole spread, whose legs come by themselves and
 * would count twice. `receivedAt` stands for a time whose zone is not told.
 */
export function readExecution(
  execution: IbExecution,
  contract: IbContract,
  receivedAt: UnixMs,
): Executed | ExecutionFault {
  const { execId, account, side, shares, price, permId, time } = execution;
  if (contract.secType === "BAG") return "combination";
  if (!(shares > 0 && shares < Infinity)) return "quantity";
  if (!Number.isFinite(price)) return "price";
  return {
    ...executionName(execId),
    account,
    contract,
    permId,
    signedQuantity: side === "SLD" ? -shares : shares,
    price,
    at: ibInstant(time) ?? receivedAt,
  };
}

/** Reads what an execution cost; null when TWS does not know it. A rebate costs nothing. */
export function readCost({ execId, commission, currency }: IbCommission): Cost | null {
  if (commission === null || !(Math.abs(commission) < 1e12)) return null;
  const { correction } = executionName(execId);
  return { correction, amount: Math.max(0, commission), currency };
}
