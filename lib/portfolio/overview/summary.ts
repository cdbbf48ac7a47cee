import { newYorkTime } from "../../calendar/new_york.ts";
import { ACCOUNT_AT, ACCOUNT_F64 } from "../../domain/measures.ts";
import { compactText, formatMultiple, formatPercent } from "../../format/number.ts";
import { formatMinute } from "../../format/time.ts";
import { plural } from "../../format/words.ts";
import { paperStandIn } from "../paper.ts";
import { pnlIdentity } from "../pnl_identity.ts";
import {
  type Figure,
  type FigureState,
  levelFigure,
  resultFigure,
  signedFigure,
  weaker,
} from "./figure.ts";
import { wantingText } from "./part_words.ts";
import { REFERENCE_SYMBOL, referencePrice } from "./prices.ts";
import type { BookScope } from "./scope.ts";
import { balanceState, hasDelayed, isAccountOld, totalState } from "./trust.ts";
import { grossDollarDelta } from "./values.ts";

/** A cell of the stat strip: label, figure, context. */
export interface StatCell {
  readonly id: string;
  readonly label: string;
  readonly figure: Figure;
  readonly context: string;
  /** What the figure means, with its unit. */
  readonly title: string;
  /** True when delayed prices are in it. */
  readonly isDelayed: boolean;
}

type BareCell = Omit<StatCell, "isDelayed">;

/** A value with how far it may be trusted. */
export interface Trusted {
  readonly value: number;
  readonly state: FigureState;
}

/**
 * Net liquidating value: the broker's own figure; where an account has none, cash plus accrued
 * plus positions at mark, tagged as modelled. Base currency.
 */
export function netLiquidation(scope: BookScope): Trusted {
  const reported = scope.accountSum("netLiquidation");
  if (Number.isFinite(reported)) return { value: reported, state: balanceState(scope) };
  const computed = computedNetLiquidation(scope);
  return { value: computed.value, state: weaker("modelled", computed.state) };
}

/** Net liq from its parts: cash, accrued, positions at mark. NaN when a part is unknown. */
export function computedNetLiquidation(scope: BookScope): Trusted {
  const money = scope.accountSum("cash") + scope.accountSum("accrued");
  const state = weaker(totalState(scope, "mark"), balanceState(scope));
  return { value: money + scope.total("marketValue"), state };
}

/**
 * Result since the previous official close: positions and fills with fees, and on cash FX,
 * dividends and interest. Unknown cash parts are left out, never taken for 0 in silence: see
 * `isCashPnlKnown`. Source: formulas §6.
 */
export function dayResult(scope: BookScope): Trusted {
  const cash = scope.accountSum("cashPnl");
  const value = scope.total("dayPnl") + (Number.isFinite(cash) ? cash : 0);
  return { value, state: totalState(scope, "result") };
}

/** True when every chosen account says what its cash made. */
export function isCashPnlKnown(scope: BookScope): boolean {
  return Number.isFinite(scope.accountSum("cashPnl"));
}

/** The dollar delta in shares of the reference; not beta-weighted. */
export function deltaInReferenceShares(scope: BookScope): Trusted {
  const reference = referencePrice(scope);
  return {
    value: scope.total("dollarDelta") / reference.price,
    state: weaker(totalState(scope, "greeks"), reference.state),
  };
}

function reportedText(scope: BookScope): string {
  const { baseCurrency } = scope.view;
  const isReported = Number.isFinite(scope.accountSum("netLiquidation"));
  const wanting = wantingText(scope);
  if (wanting !== "") return `${baseCurrency}, ${wanting}`;
  const source = paperStandIn(scope.view, scope.accounts) === "mixed"
    ? "part paper money"
    : isReported
    ? "broker value"
    : "computed here";
  const since = balanceState(scope) === "stale" ? ` of ${oldestText(scope)}` : "";
  return `${baseCurrency}, ${source}${since}`;
}

/** Minute in New York of the oldest of the brokers' figures. */
function oldestText({ accounts, view }: BookScope): string {
  const times = accounts.filter((account) => isAccountOld(view, account))
    .map((account) => view.accountF64[account * ACCOUNT_F64.length + ACCOUNT_AT.asOf]);
  return formatMinute(newYorkTime(Math.min(...times)));
}

function resultContext(result: number, netLiq: number): string {
  if (!(netLiq > 0) || !Number.isFinite(result)) return "since the close";
  return `${formatPercent(result / netLiq, 2, true)} of net liq`;
}

