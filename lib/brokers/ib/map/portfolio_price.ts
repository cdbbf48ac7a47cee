import type { Instrument } from "../../../domain/instrument.ts";
import type { IbPortfolioLine } from "../wire/client.ts";
import { knownAmount } from "./amount.ts";

/**
 * Price per unit of a line of IB's portfolio: what IB tells, or where prices are in pence or cents
 * what its value means, for the portfolio is in whole money. Null when not told.
 */
export function portfolioPrice(
  { marketPrice, marketValue, position, contract }: IbPortfolioLine,
  { multiplier }: Instrument,
): number | null {
  if (multiplier === (contract.multiplier ?? 1)) return knownAmount(marketPrice);
  const value = knownAmount(marketValue);
  const perPoint = position * multiplier;
  return value === null || perPoint === 0 ? null : value / perPoint;
}
