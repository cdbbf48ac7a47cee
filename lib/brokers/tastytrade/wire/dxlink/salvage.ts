import type { Layout } from "./layout.ts";

/**
 * Rows of a block whose length is no multiple of its fields that can be kept: those whose every
 * value has a proven place. Symbols are the anchors: the values before a symbol are proven by the
 * symbol one row earlier (or the block's beginning), those behind it by the one a row later (or the
 * block's end).
 *
 * Shape: answers the index of each kept row's first value, ascending.
 * Example: with 3 fields, symbol first, ["A",1,2, "B",1, "C",1,2] keeps 0 and 5.
 */
export function keptRows(
  layout: Layout,
  block: readonly unknown[],
  isSymbol: (text: string) => boolean,
): number[] {
  const { stride, symbolAt } = layout;
  const anchors: number[] = [];
  for (let at = 0; at < block.length; at++) {
    const value = block[at];
    if (typeof value === "string" && isSymbol(value)) anchors.push(at);
  }
  const kept: number[] = [];
  for (let i = 0; i < anchors.length; i++) {
    const from = anchors[i] - symbolAt;
    const end = from + stride;
    if (from < 0 || end > block.length) continue;
    const isProvenBefore = symbolAt === 0 || from === 0 || anchors[i - 1] === anchors[i] - stride;
    const isProvenBehind = symbolAt === stride - 1 || end === block.length ||
      anchors[i + 1] === anchors[i] + stride;
    if (isProvenBefore && isProvenBehind) kept.push(from);
  }
  return kept;
}