function moneyCells(scope: BookScope): BareCell[] {
  const netLiq = netLiquidation(scope);
  const result = dayResult(scope);
  const greeks = totalState(scope, "greeks");
  const dollarDelta = scope.total("dollarDelta");
  const ofNetLiq = formatMultiple(Math.abs(dollarDelta) / netLiq.value);
  const hasRatio = netLiq.value > 0 && greeks !== "absent";
  return [
    {
      id: "netLiq",
      label: "Net liq",
      figure: levelFigure(netLiq.value, 0, netLiq.state),
      context: reportedText(scope),
      title: "Net liquidating value: cash, accrued and positions",
    },
    {
      id: "pnl",
      label: "P&L today",
      figure: resultFigure(result.value, 0, result.state),
      context: resultContext(result.value, netLiq.value),
      title: "Since the previous official close, fees included",
    },
    {
      id: "dollarDelta",
      label: "Dollar delta",
      figure: signedFigure(dollarDelta, 0, greeks),
      context: hasRatio ? `${ofNetLiq} net liq` : scope.view.baseCurrency,
      title: "Σ position delta × price, in the base currency",
    },
  ];
}

function deltaSharesCell(scope: BookScope): BareCell {
  const delta = deltaInReferenceShares(scope);
  return {
    id: "deltaShares",
    label: `Δ in ${REFERENCE_SYMBOL} shares`,
    figure: signedFigure(delta.value, 0, delta.state),
    context: Number.isFinite(delta.value) ? "not beta-weighted" : `no ${REFERENCE_SYMBOL} price`,
    title: `Dollar delta divided by the price of ${REFERENCE_SYMBOL}; betas are not applied`,
  };
}

function greekCells(scope: BookScope): BareCell[] {
  const greeks = totalState(scope, "greeks");
  const { baseCurrency } = scope.view;
  return [
    {
      id: "gamma",
      label: "Gamma at 1\u202f%",
      figure: signedFigure(scope.total("dollarGamma"), 0, greeks),
      context: "change of Δ $",
      title: `Change of dollar delta when every name rises 1 %, ${baseCurrency}`,
    },
    {
      id: "vega",
      label: "Vega",
      figure: signedFigure(scope.total("vega"), 0, greeks),
      context: "per vol point",
      title: `Money per volatility point, ${baseCurrency}`,
    },
    {
      id: "theta",
      label: "Theta",
      figure: signedFigure(scope.total("theta"), 0, greeks),
      context: "per calendar day",
      title: `Money per calendar day, ${baseCurrency}`,
    },
  ];
}

function positionsCell(scope: BookScope): BareCell {
  const legs = scope.total("legs");
  const notional = scope.total("contractNotional");
  return {
    id: "positions",
    label: "Positions",
    figure: levelFigure(legs, 0, "live"),
    context: wantingText(scope) ||
      (legs > 0 ? `${compactText(notional)} contract notional` : "none open"),
    title: "Open legs; contract notional is Σ |contracts| × multiplier × price",
  };
}

/** The stat strip, left to right. It grows with what the desk knows. */
export function statCells(scope: BookScope): readonly StatCell[] {
  const cells = [
    ...moneyCells(scope),
    deltaSharesCell(scope),
    ...greekCells(scope),
    positionsCell(scope),
  ];
  const isLate = hasDelayed(scope);
  const isReported = Number.isFinite(scope.accountSum("netLiquidation"));
  return cells.map((cell) => {
    const isPriced = cell.id !== "positions" && (cell.id !== "netLiq" || !isReported);
    return { ...cell, isDelayed: isLate && isPriced };
  });
}

/** A line of "Book now" in the rail. */
export interface Vital {
  readonly id: string;
  readonly label: string;
  readonly figure: Figure;
  /** True when delayed prices are in it. */
  readonly isDelayed: boolean;
}

/** The figures that stay in sight in the rail. */
export function vitals(scope: BookScope): readonly Vital[] {
  const greeks = totalState(scope, "greeks");
  const result = dayResult(scope);
  const isDelayed = hasDelayed(scope);
  const figures: Omit<Vital, "isDelayed">[] = [
    { id: "pnl", label: "P&L today", figure: resultFigure(result.value, 0, result.state) },
    {
      id: "dollarDelta",
      label: "Δ $",
      figure: signedFigure(scope.total("dollarDelta"), 0, greeks),
    },
    {
      id: "gamma",
      label: "Γ $ 1\u202f%",
      figure: signedFigure(scope.total("dollarGamma"), 0, greeks),
    },
    { id: "theta", label: "Theta", figure: signedFigure(scope.total("theta"), 0, greeks) },
    { id: "vega", label: "Vega", figure: signedFigure(scope.total("vega"), 0, greeks) },
  ];
  return figures.map((one) => ({ ...one, isDelayed }));
}

