/**
 * Why a value is not there. The position in this list is the code that columns and stream frames
 * carry; 0 means present. Append only: the numbers are part of docs/stream.md.
 */
export const ABSENCE_REASONS = [
  "present",
  "noQuote",
  "noGreeks",
  "notSubscribed",
  "stale",
  "halted",
  "crossed",
  "wideSpread",
  "noTimeValue",
  "outOfBounds",
  "noUnderlying",
  "noClose",
  "noRate",
  "expired",
  "unsupported",
  "notReported",
  "feedDown",
] as const;

/** The literal name of a reason; "present" only inside columns. */
export type AbsenceReason = typeof ABSENCE_REASONS[number];

/** A value that is not there, with its reason. */
export interface Absent {
  readonly kind: "absent";
  readonly why: AbsenceReason;
}

/** Makes an absence. */
export function absent(why: AbsenceReason): Absent {
  return { kind: "absent", why };
}

/** True when `value` is an absence. */
export function isAbsent<T>(value: T | Absent): value is Absent {
  return typeof value === "object" && value !== null && "kind" in value &&
    value.kind === "absent";
}

/** The column code of a reason. */
export function absenceCode(why: AbsenceReason): number {
  return ABSENCE_REASONS.indexOf(why);
}

/** The reason of a column code; unknown codes read as "notReported". */
export function absenceReason(code: number): AbsenceReason {
  return ABSENCE_REASONS[code] ?? "notReported";
}
