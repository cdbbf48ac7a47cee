import { fail, ok, type Result } from "../../../lib/base/result.ts";
import type { FaultWhen } from "../../fault_plan.ts";
import { isObject, type JsonObject, parseJson, textsOf } from "../json.ts";

export type { FaultWhen } from "../../fault_plan.ts";

/** Where a fault happens; "tokens" is no connection but what every face checks. */
export const FAULT_PLACES = ["rest", "dxlink", "streamer", "tokens"] as const;

/** What goes wrong, by place. README.md of this folder says what each does. */
export const FAULT_KINDS = {
  rest: ["status", "html", "mute", "drop", "slow", "malformed", "override"],
  dxlink: [
    "mute",
    "deaf",
    "drop",
    "slow",
    "reorder",
    "duplicate",
    "malformed",
    "refuse",
    "trimFields",
    "reorderFields",
    "switchFormat",
    "override",
    "closeChannel",
    "error",
  ],
  streamer: [
    "mute",
    "deaf",
    "drop",
    "slow",
    "reorder",
    "duplicate",
    "malformed",
    "refuse",
    "override",
  ],
  tokens: ["expireAccess", "expireQuote", "revokeRefresh"],
} as const;

/** A place of `FAULT_PLACES`. */
export type FaultPlace = typeof FAULT_PLACES[number];

/** A kind of any place. */
export type FaultKind = typeof FAULT_KINDS[FaultPlace][number];

/** One fault: place, kind, conditions, and what the kind needs. */
export interface Fault {
  readonly on: FaultPlace;
  readonly do: FaultKind;
  readonly when?: FaultWhen;
  /** status, refuse: HTTP status. */
  readonly status?: number;
  /** status: seconds of Retry-After; absent for none. */
  readonly retryAfterS?: number;
  /** status: what the body is. @default "json" */
  readonly body?: "json" | "html" | "empty";
  /** status, drop, mute of REST: the request is carried out, then it fails. @default false */
  readonly isAfter?: boolean;
  /** drop: after so many bytes of the server, in the handshake or within a frame. */
  readonly byte?: number;
  /** drop: WebSocket close code; absent for a cut without a close frame. */
  readonly code?: number;
  /** slow: delay of each frame or answer, ms. */
  readonly latencyMs?: number;
  /** slow: up to so much more, by the seed, ms. */
  readonly jitterMs?: number;
  /** malformed: how. @default "truncated" */
  readonly how?: "truncated" | "noise" | "shortRow" | "array";
  /** trimFields, reorderFields, override: event type. */
  readonly type?: string;
  /** trimFields: what is no longer granted. */
  readonly fields?: readonly string[];
  /** switchFormat: format from then on. */
  readonly format?: "COMPACT" | "FULL";
  /** override: field and value, null for absent; on the feed the type, and a symbol if only one. */
  readonly field?: string;
  readonly value?: string | number | boolean | null;
  readonly symbol?: string;
  /** error: type and words, sent on channel 0; status: code and words of the body. */
  readonly error?: string;
  readonly message?: string;
}

/** Faults of a run: same script and seed, same run. */
export interface FaultScript {
  readonly seed?: number;
  readonly faults: readonly Fault[];
}

const NUMBERS = ["status", "retryAfterS", "byte", "code", "latencyMs", "jitterMs"] as const;
const WHEN_NUMBERS = ["afterMs", "forMs", "connection", "frame", "share", "times"] as const;

/** Reads a script; fails with one line that names the fault and what is wrong with it. */
export function parseScript(text: string): Result<FaultScript, string> {
  const json = parseJson(text);
  if (!json.ok) return fail(`not JSON: ${json.error}`);
  const value = json.value;
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
  const on = FAULT_PLACES.find((one) => one === value.on);
  if (on === undefined) return fail(`"on" is one of ${FAULT_PLACES.join(", ")}`);
  const kinds: readonly FaultKind[] = FAULT_KINDS[on];
  const kind = kinds.find((one) => one === value.do);
  if (kind === undefined) return fail(`"do" on ${on} is one of ${kinds.join(", ")}`);
  const wrong = wrongNumber(value, NUMBERS);
  if (wrong !== null) return fail(wrong);
  const when = parseWhen(value.when);
  if (!when.ok) return when;
  const missing = missingOf(kind, value);
  if (missing !== null) return fail(`${kind} needs "${missing}"`);
  const fields = value.fields === undefined ? undefined : textsOf(value.fields);
  if (fields === null) return fail('"fields": a list of names');
  return ok({ ...value, on, do: kind, when: when.value, ...(fields && { fields }) });
}

function parseWhen(value: unknown): Result<FaultWhen | undefined, string> {
  if (value === undefined) return ok(undefined);
  if (!isObject(value)) return fail('"when": an object');
  const wrong = wrongNumber(value, WHEN_NUMBERS);
  return wrong === null ? ok(value) : fail(wrong);
}

function wrongNumber(value: JsonObject, keys: readonly string[]): string | null {
  const key = keys.find((one) =>
    value[one] !== undefined && (typeof value[one] !== "number" || !(value[one] >= 0))
  );
  return key === undefined ? null : `"${key}": a number not below 0`;
}

const NEEDS: Partial<Record<FaultKind, readonly string[]>> = {
  status: ["status"],
  slow: ["latencyMs"],
  trimFields: ["type", "fields"],
  reorderFields: ["type"],
  switchFormat: ["format"],
  override: ["field", "value"],
  error: ["error"],
};

function missingOf(kind: FaultKind, value: JsonObject): string | null {
  return NEEDS[kind]?.find((key) => value[key] === undefined) ?? null;
}
