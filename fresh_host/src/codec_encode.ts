import { isValidElement } from "preact";
import { computed, type ReadonlySignal } from "@preact/signals";
import { SENTINELS } from "./codec_format.ts";
import { SlotRef } from "./render_state.ts";

const SIGNAL_BRAND = Symbol.for("preact-signals");
const COMPUTED_PROTOTYPE: unknown = Object.getPrototypeOf(computed(() => null));

/** True for signals and computed signals. */
export function isSignal(value: unknown): value is ReadonlySignal<unknown> {
  return typeof value === "object" && value !== null &&
    Reflect.get(value, "brand") === SIGNAL_BRAND;
}

function isComputed(value: object): boolean {
  return Object.prototype.isPrototypeOf.call(COMPUTED_PROTOTYPE, value);
}

interface Pending {
  readonly value: unknown;
  readonly path: string;
}

/**
 * Writes props as JSON text that {@link decodeProps} reads back.
 *
 * Takes what JSON takes, and undefined, NaN, infinities, -0, holes, bigint, Date, URL, RegExp,
 * Set, Map, Uint8Array, signals and computed signals (their present value) and slots. An object
 * that occurs twice is one object again, cycles included. Throws TypeError, naming the place, for
 * functions, symbols, other class instances and elements that are not a prop by themselves.
 */
export function encodeProps(root: unknown): string {
  const encoder = new Encoder();
  return encoder.encode(root);
}

class Encoder {
  readonly #indexOf = new Map<unknown, number>();
  readonly #pending: Pending[] = [];

  encode(root: unknown): string {
    const first = this.#ref(root, "props");
    if (first < 0) return JSON.stringify(first);
    const entries: string[] = [];
    // Entries are written in the order of their numbers; writing one may append to the list.
    for (let next = 0; next < this.#pending.length; next++) {
      const { value, path } = this.#pending[next];
      entries.push(JSON.stringify(this.#entry(value, path)));
    }
    return `[${entries.join(",")}]`;
  }

  #ref(value: unknown, path: string): number {
    const sentinel = sentinelOf(value);
    if (sentinel !== undefined) return sentinel;
    const known = this.#indexOf.get(value);
    if (known !== undefined) return known;
    const index = this.#pending.push({ value, path }) - 1;
    this.#indexOf.set(value, index);
    return index;
  }

  #entry(value: unknown, path: string): unknown {
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
        return value;
      case "bigint":
        return ["n", String(value)];
      case "object":
        if (value !== null) return this.#object(value, path);
    }
    throw new TypeError(`${path} cannot be sent to an island: it is a ${typeof value}`);
  }

  #object(value: object, path: string): readonly unknown[] {
    if (isSignal(value)) {
      return [isComputed(value) ? "c" : "g", this.#ref(value.peek(), `${path}.value`)];
    }
    if (value instanceof SlotRef) return ["s", value.id];
    if (Array.isArray(value)) return ["a", ...this.#items(value, path)];
    if (value instanceof Date) return ["D", isNaN(value.getTime()) ? null : value.getTime()];
    if (value instanceof URL) return ["U", value.href];
    if (value instanceof RegExp) return ["R", value.source, value.flags];
    if (value instanceof Uint8Array) return ["B", value.toBase64()];
    if (value instanceof Set) {
      return ["S", ...Array.from(value, (item) => this.#ref(item, `${path}.item`))];
    }
    if (value instanceof Map) {
      return ["M", ...[...value].flat().map((item) => this.#ref(item, `${path}.entry`))];
    }
    return ["o", ...this.#fields(value, path)];
  }

  #items(list: readonly unknown[], path: string): number[] {
    const refs: number[] = [];
    for (let i = 0; i < list.length; i++) {
      refs.push(i in list ? this.#ref(list[i], `${path}[${i}]`) : SENTINELS.hole);
    }
    return refs;
  }

  #fields(value: object, path: string): (string | number)[] {
    const prototype: unknown = Object.getPrototypeOf(value);
    if (isValidElement(value)) {
      throw new TypeError(`${path} cannot be sent to an island: JSX must be a prop by itself`);
    }
    if (prototype !== Object.prototype && prototype !== null) {
      throw new TypeError(`${path} cannot be sent to an island: it is a class instance`);
    }
    return Object.entries(value).flatMap(([name, item]) => [
      name,
      this.#ref(item, `${path}.${name}`),
    ]);
  }
}

function sentinelOf(value: unknown): number | undefined {
  if (value === undefined) return SENTINELS.undefined;
  if (value === null) return SENTINELS.null;
  if (typeof value !== "number") return undefined;
  if (Number.isNaN(value)) return SENTINELS.nan;
  if (value === Infinity) return SENTINELS.infinity;
  if (value === -Infinity) return SENTINELS.negativeInfinity;
  return Object.is(value, -0) ? SENTINELS.negativeZero : undefined;
}
