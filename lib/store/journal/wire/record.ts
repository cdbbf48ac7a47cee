import type { JournalRecord, JournalValue } from "../../../ports/journal.ts";

/** A record as it is read: the text is ours, and a checksum over it was checked. */
export function recordOf(
  seq: number,
  of: { readonly kind: string; readonly key: string; readonly at: number },
  text: string,
): JournalRecord {
  return { seq, kind: of.kind, key: of.key, at: of.at, value: JSON.parse(text) as JournalValue };
}
