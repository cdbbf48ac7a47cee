import { fail, ok, type Result } from "../../base/result.ts";

/** Why a text could not be read. */
export interface MalformedError {
  readonly code: "malformed";
  readonly message: string;
}

/** Wraps a failure to read. */
export function malformed(message: string): Result<never, MalformedError> {
  return fail({ code: "malformed", message });
}

/** Nesting of a JSON text, counted without building it; braces inside strings do not count. */
export function jsonDepth(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isString = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isString) {
      if (code === 0x5c) i++;
      else if (code === 0x22) isString = false;
    } else if (code === 0x22) isString = true;
    else if (code === 0x7b || code === 0x5b) deepest = Math.max(deepest, ++depth);
    else if (code === 0x7d || code === 0x5d) depth--;
  }
  return deepest;
}

/** Parses JSON of bounded size and depth; never throws. */
export function parseJson(
  text: string,
  bounds: { readonly length: number; readonly depth: number },
): Result<unknown, MalformedError> {
  if (text.length > bounds.length) return malformed("text too long");
  if (jsonDepth(text) > bounds.depth) return malformed("nested too deep");
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    return malformed(error instanceof Error ? error.message : "not JSON");
  }
}

/**
 * Reads the members of one JSON object, each exactly once. The first mismatch is kept in `error`
 * and further reads answer neutral values, so that a parser reads straight through and asks once at
 * the end. Members that nobody read are an error of `finish`; so is `__proto__`, which is a member
 * like any other and never reaches a prototype. A lenient reader (client side, where the server may
 * be newer) lets unread members pass.
 */
export class ObjectReader {
  readonly #members = new Map<string, unknown>();
  #error: string | null = null;

  constructor(
    value: unknown,
    readonly path: string = "message",
    readonly isStrict: boolean = true,
  ) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      this.#error = `${path} is not an object`;
      return;
    }
    for (const [key, member] of Object.entries(value)) this.#members.set(key, member);
  }

  /** Notes a mismatch found outside. */
  refuse(message: string): void {
    this.#error ??= message;
  }

  /** True when the member stands there and was not read yet. */
  has(key: string): boolean {
    return this.#members.has(key);
  }

  /** Any member; undefined when absent. */
  take(key: string): unknown {
    const value = this.#members.get(key);
    this.#members.delete(key);
    return value;
  }

  #mismatch(key: string, wanted: string): void {
    this.refuse(`${this.path}.${key} is not ${wanted}`);
  }

  /** A text of at most `limit` characters. */
  string(key: string, limit = 500): string {
    const value = this.take(key);
    if (typeof value === "string" && value.length <= limit) return value;
    this.#mismatch(key, "a text of allowed length");
    return "";
  }

  /** A text or null. */
  stringOrNull(key: string, limit = 500): string | null {
    const value = this.take(key);
    if (value === null) return null;
    if (typeof value === "string" && value.length <= limit) return value;
    this.#mismatch(key, "a text or null");
    return null;
  }

  /** A finite number. */
  number(key: string): number {
    const value = this.take(key);
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#mismatch(key, "a finite number");
    return 0;
  }

  /** A finite number or null. */
  numberOrNull(key: string): number | null {
    const value = this.take(key);
    if (value === null) return null;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    this.#mismatch(key, "a finite number or null");
    return null;
  }

  /** An integer from 0 to `max`. */
  count(key: string, max = 0xffff_ffff): number {
    const value = this.take(key);
    if (typeof value === "number" && isCount(value, max)) return value;
    this.#mismatch(key, `an integer from 0 to ${max}`);
    return 0;
  }

  /** One of the listed names. */
  oneOf<Name extends string>(key: string, names: readonly Name[], otherwise: Name): Name {
    const value = this.take(key);
    const found = names.find((name) => name === value);
    if (found !== undefined) return found;
    this.#mismatch(key, `one of ${names.join(", ")}`);
    return otherwise;
  }

  /** One of the listed names, or null. */
  oneOfOrNull<Name extends string>(key: string, names: readonly Name[]): Name | null {
    const value = this.take(key);
    if (value === null) return null;
    const found = names.find((name) => name === value);
    if (found === undefined) this.#mismatch(key, `null or one of ${names.join(", ")}`);
    return found ?? null;
  }

  /** An array of at most `limit` members; empty on mismatch. */
  array(key: string, limit: number): readonly unknown[] {
    const value = this.take(key);
    if (Array.isArray(value) && value.length <= limit) return value;
    this.#mismatch(key, `an array of at most ${limit}`);
    return [];
  }

  /** An array of texts. */
  strings(key: string, limit: number): readonly string[] {
    return this.array(key, limit).map((value) => {
      if (typeof value === "string" && value.length <= 500) return value;
      this.#mismatch(key, "an array of texts");
      return "";
    });
  }

  /** An array of integers from 0 to 2³²−1. */
  counts(key: string, limit: number): readonly number[] {
    return this.array(key, limit).map((value) => {
      if (typeof value === "number" && isCount(value, 0xffff_ffff)) return value;
      this.#mismatch(key, "an array of ids");
      return 0;
    });
  }

  /** A nested object, read by `read`. */
  object<T>(key: string, read: (reader: ObjectReader) => T): T {
    return this.item(this.take(key), `${this.path}.${key}`, read);
  }

  /** An array of objects, each read by `read`. */
  objects<T>(key: string, limit: number, read: (reader: ObjectReader) => T): readonly T[] {
    return this.array(key, limit).map((value, i) =>
      this.item(value, `${this.path}.${key}[${i}]`, read)
    );
  }

  /** An object of numbers, texts, booleans or nulls with at most `limit` members. */
  facts(key: string, limit: number): Record<string, string | number | boolean | null> {
    return this.object(key, (reader) => {
      const entries = [...reader.#members].filter(([name]) => name !== "__proto__");
      if (entries.length !== reader.#members.size || entries.length > limit) {
        reader.refuse(`${reader.path} has too many or refused members`);
      }
      reader.#members.clear();
      const facts = entries.map(([name, value]) => [name, fact(value, reader)] as const);
      return Object.fromEntries(facts);
    });
  }

  /** Reads a value as an object and takes over its first mismatch. */
  item<T>(value: unknown, path: string, read: (reader: ObjectReader) => T): T {
    const reader = new ObjectReader(value, path, this.isStrict);
    const result = read(reader);
    const end = reader.finish(null);
    if (!end.ok) this.refuse(end.error.message);
    return result;
  }

  /** The value when everything matched and nothing was left over. */
  finish<T>(value: T): Result<T, MalformedError> {
    if (this.#error !== null) return malformed(this.#error);
    if (!this.isStrict) return ok(value);
    for (const key of this.#members.keys()) {
      return malformed(`${this.path} has an unknown member ${JSON.stringify(key.slice(0, 40))}`);
    }
    return ok(value);
  }
}

function isCount(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function fact(value: unknown, reader: ObjectReader): string | number | boolean | null {
  if (value === null || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "string" && value.length <= 500) return value;
  reader.refuse(`${reader.path} has a member that is no plain value`);
  return null;
}
