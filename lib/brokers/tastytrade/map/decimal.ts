const DECIMAL = /^[+-]?(?:\d{1,24}(?:\.\d{0,24})?|\.\d{1,24})(?:[eE][+-]?\d{1,2})?$/;

/**
 * A number that the broker sends as a decimal text or as a number; null for anything else, with
 * "NaN" and "" among it. The result is the double next to the decimal: amounts below 10^13 keep
 * their cents. Source: tastytrade.md §2.
 */
export function readDecimal(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string" || !DECIMAL.test(value)) return null;
  const parsed = Number(value);
  if (!Number.isFinite(parsed)) return null;
  return parsed === 0 ? 0 : parsed;
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2})(?:\.(\d{1,3})\d*)?(Z|[+-]\d{2}(?::?\d{2})?)$/;

function offsetText(offset: string): string {
  if (offset === "Z") return offset;
  return `${offset.slice(0, 3)}:${offset.length > 3 ? offset.slice(-2) : "00"}`;
}

const EPOCH_MS = /^\d{12,14}$/;

/**
 * An instant in ms: epoch ms above 0, as number or digits, or ISO 8601 with an offset in any of the
 * broker's writings (`+00:00`, `+0000`, `+00` after a space). Null for anything else; a time
 * without offset is none.
 */
export function readInstant(value: unknown): number | null {
  if (typeof value === "number") return Number.isInteger(value) && value > 0 ? value : null;
  if (typeof value !== "string") return null;
  if (EPOCH_MS.test(value)) return Number(value);
  const match = INSTANT.exec(value);
  if (match === null) return null;
  const [, date, time, fraction = "0", offset = "Z"] = match;
  const at = Date.parse(`${date}T${time}.${fraction.padEnd(3, "0")}${offsetText(offset)}`);
  return Number.isNaN(at) ? null : at;
}
