import type { AccountFigures } from "../../domain/broker_figures.ts";
import { formatLevel, formatSigned } from "../../format/number.ts";
import { formatAge } from "../../format/time.ts";
import { listed, plural } from "../../format/words.ts";
import { type Cause, type CauseCode, type Compared, UNEXPLAINED } from "./compared.ts";
import type { ComparedPosition } from "./position.ts";
import { type CauseContext, IN_FLIGHT_MS } from "./position_causes.ts";

/** A part explains a difference when it makes at least this share of it. */
const EXPLAINS = 0.5;
/** Positions named one by one at most. */
const NAMED_MAX = 2;

/** What a difference of an account may come from; money in the base currency. */
export interface AccountEvidence {
  readonly figures: AccountFigures;
  /** Base currency per unit of the account's. */
  readonly rate: number;
  readonly currency: string;
  readonly positions: readonly ComparedPosition[];
  /** Holdings of the desk's book that it does not value. */
  readonly unsupportedCount: number;
  readonly context: CauseContext;
}

function explains(part: number | null, difference: number): boolean {
  return part !== null && part / difference >= EXPLAINS;
}

function names(positions: readonly ComparedPosition[]): string {
  const shown = positions.slice(0, NAMED_MAX).map(({ label }) => label);
  const rest = positions.length - shown.length;
  return listed(rest > 0 ? [...shown, plural(rest, "more", "more")] : shown);
}

function sumOf(positions: readonly ComparedPosition[]): number {
  return positions.reduce((sum, { valueDifference }) => sum + (valueDifference ?? 0), 0);
}

/** Pending cash of the broker in the base currency; null when it tells none. */
function pendingOf({ figures, rate }: AccountEvidence): number | null {
  const pending = figures.pendingCash;
  return pending === null || pending.value === 0 ? null : pending.value * rate;
}

function pendingCause(evidence: AccountEvidence, pending: number): Cause {
  const text = `${formatSigned(pending)} ${evidence.currency} are pending at the broker`;
  return { code: "pendingCash", text };
}

function isInFlight({ now, lastFillAt }: CauseContext): boolean {
  return lastFillAt !== null && now - lastFillAt < IN_FLIGHT_MS;
}

/** Why cash differs. */
export function cashCause(evidence: AccountEvidence, difference: number): Cause {
  const { context } = evidence;
  const pending = pendingOf(evidence);
  if (pending !== null && explains(Math.abs(pending), Math.abs(difference))) {
    return pendingCause(evidence, pending);
  }
  if (isInFlight(context) && context.lastFillAt !== null) {
    const age = formatAge(context.now - context.lastFillAt);
    return { code: "inFlight", text: `a fill of ${age} ago is booked on one side only` };
  }
  return UNEXPLAINED;
}

const QUANTITY_CODES: ReadonlySet<CauseCode> = new Set([
  "missingHere",
  "missingThere",
  "inFlight",
  "quantity",
  "multiplier",
]);

function markWords(code: CauseCode, positions: readonly ComparedPosition[]): string {
  const count = plural(positions.length, "position");
  const [is, has] = positions.length === 1 ? ["is", "has"] : ["are", "have"];
  switch (code) {
    case "oursIsLast":
      return `${count} ${is} marked here at last`;
    case "oursIsClose":
      return `${count} ${is} marked here at the previous close`;
    case "theirsIsLast":
      return `${count} ${is} marked by the broker at last`;
    case "theirsIsClose":
      return `${count} ${is} marked by the broker at the previous close`;
    case "perContract":
      return `${count} ${is} marked by the broker per contract`;
    case "oldFigure":
      return `${count} ${has} an old mark of the broker`;
    case "wideMarket":
      return `${count} ${has} a wide market`;
    default:
      return `the marks of ${names(positions)} differ`;
  }
}

/** The group of differing marks that moves most money, if it explains the difference. */
function marksCause(
  positions: readonly ComparedPosition[],
  difference: number,
): Cause | null {
  const byCode = new Map<CauseCode, ComparedPosition[]>();
  for (const position of positions) {
    const { cause } = position.mark;
    if (cause === null) continue;
    const group = byCode.get(cause.code) ?? [];
    group.push(position);
    byCode.set(cause.code, group);
  }
  const groups = [...byCode].map(([code, group]) => ({ code, group, sum: sumOf(group) }));
  groups.sort((a, b) => Math.abs(b.sum) - Math.abs(a.sum));
  const best = groups.find(({ sum }) => explains(sum, difference));
  if (best !== undefined) return { code: best.code, text: markWords(best.code, best.group) };
  const all = groups.flatMap(({ group }) => group);
  if (!explains(sumOf(all), difference)) return null;
  return { code: "unknown", text: `the marks of ${plural(all.length, "position")} differ` };
}

