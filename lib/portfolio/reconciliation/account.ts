import type { UnixMs } from "../../base/brand.ts";
import type { AccountFigures, PositionFigures, ToldFigure } from "../../domain/broker_figures.ts";
import {
  type AccountEvidence,
  cashCause,
  dayPnlCause,
  netLiqCause,
  positionsCause,
} from "./account_causes.ts";
import { compare, type Compared, type Doubt } from "./compared.ts";
import { type OurAccount, ourNetLiq } from "./our_figures.ts";
import { type ComparedPosition, comparePosition } from "./position.ts";
import { OLD_MS } from "./position_causes.ts";
import { CASH_TOLERANCE, moneyOf, netLiqTolerance } from "./tolerances.ts";

/** One account, compared; money in the base currency. */
export interface ComparedAccount {
  /** Source's clock when the broker's answer was compared. */
  readonly comparedAt: UnixMs;
  readonly positionsValue: Compared;
  readonly cash: Compared;
  readonly netLiq: Compared;
  readonly dayPnl: Compared;
  /** Differences first, then what cannot be compared; at most `POSITIONS_MAX`. */
  readonly positions: readonly ComparedPosition[];
  /** Of all positions, listed or not. */
  readonly counts: Readonly<Record<Compared["state"], number>>;
  readonly state: Compared["state"];
}

/** Positions kept of one account; those left out are the ones that agree. */
export const POSITIONS_MAX = 200;

/** What is compared, and of which moment. */
export interface AccountInput {
  readonly figures: AccountFigures;
  /** The desk's side when the broker was asked. */
  readonly before: OurAccount;
  /** The desk's side when the answer was there. */
  readonly ours: OurAccount;
  /** Newest fill of the account, ms; null when there was none today. */
  readonly lastFillAt: UnixMs | null;
}

const RANK: Readonly<Record<Compared["state"], number>> = {
  differs: 0,
  notComparable: 1,
  agrees: 2,
};

function isFlat({ quantity }: ComparedPosition): boolean {
  return quantity.ours === 0 && quantity.theirs === 0;
}

function weight(position: ComparedPosition): number {
  return Math.abs(position.valueDifference ?? 0);
}

function comparedPositions(input: AccountInput): ComparedPosition[] {
  const { figures, ours, before, lastFillAt } = input;
  const told = new Map<string, PositionFigures>();
  for (const one of figures.positions) told.set(one.instrumentKey, one);
  const context = { now: ours.readAt, lastFillAt };
  const compared: ComparedPosition[] = [];
  for (const key of new Set([...ours.positions.keys(), ...told.keys()])) {
    compared.push(comparePosition({
      theirs: told.get(key) ?? null,
      ours: ours.positions.get(key) ?? null,
      markBefore: before.positions.get(key)?.mark ?? null,
      isListWhole: figures.unreadCount === 0,
      context,
    }));
  }
  return compared.sort((a, b) => RANK[a.state] - RANK[b.state] || weight(b) - weight(a));
}

function scaled(told: ToldFigure | null, rate: number): ToldFigure | null {
  return told === null ? null : { ...told, value: told.value * rate };
}

function usable(told: ToldFigure | null): number | null {
  return told !== null && Number.isFinite(told.value) ? told.value : null;
}

/** How far ours moved while the broker was asked. */
function moved(now: number | null, before: number | null): number {
  return now === null || before === null ? 0 : Math.abs(now - before);
}

/** Σ of the broker's marks where it does not give the sum itself; null when one is missing. */
function toldPositionsValue({ figures, ours }: AccountInput, rate: number): ToldFigure | null {
  if (figures.positionsValue !== null) return scaled(figures.positionsValue, rate);
  if (figures.unreadCount > 0) return null;
  let sum = 0;
  for (const { instrumentKey, signedQuantity, multiplier, mark } of figures.positions) {
    if (signedQuantity === 0) continue;
    const own = ours.positions.get(instrumentKey) ?? null;
    if (own?.isFuture ?? false) continue;
    if (own === null || own.rate === null || mark === null) return null;
    sum += signedQuantity * (multiplier ?? own.multiplier) * mark.value * own.rate;
  }
  return { value: sum, at: null, source: "positions with marks" };
}

/** The broker's net liq now less that at the previous close and what came from outside. */
function toldDayPnl({ figures, ours }: AccountInput, rate: number): ToldFigure | null {
  if (figures.dayPnl !== null) return scaled(figures.dayPnl, rate);
  const netLiq = scaled(figures.netLiquidation, rate);
  const { previousNetLiq, externalFlows } = ours;
  if (netLiq === null || previousNetLiq === null || externalFlows === null) return null;
  const value = netLiq.value - previousNetLiq - externalFlows;
  return { value, at: netLiq.at, source: "net liq less that of the close and deposits" };
}

/** True when futures move the broker's cash and ours is of an earlier moment. */
function isCashVarying({ positions, cashAt }: OurAccount, told: ToldFigure | null): boolean {
  if (told === null || told.at === null || cashAt === null || cashAt >= told.at) return false;
  return [...positions.values()].some((one) => one.isFuture && one.signedQuantity !== 0);
}

/** Why a difference of cash proves nothing now. */
function cashDoubt({ ours, lastFillAt }: AccountInput, told: ToldFigure | null): Doubt | null {
  if (told !== null && told.at !== null) {
    if (lastFillAt !== null && told.at < lastFillAt) return "otherTime";
    if (ours.readAt - told.at > OLD_MS && !isClosed(ours)) return "staleTheirs";
  }
  return null;
}

