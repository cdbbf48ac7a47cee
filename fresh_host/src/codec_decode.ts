import { computed, type Signal, signal } from "@preact/signals";
import { SENTINELS } from "./codec_format.ts";

/** A slot in decoded props: JSX that the server has rendered. */
export class DecodedSlot {
  constructor(readonly id: number) {}
}

type Part = string | number | null;
type Entry = string | number | boolean | readonly [tag: string, ...parts: Part[]];

/** Reads what `encodeProps` wrote. Throws SyntaxError when the text is nothing of the kind. */
export function decodeProps(text: string): unknown {
  const entries: number | readonly Entry[] = JSON.parse(text);
  if (typeof entries === "number") return sentinelValue(entries);
  const values = entries.map(shellOf);
  const at = (ref: Part): unknown => {
    if (typeof ref !== "number") throw new SyntaxError(`not a reference: ${ref}`);
    return ref < 0 ? sentinelValue(ref) : values[ref];
  };
  entries.forEach((entry, index) => {
    // A computed signal reads its value late: it may come after it in the list.
    if (tagOf(entry) === "c") values[index] = computed(() => at(partsOf(entry)[0]));
  });
  entries.forEach((entry, index) => fill(tagOf(entry), values[index], partsOf(entry), at));
  return values[0];
}

function sentinelValue(ref: number): unknown {
  switch (ref) {
    case SENTINELS.undefined:
      return undefined;
    case SENTINELS.null:
      return null;
    case SENTINELS.nan:
      return NaN;
    case SENTINELS.infinity:
      return Infinity;
    case SENTINELS.negativeInfinity:
      return -Infinity;
    case SENTINELS.negativeZero:
      return -0;
    default:
      throw new SyntaxError(`unknown reference ${ref}`);
  }
}

/** The value of an entry, still empty where it contains others. */
function shellOf(entry: Entry): unknown {
  if (typeof entry !== "object") return entry;
  const [tag, first, second] = entry;
  switch (tag) {
    case "a":
      return new Array(entry.length - 1);
    case "o":
      return {};
    case "S":
      return new Set();
    case "M":
      return new Map();
    case "g":
      return signal<unknown>(undefined);
    case "c":
      return null;
    case "n":
      return BigInt(String(first));
    case "D":
      return new Date(first === null ? NaN : Number(first));
    case "U":
      return new URL(String(first));
    case "R":
      return new RegExp(String(first), String(second));
    case "B":
      return Uint8Array.from(atob(String(first)), (char) => char.charCodeAt(0));
    case "s":
      return new DecodedSlot(Number(first));
    default:
      throw new SyntaxError(`unknown tag ${tag}`);
  }
}

function tagOf(entry: Entry): string {
  return typeof entry === "object" ? entry[0] : "";
}

function partsOf(entry: Entry): readonly Part[] {
  return typeof entry === "object" ? entry.slice(1) : [];
}

function isSignal(value: unknown): value is Signal<unknown> {
  return typeof value === "object" && value !== null && "peek" in value;
}

function fill(
  tag: string,
  shell: unknown,
  parts: readonly Part[],
  at: (ref: Part) => unknown,
): void {
  if (tag === "o" && typeof shell === "object" && shell !== null) {
    for (let i = 0; i < parts.length; i += 2) {
      const value = at(parts[i + 1]);
      const descriptor = { value, writable: true, enumerable: true, configurable: true };
      // A field may be called __proto__, which an assignment would not create.
      Object.defineProperty(shell, String(parts[i]), descriptor);
    }
  } else if (tag === "a" && Array.isArray(shell)) {
    parts.forEach((ref, i) => {
      if (ref !== SENTINELS.hole) shell[i] = at(ref);
    });
  } else if (tag === "S" && shell instanceof Set) {
    parts.forEach((ref) => shell.add(at(ref)));
  } else if (tag === "M" && shell instanceof Map) {
    for (let i = 0; i < parts.length; i += 2) shell.set(at(parts[i]), at(parts[i + 1]));
  } else if (tag === "g" && isSignal(shell)) {
    shell.value = at(parts[0]);
  }
}
