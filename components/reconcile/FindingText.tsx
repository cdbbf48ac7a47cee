import type { ComparedCells } from "@/lib/portfolio/reconciliation/page_view.ts";

/** What was found of two figures: a word, set apart by form when they differ. */
export function FindingText(props: {
  readonly state: ComparedCells["state"];
  readonly finding: string;
}) {
  const { state, finding } = props;
  return <span class={`finding ${state}`}>{finding}</span>;
}
