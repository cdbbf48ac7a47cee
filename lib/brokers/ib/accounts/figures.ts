import type {
  AccountFigures,
  PositionFigures,
  ToldFigure,
} from "../../../domain/broker_figures.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import { knownAmount } from "../map/amount.ts";
import { portfolioPrice } from "../map/portfolio_price.ts";
import type { IbPortfolioLine } from "../wire/client.ts";
import type { AccountValues, ToldAmount } from "./account_values.ts";
import type { TimedLine } from "./account_updates.ts";
import type { ToldPnl } from "./pnl_watch.ts";

const SUMMARY = "account values";
const PORTFOLIO = "portfolio";
const PNL = "P&L";

/** What an account's figures are made from. */
export interface FiguresInput {
  readonly accountId: string;
  readonly values: AccountValues;
  readonly lines: Iterable<TimedLine>;
  instrumentOf(line: IbPortfolioLine): Instrument;
  /** IB's own P&L of the account (null) or of one position. */
  pnlOf(conId: number | null): ToldPnl | null;
}

function told(amount: ToldAmount | null): ToldFigure | null {
  return amount === null ? null : { ...amount, source: SUMMARY };
}

function figure(value: number | null, at: number, source: string): ToldFigure | null {
  const known = knownAmount(value);
  return known === null ? null : { value: known, at, source };
}

function positionFigures(input: FiguresInput, timed: TimedLine): PositionFigures | null {
  const { line, at } = timed;
  const instrument = input.instrumentOf(line);
  if (!Number.isFinite(line.position)) return null;
  const pnl = input.pnlOf(line.contract.conId);
  const { localSymbol, symbol } = line.contract;
  return {
    instrumentKey: instrument.key,
    name: localSymbol === "" ? symbol : localSymbol,
    signedQuantity: line.position,
    multiplier: instrument.multiplier,
    mark: figure(portfolioPrice(line, instrument), at, PORTFOLIO),
    previousClose: null,
    marketValue: figure(line.marketValue, at, PORTFOLIO),
    unrealizedPnl: figure(line.unrealizedPnl, at, PORTFOLIO),
    dayPnl: pnl === null ? null : figure(pnl.daily, pnl.at, PNL),
  };
}

/**
 * What IB's own messages say of an account. The value of all positions is left to the sum of the
 * marks: IB's portfolio counts the whole value of futures, which is no part of net liq.
 */
export function figuresOf(input: FiguresInput): AccountFigures | null {
  const { values, accountId } = input;
  if (values.base === null) return null;
  const lines = [...input.lines];
  const positions = lines.map((line) => positionFigures(input, line))
    .filter((one) => one !== null);
  const pnl = input.pnlOf(null);
  return {
    accountId,
    currency: values.base,
    netLiquidation: told(values.total("NetLiquidation")),
    cash: told(values.total("TotalCashValue") ?? values.of("CashBalance", "BASE")),
    pendingCash: null,
    positionsValue: null,
    dayPnl: pnl === null ? null : figure(pnl.daily, pnl.at, PNL),
    positions,
    unreadCount: lines.length - positions.length,
  };
}
