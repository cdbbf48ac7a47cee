import type { JournalRecord, JournalValue } from "../../../ports/journal.ts";
import type { RecordText } from "../chain.ts";

/** A record as it is read: the text is ours, and a checksum over it was checked. */
export function recordOf(row: RecordText & { readonly seq: number }): JournalRecord {
  const { seq, kind, key, at, text } = row;
  return { seq, kind, key, at, value: JSON.parse(text) as JournalValue };
}
