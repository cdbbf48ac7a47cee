import type { ContractSpec } from "../wire/contract_fields.ts";
import type { Contract } from "./contract.ts";

/** Whether a contract fits a description by its terms; what the description leaves out fits all. */
export function matches(contract: Contract, spec: ContractSpec): boolean {
  return contract.secType === spec.secType &&
    isNamed(contract, spec) &&
    isOf(spec.currency, contract.currency) &&
    isOf(spec.tradingClass, contract.tradingClass) &&
    isRouted(contract, spec) &&
    hasExpiry(contract, spec.lastTradeDate) &&
    (spec.strike === 0 || spec.strike === contract.strike) &&
    isOf(spec.right, contract.right) &&
    (spec.multiplier === "" || Number(spec.multiplier) === Number(contract.multiplier));
}

function isOf(wanted: string, value: string): boolean {
  return wanted === "" || wanted === value;
}

function isNamed({ symbol, localSymbol }: Contract, spec: ContractSpec): boolean {
  if (spec.localSymbol !== "" && spec.localSymbol !== localSymbol) return false;
  return spec.symbol === symbol || (spec.symbol === "" && spec.localSymbol !== "");
}

function isRouted(contract: Contract, { exchange, primaryExchange }: ContractSpec): boolean {
  const { secType } = contract;
  const own = [contract.exchange, contract.primaryExchange];
  if (secType === "STK") {
    return (exchange === "" || own.includes(exchange)) && isOf(primaryExchange, own[1]);
  }
  // Options trade on several exchanges; CBOE stands for them.
  const routes = secType === "OPT" ? ["SMART", "CBOE", "AMEX"] : own;
  return exchange === "" || routes.includes(exchange);
}

function hasExpiry(contract: Contract, wanted: string): boolean {
  if (wanted === "") return true;
  const date = wanted.replaceAll("-", "").slice(0, 8);
  if (date.length === 6) {
    return contract.lastTradeDate.startsWith(date) || contract.realExpiry.startsWith(date);
  }
  return contract.lastTradeDate === date;
}
