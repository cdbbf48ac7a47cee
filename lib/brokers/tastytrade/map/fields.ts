import type { IsoDate, UnixMs } from "../../../base/brand.ts";
import { parseDay } from "../../../calendar/date.ts";
import { readDecimal, readInstant } from "./decimal.ts";

const COUNTS_MAX = 500;
const OTHERS = "others";
const TEXT_MAX = 300;

/**
 * Counts what the broker sent otherwise than expected, by resource and field, so that a change of
 * its schema shows instead of passing for numbers. Bounded. Source: reliability.md BRK-8.
 */
export class Drift {
  readonly #counts = new Map<string, number>();

  /** Notes one case. `cause`: what was wrong, from a small set. */
  note(resource: string, field: string, cause: DriftCause): void {
    const name = `${resource}.${field}: ${cause}`;
    const key = this.#counts.has(name) || this.#counts.size < COUNTS_MAX ? name : OTHERS;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
  }

  /** Counts by `resource.field: cause`. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts);
  }
}

/** What is wrong with a field. */
export type DriftCause = "missing" | "type" | "value" | "unknown" | "unit";

/** Whether the absence of a field is worth a note. */
export type Need = "expected" | "optional";

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The fields of one object of the broker, by their kebab-case names; camelCase and snake_case,
 * which occur too, are found as well. Every reader answers null for what is missing or of another
 * type, never a stand-in, and notes it. Source: tastytrade.md §2.
 */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #resource: string;
  readonly #drift: Drift;

  private constructor(values: Readonly<Record<string, unknown>>, resource: string, drift: Drift) {
    this.#values = values;
    this.#resource = resource;
    this.#drift = drift;
  }

  /** The fields of a value, or null when it is no object. */
  static of(value: unknown, resource: string, drift: Drift): Fields | null {
    if (isRecord(value)) return new Fields(value, resource, drift);
    drift.note(resource, "", "type");
    return null;
  }

  /** The objects of a list; what is none is noted and left out. */
  static listOf(values: unknown, resource: string, drift: Drift): Fields[] {
    if (!Array.isArray(values)) {
      drift.note(resource, "items", "type");
      return [];
    }
    return values.map((value) => Fields.of(value, resource, drift))
      .filter((fields) => fields !== null);
  }

  /** Notes that a field has a value that cannot be. */
  note(name: string, cause: DriftCause): void {
    this.#drift.note(this.#resource, name, cause);
  }

  /** A decimal, sent as text or number. */
  decimal(name: string, need: Need = "optional"): number | null {
    return this.#read(name, need, readDecimal);
  }

  /** A decimal of 0 or more. */
  amount(name: string, need: Need = "optional"): number | null {
    const value = this.decimal(name, need);
    if (value === null || value >= 0) return value;
    this.note(name, "value");
    return null;
  }

  /** A decimal above 0: what a price, a multiplier or a step must be. 0 means absent here. */
  positive(name: string, need: Need = "optional"): number | null {
    const value = this.amount(name, need);
    return value === 0 ? null : value;
  }

  /**
   * An amount whose sign stands in `<name>-effect`: Debit is money out, below 0. A positive amount
   * without its effect is of unknown sign and absent; in snake_case, as one client rewrites the
   * broker's answers, the sign is in the number.
   */
  signed(name: string, need: Need = "optional"): number | null {
    const value = this.decimal(name, need);
    if (value === null || value === 0) return value;
    switch (this.text(`${name}-effect`)) {
      case "Debit":
        return -Math.abs(value);
      case "Credit":
        return Math.abs(value);
      case null:
        if (value < 0 || this.#isSnakeCase) return value;
        this.note(`${name}-effect`, "missing");
        return null;
      default:
        this.note(`${name}-effect`, "unknown");
        return null;
    }
  }

  /** A text that is not empty; a whole number is taken as its digits, as ids come either way. */
  text(name: string, need: Need = "optional"): string | null {
    return this.#read(name, need, (value) => {
      if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
      if (typeof value !== "string" || value.length > TEXT_MAX) return null;
      return value;
    }) || null;
  }

  /** A secret: printable characters without spaces, of any length up to 8,192. */
  secretText(name: string): string | null {
    const isSecret = (value: unknown) =>
      typeof value === "string" && /^[\x21-\x7e]{1,8192}$/.test(value);
    return this.#read(name, "expected", (value) => isSecret(value) ? String(value) : null);
  }

  /** True or false. */
  flag(name: string, need: Need = "optional"): boolean | null {
    return this.#read(name, need, (value) => typeof value === "boolean" ? value : null);
  }

  /** An instant in ms. */
  instant(name: string, need: Need = "optional"): UnixMs | null {
    return this.#read(name, need, readInstant);
  }

  /** A date "YYYY-MM-DD"; of an instant its first ten characters would be another thing. */
  date(name: string, need: Need = "optional"): IsoDate | null {
    const isDate = (value: unknown) => typeof value === "string" && parseDay(value).ok;
    return this.#read(name, need, (value) => isDate(value) ? String(value) : null);
  }

  /** What is there, as it is; undefined when it is missing. For what another reader reads. */
  value(name: string): unknown {
    return this.#raw(name);
  }

  /** An object inside, or null. */
  child(name: string): Fields | null {
    const value = this.#raw(name);
    if (value === undefined) return null;
    return Fields.of(value, `${this.#resource}.${name}`, this.#drift);
  }

  /** The objects of a list inside; none when it is missing. */
  children(name: string): Fields[] {
    const value = this.#raw(name);
    if (value === undefined) return [];
    return Fields.listOf(value, `${this.#resource}.${name}`, this.#drift);
  }

  #read<T>(name: string, need: Need, read: (value: unknown) => T | null): T | null {
    const raw = this.#raw(name);
    if (raw === undefined) {
      if (need === "expected") this.note(name, "missing");
      return null;
    }
    const value = read(raw);
    if (value === null) this.note(name, "type");
    return value;
  }

  /** The value under any writing of its name; null counts as missing. */
  #raw(name: string): unknown {
    const camelCase = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    for (const key of [name, camelCase, name.replaceAll("-", "_")]) {
      if (Object.hasOwn(this.#values, key)) return this.#values[key] ?? undefined;
    }
    return undefined;
  }

  get #isSnakeCase(): boolean {
    return Object.keys(this.#values).some((key) => key.includes("_"));
  }
}
