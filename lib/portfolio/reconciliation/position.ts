import type { AbsenceReason } from "../../base/absence.ts";
import type { PositionFigures, ToldFigure } from "../../domain/broker_figures.ts";
import { compare, type Compared, type Doubt } from "./compared.ts";
import type { FeedGreeks, OptionFacts, OurPosition } from "./our_figures.ts";
import {
  type CauseContext,
  greeksCause,
  markCause,
  multiplierCause,
  OLD_MS,
  quantityCause,
} from "./position_causes.ts";
import {
  deltaTolerance,
  greekTolerance,
  ivTolerance,
  markTolerance,
  moneyOf,
  QUANTITY_TOLERANCE,
} from "./tolerances.ts";

/** Greeks of one option per long unit: the broker's from the feed beside the model's. */
export interface ComparedGreeks {
  readonly iv: Compared;
  readonly delta: Compared;
  readonly gamma: Compared;
  readonly thetaPerDay: Compared;
  readonly vegaPerPoint: Compared;
}

/** One position of one account, compared; money in the base currency. */
export interface ComparedPosition {
  readonly instrumentKey: string;
  readonly label: string;
  readonly underlying: string;
  readonly tickSize: number;
  readonly markSource: OurPosition["markSource"];
  readonly quantity: Compared;
  /** Null where it is 1 by nature or not told. */
  readonly multiplier: Compared | null;
  readonly mark: Compared;
  /** Null for what is no option. */
  readonly greeks: ComparedGreeks | null;
  /** Why the model has no Greeks; null when it has, and for what is no option. */
  readonly modelAbsence: AbsenceReason | null;
  /** Ours − theirs of its market value; null when a side is unknown. */
  readonly valueDifference: number | null;
  /** Ours − theirs of what the previous close makes of its day P&L; null when not told. */
  readonly closeDifference: number | null;
  /** Money that the tolerance of its mark is worth. */
  readonly valueTolerance: number;
  readonly state: Compared["state"];
}

/** Two sides of one position, and what the comparison needs to know of the moment. */
export interface PositionInput {
  readonly theirs: PositionFigures | null;
  readonly ours: OurPosition | null;
  /** Our mark when the broker was asked; null when there was none. */
  readonly markBefore: number | null;
  /** False: holdings of the broker's list could not be read, so a missing one proves nothing. */
  readonly isListWhole: boolean;
  readonly context: CauseContext;
}

const NOT_HELD: ToldFigure = { value: 0, at: null, source: "positions" };
const FROM_FEED = "feed";

function quantityOf({ theirs, ours, isListWhole, context }: PositionInput): Compared {
  const absent = isListWhole ? NOT_HELD : null;
  return compare({
    theirs: theirs === null
      ? absent
      : { value: theirs.signedQuantity, at: null, source: "positions" },
    ours: ours?.signedQuantity ?? 0,
    tolerance: QUANTITY_TOLERANCE,
    cause: () => quantityCause(theirs, ours, context),
  });
}

function multiplierOf(theirs: PositionFigures | null, ours: OurPosition | null): Compared | null {
  if (theirs === null || theirs.multiplier === null || ours === null) return null;
  const told = theirs.multiplier;
  return compare({
    theirs: { value: told, at: null, source: "positions" },
    ours: ours.multiplier,
    tolerance: 0,
    cause: () => multiplierCause(told, ours.multiplier),
  });
}

/** Why our or their mark proves nothing now; a mark that was never current is still comparable. */
function markDoubt(theirs: ToldFigure | null, ours: OurPosition): Doubt | null {
  if (ours.staleness === "stale") return "staleOurs";
  if (ours.staleness === "closed") return "closed";
  const isOlder = theirs !== null && theirs.at !== null && ours.markAt !== null &&
    ours.markAt - theirs.at > OLD_MS;
  return isOlder ? "staleTheirs" : null;
}

function markOf({ theirs, ours, markBefore, context }: PositionInput): Compared {
  const told = theirs?.mark ?? null;
  if (ours === null) return compare({ theirs: told, ours: null, tolerance: 0 });
  const movedBy = ours.mark === null || markBefore === null ? 0 : Math.abs(ours.mark - markBefore);
  return compare({
    theirs: told,
    ours: ours.mark,
    tolerance: markTolerance(ours, movedBy),
    doubt: markDoubt(told, ours),
    cause: () => theirs === null ? markCauseless : markCause(theirs, ours, context.now),
  });
}

const markCauseless = { code: "unknown", text: "no known cause" } as const;

