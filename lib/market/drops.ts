import { indexOf } from "../base/record.ts";

/**
 * Why the board refused a value, an event or a time stamp. Every cause has a counter; nothing is
 * refused in silence (P13, P14).
 *
 * - `unknownHandle`, `unknownKind`: the whole event is dropped.
 * - `notANumber`: a price, size or Greek that the source sent as "no value".
 * - `infinite`, `negative`, `huge`: garbage or a sentinel (IB sends −1 and 1.8e308).
 * - `zeroBid`, `zeroAsk`: that side has no price; the quote gives no mid.
 * - `crossed`: bid above ask; both sides become absent.
 * - `outOfOrder`: event time before the stored one; the event is dropped.
 * - `badTime`: event time before 2000 or over a minute ahead; the stamp is dropped and the receive
 *   time stands in for it, because feeds order by arrival (DAT-3).
 * - `greeksOutOfRange`, `ivOutOfRange`: a Greek that no option can have; that value is absent.
 * - `badStatus`: neither halted nor trading, or a level of data that there is not.
 */
export const DROP_CAUSES = [
  "unknownHandle",
  "unknownKind",
  "notANumber",
  "infinite",
  "negative",
  "huge",
  "zeroBid",
  "zeroAsk",
  "crossed",
  "outOfOrder",
  "badTime",
  "greeksOutOfRange",
  "ivOutOfRange",
  "badStatus",
] as const;

/** Literal name of a cause. */
export type DropCause = typeof DROP_CAUSES[number];

/** Counter index of each cause. */
export const DROP: Readonly<Record<DropCause, number>> = indexOf(DROP_CAUSES);

/** Above this no instrument is priced; sentinels of brokers are far above it. */
const VALUE_MAX = 1e12;

/**
 * `value` when it can be a price or a size (finite, ≥ 0, not huge), else NaN with its cause
 * counted.
 */
export function sane(value: number, drops: Float64Array): number {
  if (value >= 0 && value <= VALUE_MAX) return value;
  drops[garbageCause(value)]++;
  return NaN;
}

/** NaN for a value that cannot be; counts its `cause`, or that it was no number. */
export function refused(value: number, cause: number, drops: Float64Array): number {
  drops[Number.isNaN(value) ? DROP.notANumber : cause]++;
  return NaN;
}

function garbageCause(value: number): number {
  if (Number.isNaN(value)) return DROP.notANumber;
  if (value < 0) return value === -Infinity ? DROP.infinite : DROP.negative;
  return value === Infinity ? DROP.infinite : DROP.huge;
}
