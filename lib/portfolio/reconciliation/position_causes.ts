import type { PositionFigures } from "../../domain/broker_figures.ts";
import { formatLevel, formatSigned, tickDecimals } from "../../format/number.ts";
import { formatAge } from "../../format/time.ts";
import type { ModelGreeks } from "../model_greeks.ts";
import { type Cause, UNEXPLAINED } from "./compared.ts";
import type { OptionFacts, OurPosition } from "./our_figures.ts";
import { halfSpread, ivTolerance } from "./tolerances.ts";

/** A fill younger than this may stand in one list and not in the other yet. */
export const IN_FLIGHT_MS = 30_000;
/** A figure older than this explains a difference. Source: formulas §1, budget of an account. */
export const OLD_MS = 60_000;
/** A spread over this share of the mid makes any mark of it a guess. */
const WIDE_SHARE = 0.25;
/** How near the multiple of a mark is to the multiplier when it was told per contract. */
const MULTIPLE_NEAR = 0.02;

/** When it is, and what just happened, as causes need it. */
export interface CauseContext {
  readonly now: number;
  /** Newest fill of the account, ms by the source's clock; null when there was none. */
  readonly lastFillAt: number | null;
}

function quantityText(quantity: number): string {
  return formatSigned(quantity, Number.isInteger(quantity) ? 0 : 4);
}

/** Why quantities differ; null on a side is a position that the side does not list. */
export function quantityCause(
  theirs: PositionFigures | null,
  ours: OurPosition | null,
  { now, lastFillAt }: CauseContext,
): Cause {
  if (lastFillAt !== null && now - lastFillAt < IN_FLIGHT_MS) {
    const age = formatAge(now - lastFillAt);
    return { code: "inFlight", text: `a fill of ${age} ago is in one list only` };
  }
  if (theirs === null) {
    return { code: "missingThere", text: "held here, not in the broker\u2019s list" };
  }
  if (ours === null) {
    return { code: "missingHere", text: "in the broker\u2019s list, not held here" };
  }
  const told = quantityText(theirs.signedQuantity);
  const held = quantityText(ours.signedQuantity);
  return { code: "quantity", text: `the broker lists ${told}, the desk holds ${held}` };
}

/** Why multipliers differ. */
export function multiplierCause(theirs: number, ours: number): Cause {
  return { code: "multiplier", text: `the broker counts ${theirs} a contract, the desk ${ours}` };
}

function isNear(a: number, b: number | null, tick: number): boolean {
  return b !== null && Math.abs(a - b) <= tick * 1.000001;
}

function isWide(position: OurPosition): boolean {
  const half = halfSpread(position);
  if (half === null || position.mark === null) return false;
  return 2 * half > WIDE_SHARE * position.mark;
}

/** Why marks differ, by the first rule that fits. */
export function markCause(theirs: PositionFigures, ours: OurPosition, now: number): Cause {
  const { mark: told } = theirs;
  const { mark, tickSize, multiplier } = ours;
  if (told === null || mark === null) return UNEXPLAINED;
  const decimals = tickDecimals(tickSize);
  if (multiplier > 1 && mark > 0) {
    const multiple = told.value / mark / multiplier;
    if (Math.abs(multiple - 1) < MULTIPLE_NEAR) {
      return { code: "perContract", text: "the broker\u2019s mark is per contract" };
    }
  }
  if (told.at !== null && now - told.at > OLD_MS) {
    return { code: "oldFigure", text: `the broker\u2019s mark is ${formatAge(now - told.at)} old` };
  }
  if (ours.markSource === "last") {
    return { code: "oursIsLast", text: "marked here at the last trade: no two-sided quote" };
  }
  if (ours.markSource === "previousClose") {
    return { code: "oursIsClose", text: "marked here at the previous close: no quote today" };
  }
  if (isNear(told.value, ours.last, tickSize)) {
    const last = formatLevel(told.value, decimals);
    return { code: "theirsIsLast", text: `the broker marks at the last trade, ${last}` };
  }
  if (isNear(told.value, ours.previousClose, tickSize)) {
    const close = formatLevel(told.value, decimals);
    return { code: "theirsIsClose", text: `the broker marks at the previous close, ${close}` };
  }
  if (isWide(ours)) {
    const [bid, ask] = [
      formatLevel(ours.bid ?? NaN, decimals),
      formatLevel(ours.ask ?? NaN, decimals),
    ];
    return { code: "wideMarket", text: `the market is wide, ${bid} to ${ask}` };
  }
  return UNEXPLAINED;
}

function isInTheMoney({ right, strike, spot }: OptionFacts): boolean {
  if (spot === null) return false;
  return right === "call" ? spot > strike : spot < strike;
}

/** Why Greeks differ from the broker's on the feed, by the first rule that fits. */
export function greeksCause(
  position: OurPosition,
  option: OptionFacts,
  model: ModelGreeks,
  now: number,
): Cause {
  const { feed } = option;
  if (feed !== null && feed.at !== null && now - feed.at > OLD_MS) {
    return {
      code: "oldFigure",
      text: `the broker\u2019s Greeks are ${formatAge(now - feed.at)} old`,
    };
  }
  if (!model.isOfLatestQuote) {
    const age = formatAge(now - model.quotedAt);
    return { code: "lastVolatility", text: `the model uses the volatility of ${age} ago` };
  }
  if (isWide(position)) {
    return { code: "wideMarket", text: "the market is wide: its mid says little of volatility" };
  }
  if (option.isAmerican && isInTheMoney(option)) {
    const text = "the broker prices early exercise, the model here does not";
    return { code: "americanExercise", text };
  }
  const iv = feed?.iv ?? null;
  if (iv !== null && Math.abs(model.iv - iv) > ivTolerance(position, model)) {
    const points = formatSigned((model.iv - iv) * 100, 1);
    return {
      code: "otherVolatility",
      text: `volatility of the mid is ${points} points off theirs`,
    };
  }
  return { code: "otherCarry", text: "same volatility: rate or dividend yield differ" };
}
