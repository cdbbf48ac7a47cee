import type { BookView } from "../../domain/book_view.ts";
import { GREEKS_SOURCES, MARK_SOURCES } from "../../domain/measures.ts";
import { newYorkTime } from "../../calendar/new_york.ts";
import { formatAge, formatMinute } from "../../format/time.ts";
import { ABSENCE_WORDS } from "../../format/words.ts";
import { isSettling } from "../expiry_state.ts";
import type { BookScope } from "./scope.ts";
import {
  isClosed,
  isDelayed,
  isModelled,
  isStale,
  legAbsence,
  priceAbsence,
  rowCode,
  underlyingValue,
} from "./trust.ts";
import { rowValue } from "./values.ts";

/** What the page says of a leg that has expired and is still in the account. */
export const SETTLING = "settling";

/** A mid of a wide quote, in the room that the column has beside an age. */
const WIDE = "wide";

const DERIVED: number = MARK_SOURCES.indexOf("derived");

/** What the last column of a row says: a source and an age, or a reason. */
export interface SourceCell {
  /** "stale" gets the dashed box, "model" the italic. */
  readonly kind: "plain" | "stale" | "model" | "absent";
  readonly label: string;
  /** Time of the last change by the source's clock, null when no age is shown. */
  readonly at: number | null;
  /** Words after the age: "oldest". */
  readonly after: string;
}

function known(at: number | null): number | null {
  return at !== null && Number.isFinite(at) ? at : null;
}

function plain(label: string, at: number | null, after = ""): SourceCell {
  return { kind: "plain", label, at: known(at), after };
}

/** "close, 16:00": what stands in the age's place once the session has ended. */
export function closeLabel(closedAt: number | null): string {
  if (closedAt === null || !Number.isFinite(closedAt)) return "close";
  return `close, ${formatMinute(newYorkTime(closedAt))}`;
}

/** When a leg's figure last changed: its mark, else its Greeks. */
export function legChangedAt(view: BookView, row: number): number {
  const markAt = rowValue(view, row, "markAt");
  return Number.isFinite(markAt) ? markAt : rowValue(view, row, "greeksAt");
}

function markLabel(view: BookView, row: number): string {
  const source = MARK_SOURCES[rowCode(view, row, "markSource")] ?? "none";
  switch (source) {
    case "mid":
      return "mid";
    case "wideMid":
      return WIDE;
    case "last":
      return "last";
    case "previousClose":
      return "prev close";
    case "derived":
      return "derived";
    case "brokerMark":
      return "broker";
    case "none":
      return "";
  }
}

/**
 * Source and age of a leg; `closedAt` is the end of the last session while none is open, `now` the
 * source's clock. What has expired is settling, whatever its price rests on.
 */
export function legSource(
  view: BookView,
  row: number,
  { closedAt, now }: { readonly closedAt: number | null; readonly now: number },
): SourceCell {
  if (isSettling(view.instrumentOfRow(row), now)) return plain(SETTLING, null);
  const reason = legAbsence(view, row);
  if (reason !== "present") {
    return { kind: "absent", label: ABSENCE_WORDS[reason], at: null, after: "" };
  }
  const at = known(legChangedAt(view, row));
  if (isStale(view, row)) return { kind: "stale", label: markLabel(view, row), at, after: "" };
  if (isClosed(view, row)) return plain(closeLabel(closedAt), null);
  if (isDelayed(view, row)) return plain("delayed", at);
  if (isModelled(view, row)) return { kind: "model", label: "model", at, after: "" };
  return plain(markLabel(view, row), at);
}

/** Source and age of a group: how many legs are stale or left out, else the oldest age. */
export function groupSource(scope: BookScope, u: number, closedAt: number | null): SourceCell {
  const stale = scope.group(u, "staleLegs");
  const missing = Math.max(scope.group(u, "withoutGreeks"), scope.group(u, "withoutMark"));
  if (stale > 0) return { kind: "stale", label: `${stale} stale`, at: null, after: "" };
  if (missing > 0) return { kind: "absent", label: `${missing} left out`, at: null, after: "" };
  const noPrice = priceAbsence(scope.view, u);
  if (noPrice !== "") return { kind: "absent", label: noPrice, at: null, after: "" };
  const legs = scope.rowsOf(u);
  if (legs.length > 0 && legs.every((row) => isClosed(scope.view, row))) {
    return plain(closeLabel(closedAt), null);
  }
  let oldest = NaN;
  for (const row of legs) {
    const at = legChangedAt(scope.view, row);
    if (!(at >= oldest)) oldest = at;
  }
  if (legs.some((row) => isDelayed(scope.view, row))) return plain("delayed", oldest, "oldest");
  const isDerived = underlyingValue(scope.view, u, "priceSource") === DERIVED;
  return plain(isDerived ? "derived" : "", oldest, "oldest");
}

/** The age of a cell in words of the page, "" when it shows none. */
export function sourceAge(at: number | null, now: number): string {
  return at === null ? "" : formatAge(now - at);
}

/** Source, event time, receive time and version of a leg's figures, for its tooltip. */
export function legProvenance(view: BookView, row: number, modelVersion: string): string {
  const greeks = GREEKS_SOURCES[rowCode(view, row, "greeksSource")] ?? "none";
  const label = markLabel(view, row);
  const mark = label === WIDE ? "mid of a wide quote" : label || "none";
  const parts = [`mark: ${mark}`, `Greeks: ${greeks}`];
  const clock = (name: string, at: number) => {
    if (!Number.isFinite(at)) return;
    const time = newYorkTime(at);
    parts.push(`${name} ${formatMinute(time)}:${String(time.second).padStart(2, "0")}`);
  };
  clock("quoted", rowValue(view, row, "markAt"));
  clock("received", rowValue(view, row, "receivedAt"));
  parts.push(`model ${modelVersion}`);
  return parts.join(" · ");
}
