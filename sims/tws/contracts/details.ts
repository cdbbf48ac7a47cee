import { dayOfIso } from "../../../lib/world/civil.ts";
import { LISTINGS } from "../../../lib/world/listings.ts";
import type { TwsFace } from "../face.ts";
import { zonedTime } from "../times.ts";
import { FieldWriter, UNSET_INT } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";
import type { Contract } from "./contract.ts";
import { type ContractHours, lastTradeAt, zoneOf } from "./hours.ts";
import { ruleOf } from "./rules.ts";

/** From here on the last trade date stands beside the expiry. */
const LAST_TRADE_DATE = 182;
/** From here on the reasons for which a contract cannot be traded follow. */
const INELIGIBILITY_REASONS = 186;

const ORDER_TYPES = "ACTIVETIM,AD,ALERT,ALGO,ALLOC,AON,AVGCOST,BASKET,COND,DAY,GTC,GTD,HID,IOC," +
  "LIT,LMT,LOC,MIDPX,MIT,MKT,MOC,NONALGO,OCA,OPG,PEGMID,REL,SCALE,SNAPMID,STP,STPLMT,TRAIL," +
  "TRAILLMT,WHATIF";

const ROUTES: Readonly<Record<Contract["secType"], readonly string[]>> = {
  STK: ["SMART", "AMEX", "NYSE", "CBOE", "ISE", "ARCA", "NASDAQ", "BATS", "IEX"],
  IND: [],
  OPT: ["SMART", "AMEX", "CBOE", "PHLX", "ISE", "BOX", "NASDAQOM", "CBOE2"],
  FUT: [],
  FOP: [],
  CASH: [],
};

const INDUSTRIES: Readonly<Record<string, readonly [string, string, string]>> = {
  tech: ["Technology", "Computers", "Computers"],
  consumer: ["Consumer, Cyclical", "Retail", "Retail"],
  financial: ["Financial", "Banks", "Diversified Banks"],
  energy: ["Energy", "Oil&Gas", "Oil Comp-Integrated"],
  industrial: ["Industrial", "Aerospace/Defense", "Aerospace/Defense"],
  media: ["Communications", "Media", "Multimedia"],
  europe: ["Technology", "Software", "Enterprise Software/Serv"],
};

/** Exchanges on which a contract may be routed, SMART first. */
export function validExchanges(contract: Contract): readonly string[] {
  if (contract.secType === "STK" && contract.currency === "EUR") return ["SMART", "IBIS"];
  const routes = ROUTES[contract.secType];
  return routes.length > 0 ? routes : [contract.exchange];
}

/** A contract with the hours of its kind. */
export interface DatedContract {
  readonly contract: Contract;
  readonly hours: ContractHours;
}

/** A contract's details, as the version of the connection has them. */
export function detailsMessage(
  { contracts, behaviour }: TwsFace,
  { contract, hours }: DatedContract,
  reqId: number,
  serverVersion: number,
): FieldWriter {
  const exchanges = validExchanges(contract);
  const rule = ruleOf(contract);
  const { zone, trading, liquid } = hours;
  const under = contracts.underlying(contract);
  const isDerived = under !== contract;
  const [industry, category, subcategory] = industryOf(contract);
  const message = new FieldWriter(MESSAGE.contractDetails).int(reqId).text(contract.symbol)
    .text(contract.secType)
    .text(behaviour.hasLongTradeDates ? longTradeDate(contract) : contract.lastTradeDate);
  if (serverVersion >= LAST_TRADE_DATE) message.text(contract.lastTradeDate);
  message.double(contract.strike).text(contract.right).text(contract.exchange)
    .text(contract.currency).text(contract.localSymbol).text(contract.tradingClass)
    .text(contract.tradingClass).int(contract.conId).double(rule.steps[0].increment)
    .text(contract.multiplier).text(ORDER_TYPES).text(exchanges.join(",")).int(1)
    .int(isDerived ? under.conId : 0).escaped(longName(contract)).text(contract.primaryExchange)
    .text(contract.realExpiry.slice(0, 6)).text(industry).text(category).text(subcategory)
    .text(zone).text(trading).text(liquid).text("").text("").int(0).text(aggGroup(contract))
    .text(isDerived ? under.symbol : "").text(isDerived ? under.secType : "")
    .text(exchanges.map(() => rule.id).join(",")).text(contract.realExpiry)
    .text(stockType(contract));
  const isShare = contract.secType === "STK";
  const step = isShare ? 0.0001 : 1;
  message.double(step).double(step).double(isShare ? 100 : 1);
  if (serverVersion >= INELIGIBILITY_REASONS) message.int(0);
  return message;
}

/** What a contract is called, beyond ASCII where its name is. */
export function longName({ symbol, secType, listing }: Contract): string {
  if (secType === "CASH") return "European Monetary Union Euro";
  if (secType === "FUT" || secType === "FOP") return "E-mini index of the simulated market";
  if (listing === "SAP") return "SAP SE (B\u00f6rse Xetra, simulated)";
  return `${symbol} of the simulated market`;
}

function longTradeDate(contract: Contract): string {
  const { lastTradeDate: date } = contract;
  if (date === "") return "";
  const dayNo = dayOfIso(`${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`);
  return zonedTime(lastTradeAt(contract, dayNo), zoneOf(contract));
}

function industryOf({ listing, secType }: Contract): readonly [string, string, string] {
  const found = LISTINGS.find(({ root }) => root === listing);
  const isIndex = secType === "IND" || secType === "FUT" || secType === "FOP";
  if (isIndex || found?.kind === "index") return ["Indices", "Broad Range Equity Index", "*"];
  return INDUSTRIES[found?.sector ?? ""] ?? ["", "", ""];
}

function aggGroup({ secType }: Contract): string {
  if (secType === "STK") return "1";
  if (secType === "OPT") return "2";
  return secType === "CASH" ? "4" : UNSET_INT;
}

function stockType({ secType, listing }: Contract): string {
  if (secType !== "STK") return "";
  return LISTINGS.find(({ root }) => root === listing)?.kind === "etf" ? "ETF" : "COMMON";
}
