/** Wire text of a double that is not set. */
export const UNSET_DOUBLE = "1.7976931348623157E308";
/** Wire text of an int that is not set. */
export const UNSET_INT = "2147483647";
/** Wire text of a long that is not set. */
export const UNSET_LONG = "9223372036854775807";

const DECIMALS_MAX = 10;

/** The fields of one message of the server, in order; every method returns the writer. */
export class FieldWriter {
  readonly values: string[];

  constructor(messageId: number) {
    this.values = [String(messageId)];
  }

  /** Text as it is; NUL, which would end the field, becomes a blank. */
  text(value: string): this {
    this.values.push(value.replaceAll("\0", " "));
    return this;
  }

  /** Text whose characters beyond ASCII go as \uXXXX. */
  escaped(value: string): this {
    return this.text(escaped(value));
  }

  /** A whole number; undefined is an empty field. */
  int(value?: number): this {
    this.values.push(value === undefined ? "" : String(Math.round(value)));
    return this;
  }

  /** A number with at most ten decimals; NaN is an unset double, undefined an empty field. */
  double(value?: number): this {
    this.values.push(value === undefined ? "" : doubleText(value));
    return this;
  }

  /** 1 or 0. */
  flag(value: boolean): this {
    this.values.push(value ? "1" : "0");
    return this;
  }

  /** Several texts, in order. */
  texts(values: readonly string[]): this {
    for (const value of values) this.text(value);
    return this;
  }
}

/** Decimal text of a double: at most ten decimals, NaN as unset. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return UNSET_DOUBLE;
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  const rounded = Math.abs(value) < 1e9 ? Number(value.toFixed(DECIMALS_MAX)) : value;
  return rounded === 0 ? "0" : String(rounded);
}

/** Characters beyond ASCII as \uXXXX, one for each UTF-16 unit. */
export function escaped(text: string): string {
  return text.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** The bytes of a message: a 4-byte big-endian length, then every field with its NUL. */
export function frameOf(fields: readonly string[]): Uint8Array<ArrayBuffer> {
  const payload = new TextEncoder().encode(fields.map((field) => `${field}\0`).join(""));
  const frame = new Uint8Array(4 + payload.length);
  new DataView(frame.buffer).setUint32(0, payload.length);
  frame.set(payload, 4);
  return frame;
}
