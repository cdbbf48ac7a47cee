import type { TwsFace } from "../face.ts";
import type { CurrencyMoney, TwsAccount } from "./accounts_face.ts";
import { marginsOf } from "./margins.ts";

/** One row of account data; values are text on the wire, whatever they are. */
export interface AccountRow {
  readonly key: string;
  readonly value: string;
  readonly currency: string;
}

const BASE = "USD";
/** Buying power of a margin account over its available funds. */
const BUYING_POWER_FACTOR = 4;

/** Every row that TWS has about an account, by key; `isReady` false: still loading, zeros. */
export function accountRows(face: TwsFace, account: TwsAccount, isReady: boolean): AccountRow[] {
  const rows = [
    ...plainRows(account, isReady),
    ...baseRows(face, account),
    ...ledgerRows(face, account),
  ];
  const shown = isReady ? rows : rows.map(loading);
  return shown.sort((a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0);
}

/** Rows by currency, BASE among them: what `$LEDGER:ALL` asks for. */
export function ledgerRows(face: TwsFace, account: TwsAccount): AccountRow[] {
  const money = face.accounts.money(account);
  return [
    ...money.flatMap((one) => rowsOfCurrency(account, one, one.currency)),
    ...rowsOfCurrency(account, inBase(money), "BASE"),
  ];
}

/** A numeric value is not known yet while TWS loads. */
function loading(row: AccountRow): AccountRow {
  const isAmount = row.currency !== "" && /^-?\d+\.\d+$/.test(row.value);
  return isAmount && row.key !== "ExchangeRate" ? { ...row, value: "0.00" } : row;
}

function plainRows({ number, type }: TwsAccount, isReady: boolean): AccountRow[] {
  const plain = (key: string, value: string): AccountRow => ({ key, value, currency: "" });
  return [
    plain("AccountCode", number),
    plain("AccountReady", String(isReady)),
    plain("AccountType", type),
    plain("DayTradesRemaining", "-1"),
    plain("LookAheadNextChange", "0"),
    plain("NLVAndMarginInReview", "false"),
    plain("TradingType-S", "STKNOPT"),
    plain("WhatIfPMEnabled", "true"),
  ];
}

function baseRows(face: TwsFace, account: TwsAccount): AccountRow[] {
  const { accounts, market } = face;
  const total = inBase(accounts.money(account));
  const netLiq = accounts.netLiq(account);
  const lines = accounts.positions(account);
  const rate = (currency: string): number => accounts.rate(currency);
  const { initial, maintenance, commodities, gross } = marginsOf(lines, market, rate);
  const available = netLiq - initial;
  const excess = netLiq - maintenance;
  const amounts: Record<string, number> = {
    AccruedDividend: 0,
    AvailableFunds: available,
    BuyingPower: Math.max(0, available) * BUYING_POWER_FACTOR,
    EquityWithLoanValue: netLiq,
    ExcessLiquidity: excess,
    FullAvailableFunds: available,
    FullExcessLiquidity: excess,
    FullInitMarginReq: initial,
    FullMaintMarginReq: maintenance,
    GrossPositionValue: gross,
    InitMarginReq: initial,
    LookAheadAvailableFunds: available,
    LookAheadExcessLiquidity: excess,
    LookAheadInitMarginReq: initial,
    LookAheadMaintMarginReq: maintenance,
    MaintMarginReq: maintenance,
    NetLiquidation: netLiq,
    PreviousDayEquityWithLoanValue: netLiq,
    SMA: excess,
    SettledCash: total.cash,
    TotalCashValue: total.cash,
  };
  const segments: Record<string, number> = {
    "AvailableFunds-S": available + commodities,
    "AvailableFunds-C": -commodities + Math.min(0, total.futureOption),
    "EquityWithLoanValue-S": netLiq - total.futureOption,
    "EquityWithLoanValue-C": total.futureOption,
    "ExcessLiquidity-S": excess + commodities,
    "ExcessLiquidity-C": -commodities,
    "InitMarginReq-S": initial - commodities,
    "InitMarginReq-C": commodities,
    "MaintMarginReq-S": maintenance - commodities,
    "MaintMarginReq-C": commodities,
    "NetLiquidation-S": netLiq - total.futureOption,
    "NetLiquidation-C": total.futureOption,
    "TotalCashValue-S": total.cash,
    "TotalCashValue-C": 0,
  };
  const rows = Object.entries({ ...amounts, ...segments }).map(([key, value]) => ({
    key,
    value: money2(value),
    currency: BASE,
  }));
  const cushion = netLiq > 0 ? excess / netLiq : 0;
  const leverage = netLiq > 0 ? gross / netLiq : 0;
  return [
    ...rows,
    { key: "Cushion", value: cushion.toFixed(6), currency: "" },
    { key: "Leverage-S", value: leverage.toFixed(2), currency: "" },
  ];
}

function rowsOfCurrency(
  { number }: TwsAccount,
  money: CurrencyMoney,
  currency: string,
): AccountRow[] {
  const { cash, stock, option, futureOption, futuresPnl, realized, unrealized, rate } = money;
  const values: Record<string, string> = {
    AccountOrGroup: number,
    AccruedCash: "0.00",
    CashBalance: money4(cash - futuresPnl),
    CorporateBondValue: "0.00",
    Currency: currency,
    ExchangeRate: rate === 1 ? "1.00" : rate.toFixed(7),
    FundValue: "0.00",
    FutureOptionValue: money2(futureOption),
    FuturesPNL: money2(futuresPnl),
    FxCashBalance: "0.00",
    MoneyMarketFundValue: "0.00",
    MutualFundValue: "0.00",
    NetDividend: "0.00",
    NetLiquidationByCurrency: money4(cash + stock + option + futureOption),
    OptionMarketValue: money2(option),
    RealCurrency: currency,
    RealizedPnL: money2(realized),
    StockMarketValue: money2(stock),
    TBillValue: "0.00",
    TBondValue: "0.00",
    TotalCashBalance: money4(cash),
    UnrealizedPnL: money2(unrealized),
    WarrantValue: "0.00",
  };
  return Object.entries(values).map(([key, value]) => ({ key, value, currency }));
}

/** All currencies as one, in the base currency. */
export function inBase(money: readonly CurrencyMoney[]): CurrencyMoney {
  const sum = (pick: (one: CurrencyMoney) => number): number =>
    money.reduce((total, one) => total + one.rate * pick(one), 0);
  return {
    currency: "BASE",
    rate: 1,
    cash: sum(({ cash }) => cash),
    stock: sum(({ stock }) => stock),
    option: sum(({ option }) => option),
    futureOption: sum(({ futureOption }) => futureOption),
    futuresPnl: sum(({ futuresPnl }) => futuresPnl),
    realized: sum(({ realized }) => realized),
    unrealized: sum(({ unrealized }) => unrealized),
  };
}

function money2(value: number): string {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text;
}

function money4(value: number): string {
  const text = value.toFixed(4);
  return text === "-0.0000" ? "0.0000" : text;
}
