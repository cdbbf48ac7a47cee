/** A request that cannot be read; the client is answered with 320. */
export class FieldError extends Error {
  override readonly name = "FieldError";
}

const UNSET_DOUBLE_FROM = 1.7e308;
const UNSET_INT = 2_147_483_647;

/** Reads the fields of a request, from the one behind its message id on. */
export class FieldReader {
  readonly #fields: readonly string[];
  #at = 1;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  /** Message id; NaN when it is none. */
  get messageId(): number {
    const text = this.#fields[0] ?? "";
    return /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  }

  /** Fields that are not read yet. */
  get left(): number {
    return this.#fields.length - this.#at;
  }

  /** The next field as it is; throws a FieldError behind the last one. */
  text(): string {
    const value = this.#fields[this.#at];
    if (value === undefined) throw new FieldError("a field is missing");
    this.#at++;
    return value;
  }

  /** The next field, or what is given when the request ends before it. */
  textOr(absent: string): string {
    return this.left > 0 ? this.text() : absent;
  }

  /** A whole number; 0 for an empty field. */
  int(): number {
    const value = this.number();
    if (!Number.isInteger(value)) throw new FieldError(`not a whole number: ${value}`);
    return value;
  }

  /** A whole number; null for an empty field and the unset int. */
  intOrNull(): number | null {
    const value = this.numberOrNull();
    if (value === null || value === UNSET_INT) return null;
    if (!Number.isInteger(value)) throw new FieldError(`not a whole number: ${value}`);
    return value;
  }

  /** A number; 0 for an empty field and the unset double. */
  number(): number {
    return this.numberOrNull() ?? 0;
  }

  /** A number; null for an empty field and the unset double. */
  numberOrNull(): number | null {
    const text = this.text().trim();
    if (text === "" || text === "Infinity" || text === "-Infinity") return null;
    const value = Number(text);
    if (Number.isNaN(value)) throw new FieldError(`not a number: ${text}`);
    return Math.abs(value) > UNSET_DOUBLE_FROM ? null : value;
  }

  /** True for 1 and "true"; false for 0, "false" and an empty field. */
  flag(): boolean {
    const text = this.text().trim().toLowerCase();
    if (text === "1" || text === "true") return true;
    if (text === "0" || text === "false" || text === "") return false;
    throw new FieldError(`not a flag: ${text}`);
  }

  /** Passes over fields. */
  skip(count: number): void {
    for (let n = 0; n < count; n++) this.text();
  }

  /** The rest, not read by this: for requests that are easier to read from their end. */
  rest(): readonly string[] {
    return this.#fields.slice(this.#at);
  }
}