/** Why the value of positions differs, by the first rule that explains half of it. */
export function positionsCause(evidence: AccountEvidence, difference: number): Cause {
  const moved = evidence.positions.filter((position) => {
    const code = position.quantity.cause?.code ?? position.multiplier?.cause?.code;
    return code !== undefined && QUANTITY_CODES.has(code);
  });
  const unknown = moved.filter(({ valueDifference }) => valueDifference === null);
  if (moved.length > 0 && (unknown.length > 0 || explains(sumOf(moved), difference))) {
    const first = moved[0].quantity.cause ?? moved[0].multiplier?.cause ?? UNEXPLAINED;
    const text = moved.length === 1
      ? `${moved[0].label}: ${first.text}`
      : `${plural(moved.length, "position")} differ in quantity: ${names(moved)}`;
    return { code: first.code, text };
  }
  const byMark = marksCause(evidence.positions, difference);
  if (byMark !== null) return byMark;
  const { unsupportedCount, positions } = evidence;
  if (unsupportedCount > 0) {
    const [is, count] = [
      unsupportedCount === 1 ? "is" : "are",
      plural(unsupportedCount, "holding"),
    ];
    return { code: "unsupported", text: `${count} ${is} not valued here` };
  }
  if (explains(sumOf(positions), difference)) {
    const text = "small differences of marks add up, each within its own tolerance";
    return { code: "smallDifferences", text };
  }
  return UNEXPLAINED;
}

/** The compared parts of net liq. */
export interface NetLiqParts {
  readonly cash: Compared;
  readonly positions: Compared;
  readonly netLiq: number | null;
}

/** Why net liq differs: cash, positions, what is pending, or the broker's own sum. */
export function netLiqCause(
  evidence: AccountEvidence,
  parts: NetLiqParts,
  difference: number,
): Cause {
  const { cash, positions, netLiq } = parts;
  if (explains(cash.difference, difference)) {
    const found = cashCause(evidence, cash.difference ?? 0);
    const by = `cash differs by ${formatLevel(Math.abs(cash.difference ?? 0), 2)}`;
    const text = found.code === "unknown" ? by : `${by}: ${found.text}`;
    return { code: found.code === "unknown" ? "cash" : found.code, text };
  }
  const pending = pendingOf(evidence);
  const isPending = pending !== null && Math.abs(Math.abs(pending / difference) - 1) < 0.05;
  if (pending !== null && isPending) return pendingCause(evidence, pending);
  const byPosition = positionsCause(evidence, difference);
  if (byPosition.code !== "unknown" || byPosition.text !== UNEXPLAINED.text) return byPosition;
  const told = cash.theirs !== null && positions.theirs !== null && netLiq !== null
    ? cash.theirs + positions.theirs - netLiq
    : null;
  if (explains(told, difference)) {
    const text = "the broker\u2019s own cash and positions do not add up to its net liq";
    return { code: "brokersParts", text };
  }
  return UNEXPLAINED;
}

/** Why day P&L differs: what net liq does, previous closes, or something not booked. */
export function dayPnlCause(
  evidence: AccountEvidence,
  netLiq: Compared,
  difference: number,
): Cause {
  if (netLiq.state === "differs" && explains(netLiq.difference, difference)) {
    return { code: "netLiq", text: "follows the difference of net liq" };
  }
  const moved = evidence.positions.filter(({ closeDifference }) =>
    closeDifference !== null && closeDifference !== 0
  );
  const sum = moved.reduce((total, one) => total + (one.closeDifference ?? 0), 0);
  if (moved.length > 0 && explains(sum, difference)) {
    moved.sort((a, b) => Math.abs(b.closeDifference ?? 0) - Math.abs(a.closeDifference ?? 0));
    return { code: "previousClose", text: `the previous close of ${names(moved)} differs` };
  }
  return { code: "unknown", text: "a fill, a fee or a transfer may be missing on one side" };
}