/** Long, short, net and gross dollar delta with their size against net liq (G-062). */
export interface SideCell {
  readonly id: "long" | "short" | "net" | "gross";
  readonly label: string;
  readonly figure: Figure;
  readonly context: string;
  /** True when delayed prices are in it. */
  readonly isDelayed: boolean;
}

/** The four exposures of the book, by the sign of each leg's dollar delta. */
export function sideCells(scope: BookScope): readonly SideCell[] {
  const netLiq = netLiquidation(scope).value;
  const state = totalState(scope, "greeks");
  const context = (value: number) =>
    netLiq > 0 && state !== "absent" ? `${formatMultiple(Math.abs(value) / netLiq)} net liq` : "";
  const long = scope.total("longDollarDelta");
  const short = scope.total("shortDollarDelta");
  const net = scope.total("dollarDelta");
  const gross = grossDollarDelta(scope);
  const isDelayed = hasDelayed(scope);
  const cells: Omit<SideCell, "isDelayed">[] = [
    { id: "long", label: "Long", figure: signedFigure(long, 0, state), context: context(long) },
    { id: "short", label: "Short", figure: signedFigure(short, 0, state), context: context(short) },
    { id: "net", label: "Net", figure: signedFigure(net, 0, state), context: context(net) },
    { id: "gross", label: "Gross", figure: levelFigure(gross, 0, state), context: context(gross) },
  ];
  return cells.map((cell) => ({ ...cell, isDelayed }));
}

/** A line of the net liq section: parts, their sum, the broker's figure and the difference. */
export interface BalanceLine {
  readonly id: "positions" | "cash" | "accrued" | "computed" | "broker" | "difference";
  readonly label: string;
  readonly figure: Figure;
  readonly isSum: boolean;
}

/** Difference above which broker and desk disagree: 0.1 % of net liq. Source: formulas §6. */
export const DIFFERENCE_MAX_OF_NET_LIQ = 0.001;

/** Desk minus broker; NaN when one of them is unknown. */
export function netLiqDifference(scope: BookScope): number {
  return computedNetLiquidation(scope).value - scope.accountSum("netLiquidation");
}

/** True when broker and desk differ by more than the tolerance; never from an old figure. */
export function hasDifference(scope: BookScope): boolean {
  if (balanceState(scope) === "stale") return false;
  const broker = scope.accountSum("netLiquidation");
  return Math.abs(netLiqDifference(scope)) > DIFFERENCE_MAX_OF_NET_LIQ * Math.abs(broker);
}

/**
 * By how much the day's P&L misses the move of net liq without deposits, where that is more than
 * the tolerance; NaN where it is not, or a part is unknown or old. Source: formulas §6.
 */
export function pnlApart(scope: BookScope): number {
  if (balanceState(scope) === "stale") return NaN;
  const { difference } = pnlIdentity(scope.view, scope.accounts);
  const tolerance = DIFFERENCE_MAX_OF_NET_LIQ * Math.abs(scope.accountSum("netLiquidation"));
  return Math.abs(difference) > tolerance ? difference : NaN;
}

/** Position net liq, cash and the account's value, shown apart and reconciled (T-003). */
export function balanceLines(scope: BookScope): readonly BalanceLine[] {
  const marks = totalState(scope, "mark");
  const told = balanceState(scope);
  const computed = computedNetLiquidation(scope);
  const line = (id: BalanceLine["id"], label: string, figure: Figure, isSum = false) => ({
    id,
    label,
    figure,
    isSum,
  });
  const level = (value: number, state: FigureState) => levelFigure(value, 0, state);
  return [
    line("positions", "Positions at mark", level(scope.total("marketValue"), marks)),
    line("cash", "Cash", level(scope.accountSum("cash"), told)),
    line("accrued", "Accrued", level(scope.accountSum("accrued"), told)),
    line("computed", "Computed here", level(computed.value, computed.state), true),
    line("broker", "Broker\u2019s figure", level(scope.accountSum("netLiquidation"), told)),
    line("difference", "Difference", signedFigure(netLiqDifference(scope), 0, computed.state)),
  ];
}

/** "1 leg left out", "" when nothing is: how absent parts are counted in words. */
export function leftOutText(scope: BookScope): string {
  const missing = Math.max(scope.total("withoutGreeks"), scope.total("withoutMark"));
  return missing > 0 ? `${plural(missing, "leg")} left out` : "";
}
