import { isoOf, newYorkDay } from "../../../lib/world/civil.ts";
import { previousSession } from "../../../lib/world/session.ts";
import type { FaceAccount } from "../accounts_face.ts";
import { isoTime, money } from "../decimals.ts";
import { balanceResource } from "../resources/balance.ts";
import { typeName } from "../resources/kinds.ts";
import { otherBalances, otherPositions } from "../resources/other_kinds.ts";
import { positionResource } from "../resources/position.ts";
import { transactionsOf } from "../resources/transaction.ts";
import type { RestContext } from "./context.ts";
import { item, list, notFound, paged, refusal, type SimReply } from "./reply.ts";

/** A route below /accounts/{n}. */
export type AccountRoute = (context: RestContext, account: FaceAccount, rest: string) => SimReply;

/** GET /accounts/{n}/positions */
export const positions: AccountRoute = (context, account) => {
  const { market, accounts, options } = context.parts;
  const underlyings = context.all("underlying-symbol");
  const symbol = context.query.get("symbol");
  const type = context.query.get("instrument-type");
  const view = {
    hasMarks: context.query.get("include-marks") === "true",
    hasStreamerSymbol: options.hasStreamerSymbols,
    hasTextQuantity: false,
  };
  const held = accounts.positions(account)
    .filter(({ instrument }) =>
      (underlyings.length === 0 || underlyings.includes(market.underlyingOf(instrument).symbol)) &&
      (symbol === null || market.apiSymbol(instrument) === symbol) &&
      (type === null || typeName(instrument) === type)
    )
    .map((position) => positionResource(account, position, market, view));
  const isFirst = account === accounts.accounts[0];
  const others = options.hasOtherKinds && isFirst && underlyings.length === 0 && type === null
    ? otherPositions(account, market)
    : [];
  return list(context.context, [...held, ...others]);
};

function balance(context: RestContext, account: FaceAccount): Record<string, unknown> {
  const { market, accounts, options } = context.parts;
  const own = balanceResource(account, accounts.balances(account), market.now());
  const isFirst = account === accounts.accounts[0];
  return options.hasOtherKinds && isFirst ? otherBalances(own, market) : own;
}

/** GET /accounts/{n}/balances, in the shape of the options, and /balances/USD, always an object. */
export const balances: AccountRoute = (context, account, currency) => {
  if (currency !== "" && currency !== "USD") return notFound(`balance in ${currency}`);
  const own = balance(context, account);
  const isObject = currency === "USD" || context.parts.options.balanceShape === "object";
  return isObject ? item(context.context, own) : list(context.context, [own]);
};

/** GET /accounts/{n}/balance-snapshots */
export const snapshots: AccountRoute = (context, account) => {
  const timeOfDay = context.query.get("time-of-day");
  if (timeOfDay !== "BOD" && timeOfDay !== "EOD") {
    return refusal(400, "validation_error", "time-of-day is BOD or EOD");
  }
  const { market, accounts } = context.parts;
  const today = newYorkDay(market.now());
  // The end of the last session is the beginning of this one; nothing earlier is kept.
  const date = isoOf(timeOfDay === "BOD" ? today : previousSession(today));
  const asked = context.query.get("snapshot-date");
  if (asked !== null && asked !== date) return list(context.context, []);
  const now = balance(context, account);
  // Holdings of other kinds have no price of the day before.
  const others = Number(now["net-liquidating-value"]) - accounts.balances(account).netLiq;
  const own = {
    ...now,
    "net-liquidating-value": money(accounts.previousNetLiq(account) + others),
    "snapshot-date": date,
    "time-of-day": timeOfDay,
  };
  return list(context.context, [own]);
};

/** GET /accounts/{n}/net-liq/history */
export const netLiqHistory: AccountRoute = (context, account) => {
  const timeBack = context.query.get("time-back") ??
    (context.query.has("start-time") ? "all" : "1d");
  const rows = context.parts.history.rows(account.number, timeBack);
  if (rows === null) return refusal(400, "validation_error", `time-back ${timeBack}`);
  const from = Date.parse(context.query.get("start-time") ?? "");
  const to = Date.parse(context.query.get("end-time") ?? "");
  const shown = rows.filter(({ time }) => {
    const at = Date.parse(`${time.replace(" ", "T")}:00`);
    return !(at < from) && !(at > to);
  });
  return list(context.context, shown);
};

/** GET /accounts/{n}/transactions, /transactions/total-fees and /transactions/{id} */
export const transactions: AccountRoute = (context, account, rest) => {
  const rows = transactionsOf(account, context.parts);
  if (rest === "total-fees") {
    const { accounts } = context.parts;
    const fees = accounts.fills(account).reduce((sum, fill) => sum + fill.fees, 0);
    const effect = fees > 0 ? "Debit" : "None";
    return item(context.context, { "total-fees": money(fees), "total-fees-effect": effect });
  }
  if (rest !== "") {
    const found = rows.find((row) => String(row.id) === rest);
    return found === undefined ? notFound("transaction") : item(context.context, found);
  }
  const shown = rows.filter((row) => isAsked(context, row));
  if (context.query.get("sort") === "Asc") shown.reverse();
  return paged(context.context, shown, context.page(250));
};

function isAsked(context: RestContext, row: Record<string, unknown>): boolean {
  const { query } = context;
  const types = [...context.all("types"), ...context.all("type")];
  const kinds = context.all("sub-type");
  const day = String(row["transaction-date"]);
  const at = Date.parse(String(row["executed-at"]));
  const isEqual = (key: string): boolean => {
    const wanted = query.get(key);
    return wanted === null || wanted === row[key];
  };
  return (types.length === 0 || types.includes(String(row["transaction-type"]))) &&
    (kinds.length === 0 || kinds.includes(String(row["transaction-sub-type"]))) &&
    day >= (query.get("start-date") ?? "") && day <= (query.get("end-date") ?? "9999") &&
    !(at < Date.parse(query.get("start-at") ?? "")) &&
    !(at > Date.parse(query.get("end-at") ?? "")) &&
    ["symbol", "underlying-symbol", "instrument-type", "action"].every(isEqual);
}

/** GET /accounts/{n}/trading-status */
export const tradingStatus: AccountRoute = (context, account) =>
  item(context.context, {
    "account-number": account.number,
    "day-trade-count": 0,
    "equities-margin-calculation-type": account.marginOrCash === "Cash" ? "IRA Margin" : "Reg T",
    "fee-schedule-name": "default",
    "futures-margin-rate-multiplier": "1.0",
    "has-intraday-equities-margin": false,
    id: 1,
    "is-aggregated-at-clearing": false,
    "is-closed": false,
    "is-closing-only": false,
    "is-cryptocurrency-enabled": true,
    "is-frozen": false,
    "is-full-equity-margin-required": false,
    "is-futures-closing-only": false,
    "is-futures-enabled": true,
    "is-futures-intra-day-enabled": true,
    "is-in-day-trade-equity-maintenance-call": false,
    "is-in-margin-call": false,
    "is-pattern-day-trader": false,
    "is-portfolio-margin-enabled": false,
    "options-level": "No Restrictions",
    "short-calls-enabled": true,
    "updated-at": isoTime(context.parts.market.now()),
  });
