/**
 * Number of single-character insertions, removals, replacements and neighbour swaps between two
 * names (optimal string alignment).
 */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(previous[j] + 1, current[j - 1] + 1, replaced);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, beforePrevious[j - 2] + 1);
      }
      current.push(best);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length];
}

const NAME_LENGTH_MAX = 64;

/**
 * The known name that a mistyped one most likely meant, or null when none is near: at most two
 * edits and fewer than half of the letters, or the beginning of exactly one known name.
 */
export function nearestName(written: string, known: readonly string[]): string | null {
  if (written.length === 0 || written.length > NAME_LENGTH_MAX) return null;
  const lower = written.toLowerCase();
  const ranked = known
    .map((name) => ({ name, distance: editDistance(lower, name.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  if (best !== undefined && best.distance <= 2 && best.distance * 2 < best.name.length) {
    return best.name;
  }
  const begun = known.filter((name) => name.toLowerCase().startsWith(lower));
  return begun.length === 1 && lower.length >= 2 ? begun[0] : null;
}