function toldGreek(feed: FeedGreeks | null, value: number | null): ToldFigure | null {
  return feed === null || value === null ? null : { value, at: feed.at, source: FROM_FEED };
}

function greeksOf(ours: OurPosition, option: OptionFacts, now: number): ComparedGreeks {
  const { feed } = option;
  const model = typeof option.model === "string" ? null : option.model;
  const isOurs = ours.staleness === "current";
  const doubt: Doubt | null = ours.staleness === "closed"
    ? "closed"
    : !isOurs
    ? "staleOurs"
    : feed?.isStale ?? false
    ? "staleTheirs"
    : null;
  const one = (theirs: number | null, own: number | null, tolerance: number) =>
    compare({
      theirs: toldGreek(feed, theirs),
      ours: own,
      tolerance,
      doubt,
      ...(model === null ? {} : { cause: () => greeksCause(ours, option, model, now) }),
    });
  const rest = (name: "gamma" | "thetaPerDay" | "vegaPerPoint") => {
    const [theirs, own] = [feed?.[name] ?? null, model?.[name] ?? null];
    return one(theirs, own, own === null ? 0 : greekTolerance(name, theirs, own));
  };
  return {
    iv: one(feed?.iv ?? null, model?.iv ?? null, model === null ? 0 : ivTolerance(ours, model)),
    delta: one(
      feed?.delta ?? null,
      model?.delta ?? null,
      model === null ? 0 : deltaTolerance(ours, model),
    ),
    gamma: rest("gamma"),
    thetaPerDay: rest("thetaPerDay"),
    vegaPerPoint: rest("vegaPerPoint"),
  };
}

/** The value of theirs at our rate; null when a part was not told. */
function theirValue(theirs: PositionFigures | null, ours: OurPosition | null): number | null {
  if (theirs === null) return 0;
  if (theirs.mark === null || ours === null || ours.rate === null) return null;
  if (ours.isFuture) return 0;
  const multiplier = theirs.multiplier ?? ours.multiplier;
  return theirs.signedQuantity * multiplier * theirs.mark.value * ours.rate;
}

function valueDifferenceOf(input: PositionInput): number | null {
  const { theirs, ours } = input;
  if (theirs === null && !input.isListWhole) return null;
  const own = ours === null ? 0 : ours.mark === null ? null : moneyOf(ours, ours.mark);
  const told = theirValue(theirs, ours);
  return own === null || told === null ? null : own - told;
}

/** What the closes alone put between two day P&Ls: q0·m·(close_theirs − close_ours)·rate. */
function closeDifferenceOf({ theirs, ours }: PositionInput): number | null {
  const told = theirs?.previousClose ?? null;
  if (told === null || ours === null || ours.previousClose === null || ours.rate === null) {
    return null;
  }
  const { overnightQuantity, multiplier, rate } = ours;
  return overnightQuantity * multiplier * (told.value - ours.previousClose) * rate;
}

/** The state of a position: what differs wins, then what cannot be compared. */
function stateOf(parts: readonly (Compared | null)[]): Compared["state"] {
  if (parts.some((part) => part?.state === "differs")) return "differs";
  return parts.some((part) => part?.state === "agrees") ? "agrees" : "notComparable";
}

/** Compares one position. One of its sides must be there. */
export function comparePosition(input: PositionInput): ComparedPosition {
  const { theirs, ours, context } = input;
  const quantity = quantityOf(input);
  const multiplier = multiplierOf(theirs, ours);
  const mark = markOf(input);
  const greeks = ours === null || ours.option === null
    ? null
    : greeksOf(ours, ours.option, context.now);
  const money = ours === null ? 0 : moneyOf(ours, mark.tolerance ?? 0) ?? 0;
  // Implied volatility, vega, gamma and theta follow delta's finding: they tell why, not whether.
  const state = stateOf([quantity, multiplier, mark, greeks?.delta ?? null]);
  const isMarkUnknown = state === "agrees" && mark.state === "notComparable";
  return {
    instrumentKey: ours?.instrumentKey ?? theirs?.instrumentKey ?? "",
    label: ours?.label ?? theirs?.name ?? "",
    underlying: ours?.underlying ?? "",
    tickSize: ours?.tickSize ?? 0.01,
    markSource: ours?.markSource ?? "none",
    quantity,
    multiplier,
    mark,
    greeks,
    modelAbsence: typeof ours?.option?.model === "string" ? ours.option.model : null,
    valueDifference: valueDifferenceOf(input),
    closeDifference: closeDifferenceOf(input),
    valueTolerance: Math.abs(money),
    state: isMarkUnknown ? "notComparable" : state,
  };
}
