import type { JournalEntry, JournalRecord } from "@/lib/ports/journal.ts";

/** The record that run `run` writes as number `index`: the same wherever it is asked for. */
export function recordNumber(run: string, index: number): JournalEntry {
  const fill = { price: 1 + index / 4, quantity: -index, note: "ä".repeat(index % 90) };
  return { kind: "fill", key: `${run}-${index}`, at: 1_742_391_000_000 + index, value: fill };
}

/** True when a record is one that a writer sent, whole. */
export function isOneOfOurs({ kind, key, at, value }: JournalRecord): boolean {
  const [run, index] = key.split("-");
  const sent = recordNumber(run, Number(index));
  return kind === sent.kind && at === sent.at &&
    JSON.stringify(sorted(value)) === JSON.stringify(sorted(sent.value));
}

function sorted(value: unknown): unknown {
  return Object.entries(value ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
}
