const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** Unset double and long of the wire: beyond any money. Source: ib.md §2. */
const UNSET_FROM = 9e17;
const UNSET_INT = 2147483647;

/**
 * Reads an amount that TWS sends as text. Null for empty text, what is no decimal number, and the
 * values that mean "unset". Source: ib.md §2, §8.
 */
export function readAmount(text: string): number | null {
  const trimmed = text.trim();
  return DECIMAL.test(trimmed) ? knownAmount(Number(trimmed)) : null;
}

/** A number of the wire, or null when it is one that means "unset". */
export function knownAmount(value: number | null): number | null {
  if (value === null || !Number.isFinite(value)) return null;
  return Math.abs(value) >= UNSET_FROM || value === UNSET_INT ? null : value;
}
