import { fail, ok, type Result } from "../../../lib/base/result.ts";
import type { FaultWhen } from "../../fault_plan.ts";

export type { FaultWhen } from "../../fault_plan.ts";

/** What goes wrong, by place. README.md of the folder above says what each does. */
export const FAULT_KINDS = {
  wire: ["mute", "deaf", "drop", "slow", "fragment", "coalesce", "malformed", "duplicate"],
  gateway: ["refuse", "handshake", "clientInUse", "restart", "reset", "farm", "say", "readOnly"],
  accounts: ["notReady", "emptyPositions", "unsetPnl"],
  market: ["noData", "lines", "sentinels", "noGreeks", "lateGreeks", "noUnderlying", "mute"],
  history: ["error", "pacing", "mute"],
  orders: [
    "reject",
    "hold",
    "warn",
    "statusTwice",
    "noStatus",
    "partial",
    "correct",
    "cancelRace",
    "mute",
  ],
} as const;

/** A place of `FAULT_KINDS`. */
export type FaultPlace = keyof typeof FAULT_KINDS;

/** A kind of any place. */
export type FaultKind = typeof FAULT_KINDS[FaultPlace][number];

/** Kinds that happen once at a moment, unless they have a window; the others last. */
export const INSTANT_KINDS: ReadonlySet<FaultKind> = new Set(["drop", "say"]);

/** One fault: place, kind, conditions, and what the kind needs. */
export interface Fault {
  readonly on: FaultPlace;
  readonly do: FaultKind;
  readonly when?: FaultWhen;
  /** drop: after so many bytes of the server, within a frame or not. */
  readonly byte?: number;
  /** drop: true ends the connection in order instead of losing it. */
  readonly isClean?: boolean;
  /** slow, coalesce: delay, ms; handshake: delay of the answer, absent for none ever. */
  readonly latencyMs?: number;
  /** slow: up to so much more, by the seed, ms. */
  readonly jitterMs?: number;
  /** malformed: id of the messages that are damaged. @default all */
  readonly message?: number;
  /** malformed: how. @default "noise" */
  readonly how?: "extra" | "missing" | "empty" | "noise" | "length";
  /** malformed: number of the field, 0 is the message id. */
  readonly field?: number;
  /** reset: 1101 instead of 1102 at the end. */
  readonly isDataLost?: boolean;
  /** reset: time between two 1100, ms. @default 10 000 */
  readonly everyMs?: number;
  /** restart: next valid order ids move back to the first. */
  readonly forgetsIds?: boolean;
  /** farm: its name; the codes follow from it. @default "usfarm" */
  readonly farm?: string;
  /** say, noData, reject, …: code and text that the client gets. */
  readonly code?: number;
  readonly text?: string;
  /** say: id of the message. @default -1 */
  readonly id?: number;
  /** market, history, orders: this symbol alone. */
  readonly symbol?: string;
  /** lines, partial: so many. */
  readonly count?: number;
  /** reject: JSON of the error's last field. @default none */
  readonly reject?: string;
  /** reject: the status comes before the error. */
  readonly isStatusFirst?: boolean;
  /** sentinels: unset doubles instead of -1 and -2. */
  readonly isUnset?: boolean;
  /** noData: delayed data is refused as well. */
  readonly isDelayedToo?: boolean;
}

/** Faults of a run: same script and seed, same run. */
export interface FaultScript {
  readonly seed?: number;
  readonly faults: readonly Fault[];
}

type JsonObject = Readonly<Record<string, unknown>>;

const NUMBERS = [
  "byte",
  "latencyMs",
  "jitterMs",
  "message",
  "field",
  "everyMs",
  "code",
  "count",
] as const;
const TEXTS = ["farm", "text", "symbol", "reject"] as const;
const FLAGS = [
  "isClean",
  "isDataLost",
  "forgetsIds",
  "isStatusFirst",
  "isUnset",
  "isDelayedToo",
] as const;
const HOWS = ["extra", "missing", "empty", "noise", "length"];
const WHEN_NUMBERS = ["afterMs", "forMs", "connection", "frame", "share", "times"] as const;

/** Reads a script; fails with one line that names the fault and what is wrong with it. */
export function parseScript(text: string): Result<FaultScript, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(`not JSON: ${why.replaceAll(/\s+/g, " ")}`);
  }
  if (!isObject(value) || !Array.isArray(value.faults)) {
    return fail('a script is {"seed": n, "faults": [...]}');
  }
  if (value.seed !== undefined && typeof value.seed !== "number") return fail("seed: a number");
  const faults: Fault[] = [];
  for (const [index, one] of value.faults.entries()) {
    const fault = parseFault(one);
    if (!fault.ok) return fail(`fault ${index + 1}: ${fault.error}`);
    faults.push(fault.value);
  }
  return ok({ seed: value.seed, faults });
}

function parseFault(value: unknown): Result<Fault, string> {
  if (!isObject(value)) return fail("an object");
  const on = PLACES.find((one) => one === value.on);
  if (on === undefined) return fail(`"on" is one of ${PLACES.join(", ")}`);
  const kinds: readonly FaultKind[] = FAULT_KINDS[on];
  const kind = kinds.find((one) => one === value.do);
  if (kind === undefined) return fail(`"do" on ${on} is one of ${kinds.join(", ")}`);
  const problem = problemOf(value);
  if (problem !== null) return fail(problem);
  const when = parseWhen(value.when);
  if (!when.ok) return when;
  const missing = NEEDS[kind]?.find((key) => value[key] === undefined);
  if (missing !== undefined) return fail(`${kind} needs "${missing}"`);
  return ok({ ...value, on, do: kind, when: when.value });
}

const NEEDS: Partial<Record<FaultKind, readonly string[]>> = {
  slow: ["latencyMs"],
  coalesce: ["latencyMs"],
  say: ["code"],
};

const PLACES: readonly FaultPlace[] = [
  "wire",
  "gateway",
  "accounts",
  "market",
  "history",
  "orders",
];

function parseWhen(value: unknown): Result<FaultWhen | undefined, string> {
  if (value === undefined) return ok(undefined);
  if (!isObject(value)) return fail('"when": an object');
  const unknown = Object.keys(value).find((key) => !WHEN_NUMBERS.some((one) => one === key));
  if (unknown !== undefined) return fail(`"when" does not know "${unknown}"`);
  const wrong = wrongNumber(value, WHEN_NUMBERS);
  return wrong === null ? ok(value) : fail(wrong);
}

function problemOf(value: JsonObject): string | null {
  const known: readonly string[] = [
    "on",
    "do",
    "when",
    "how",
    "id",
    ...NUMBERS,
    ...TEXTS,
    ...FLAGS,
  ];
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) return `no fault has "${unknown}"`;
  const isOff = (key: string, type: string): boolean =>
    value[key] !== undefined && typeof value[key] !== type;
  const text = TEXTS.find((key) => isOff(key, "string"));
  if (text !== undefined) return `"${text}": a text`;
  const flag = FLAGS.find((key) => isOff(key, "boolean"));
  if (flag !== undefined) return `"${flag}": true or false`;
  if (isOff("id", "number")) return '"id": a number';
  if (value.how !== undefined && !HOWS.some((how) => how === value.how)) {
    return `"how" is one of ${HOWS.join(", ")}`;
  }
  return wrongNumber(value, NUMBERS);
}

function wrongNumber(value: JsonObject, keys: readonly string[]): string | null {
  const key = keys.find((one) => {
    const given = value[one];
    return given !== undefined && !(typeof given === "number" && given >= 0);
  });
  return key === undefined ? null : `"${key}": a number not below 0`;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
