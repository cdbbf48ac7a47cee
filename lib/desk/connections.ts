import type { ConnectionsState } from "../domain/connection.ts";
import type { Result } from "../base/result.ts";
import type { DeskServices } from "./services.ts";

/** Which test is asked for; null: all of it. */
export interface TestRequest {
  /** Id of a connection. */
  readonly broker: string | null;
  /** Id of the last step to test. */
  readonly step: string | null;
}

/** Why no test begins. */
export type TestRefusal =
  | { readonly code: "tooSoon"; readonly retryAfterMs: number }
  | { readonly code: "unknown"; readonly message: string };

/** The connections of a live desk, for its pages and its API. */
export interface Connections {
  state(): ConnectionsState;
  /** Begins a test, or joins the one that runs; the state tells how it goes. */
  test(request: TestRequest): Result<null, TestRefusal>;
}

/** The connections of a desk, whatever its mode; a demo and a recording have none. */
export function connectionsOf(
  live: Connections | null,
  desk: DeskServices | null,
): ConnectionsState {
  if (live !== null) {
    const state = live.state();
    // Whether money is paper is known once the accounts are.
    return desk === null ? state : { ...state, mode: desk.mode };
  }
  const now = desk?.sourceNow() ?? 0;
  return { mode: desk?.mode ?? "live", isLoaded: desk !== null, now, connections: [] };
}

const FIELDS = ["broker", "step"] as const;

/** Reads the body of a test request: `{}`, or names of a broker and a step. */
export function parseTestRequest(text: string): TestRequest | null {
  const json = parsed(text);
  if (typeof json !== "object" || json === null || Array.isArray(json)) return null;
  const asked = new Map<string, unknown>(Object.entries(json));
  if ([...asked.keys()].some((key) => !FIELDS.some((field) => field === key))) return null;
  const [broker, step] = FIELDS.map((field) => asked.get(field) ?? null);
  if (broker !== null && typeof broker !== "string") return null;
  if (step !== null && typeof step !== "string") return null;
  return { broker, step };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