/** Why a difference of what rests on marks proves nothing now. */
function moneyDoubt(input: AccountInput, told: ToldFigure | null): Doubt | null {
  const held = [...input.ours.positions.values()].filter((one) => one.signedQuantity !== 0);
  const isStale = held.some(({ staleness }) => staleness === "stale");
  return cashDoubt(input, told) ?? (isStale ? "staleOurs" : null);
}

function isClosed({ positions }: OurAccount): boolean {
  const held = [...positions.values()].filter(({ signedQuantity }) => signedQuantity !== 0);
  return held.length > 0 && held.every(({ staleness }) => staleness === "closed");
}

function widestTick({ positions }: OurAccount): number {
  let widest = 0;
  for (const position of positions.values()) {
    widest = Math.max(widest, Math.abs(moneyOf(position, position.tickSize) ?? 0));
  }
  return widest;
}

/** An account whose net liq is beyond its tolerance agrees in nothing, whatever its parts do. */
function stateOf(
  account: ReturnType<typeof accountFigures>,
  counts: Readonly<Record<Compared["state"], number>>,
): Compared["state"] {
  const figures = Object.values(account);
  if (counts.differs > 0 || figures.some(({ state }) => state === "differs")) return "differs";
  const { state: netLiqState, difference } = account.netLiq;
  if (netLiqState === "notComparable" && difference !== null) return "notComparable";
  if (counts.agrees > 0 || figures.some(({ state }) => state === "agrees")) return "agrees";
  return "notComparable";
}

/** The four figures of an account; differences of the closed market prove nothing of marks. */
function accountFigures(
  input: AccountInput,
  rate: number,
  all: readonly ComparedPosition[],
): Pick<ComparedAccount, "positionsValue" | "cash" | "netLiq" | "dayPnl"> {
  const { figures, ours, before, lastFillAt } = input;
  const unsupportedCount = [...ours.positions.values()]
    .filter((one) => !one.isSupported && one.signedQuantity !== 0).length;
  const evidence: AccountEvidence = {
    figures,
    rate,
    currency: ours.currency,
    positions: all,
    unsupportedCount,
    context: { now: ours.readAt, lastFillAt },
  };
  const marks = all.reduce((sum, { valueTolerance }) => sum + valueTolerance, 0);
  const toldNetLiq = scaled(figures.netLiquidation, rate);
  const toldCash = scaled(figures.cash, rate);
  const toldPositions = toldPositionsValue(input, rate);
  const [own, ownBefore] = [ourNetLiq(ours), ourNetLiq(before)];
  const limit = {
    marks,
    widestTick: widestTick(ours),
    netLiq: usable(toldNetLiq) ?? own ?? 0,
  };
  const isMoved = all.some(({ state }) => state === "differs");
  const isShut = isClosed(ours);
  const isVarying = isCashVarying(ours, toldCash);
  const cash = compare({
    theirs: toldCash,
    ours: ours.cash,
    tolerance: CASH_TOLERANCE + moved(ours.cash, before.cash),
    doubt: isVarying ? "otherTime" : cashDoubt(input, toldCash),
    cause: (difference) => cashCause(evidence, difference),
  });
  const marksDoubt = (told: ToldFigure | null): Doubt | null =>
    moneyDoubt(input, told) ??
      (isShut && !isMoved && cash.state !== "differs" && unsupportedCount === 0 ? "closed" : null);
  const positionsValue = compare({
    theirs: toldPositions,
    ours: ours.positionsValue,
    tolerance: netLiqTolerance({
      ...limit,
      movedBy: moved(ours.positionsValue, before.positionsValue),
    }),
    doubt: marksDoubt(toldPositions),
    cause: (difference) => positionsCause(evidence, difference),
  });
  const movedBy = moved(own, ownBefore);
  const parts = { cash, positions: positionsValue, netLiq: toldNetLiq?.value ?? null };
  const netLiqLimit = netLiqTolerance({ ...limit, movedBy });
  const besideCash = (own ?? NaN) - (toldNetLiq?.value ?? NaN) - (cash.difference ?? NaN);
  const isCashGap = isVarying && Math.abs(besideCash) <= netLiqLimit;
  const netLiq = compare({
    theirs: toldNetLiq,
    ours: own,
    tolerance: netLiqLimit,
    doubt: marksDoubt(toldNetLiq) ?? (isCashGap ? "otherTime" : null),
    cause: (difference) => netLiqCause(evidence, parts, difference),
  });
  const toldDay = toldDayPnl(input, rate);
  const dayPnl = compare({
    theirs: toldDay,
    ours: ours.dayPnl,
    tolerance: netLiqTolerance({ ...limit, movedBy: moved(ours.dayPnl, before.dayPnl) }),
    doubt: marksDoubt(toldDay),
    cause: (difference) => dayPnlCause(evidence, netLiq, difference),
  });
  return { positionsValue, cash, netLiq, dayPnl };
}

/**
 * Compares an account as the broker tells it with the desk's own. Nothing is overwritten: both
 * sides stand in the answer. Without a rate of the account's currency its money is not comparable.
 */
export function compareAccount(input: AccountInput): ComparedAccount {
  const { ours } = input;
  const all = comparedPositions(input);
  const shown = all.filter((position) => !isFlat(position));
  const counts = { agrees: 0, differs: 0, notComparable: 0 };
  for (const { state } of shown) counts[state]++;
  const figures = accountFigures(input, ours.rate ?? NaN, all);
  return {
    comparedAt: ours.readAt,
    ...figures,
    positions: shown.slice(0, POSITIONS_MAX),
    counts,
    state: stateOf(figures, counts),
  };
}
