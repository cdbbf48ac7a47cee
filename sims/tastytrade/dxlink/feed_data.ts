import type { Fault } from "../faults/script.ts";
import type { FeedEvent, FieldValue } from "./events.ts";

/** Rows of events of one type, with the fields that the client was promised. */
export interface DataBlock {
  readonly type: string;
  readonly fields: readonly string[];
  readonly events: readonly FeedEvent[];
}

/** `data` of a COMPACT message: type, flat values, type, flat values ... */
export function compactData(blocks: readonly DataBlock[]): unknown[] {
  return blocks.flatMap(({ type, fields, events }) => [
    type,
    events.flatMap((event) => fields.map((field) => event[field] ?? null)),
  ]);
}

/** `data` of a FULL message: an object per event. */
export function fullData(blocks: readonly DataBlock[]): unknown[] {
  return blocks.flatMap(({ type, fields, events }) =>
    events.map((event) => {
      const own: Record<string, FieldValue> = { eventType: type };
      own.eventSymbol = event.eventSymbol;
      for (const field of fields) {
        if (event[field] !== undefined) own[field] = event[field];
      }
      return own;
    })
  );
}

/** An event with the values that a script puts into it. */
export function overridden(event: FeedEvent, faults: readonly Fault[]): FeedEvent {
  let changed: Record<string, FieldValue> | null = null;
  for (const { type, symbol, field, value } of faults) {
    if (type !== undefined && type !== event.eventType) continue;
    if (symbol !== undefined && symbol !== event.eventSymbol) continue;
    if (field === undefined || value === undefined) continue;
    changed ??= { ...event };
    if (value === null) delete changed[field];
    else changed[field] = value;
  }
  return changed ?? event;
}
