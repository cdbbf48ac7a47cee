import { fail, ok, type Result } from "../../../lib/base/result.ts";
import { isObject, numberOf, parseJson, textOf, textsOf } from "../json.ts";

/** Actions that a client may send; the first is an old name of "connect". */
export const ACTIONS = [
  "account-subscribe",
  "connect",
  "heartbeat",
  "public-watchlists-subscribe",
  "quote-alerts-subscribe",
  "user-message-subscribe",
] as const;

/** An action of `ACTIONS`. */
export type Action = typeof ACTIONS[number];

/** A message of a client of the account streamer. */
export interface StreamerMessage {
  /** Null for an action that does not exist. */
  readonly action: Action | null;
  readonly name: string;
  readonly values: readonly string[];
  readonly authToken: string | null;
  readonly requestId: number | null;
}

/** Reads a frame of a client; fails with the words of the error. */
export function decodeStreamerMessage(text: string): Result<StreamerMessage, string> {
  const json = parseJson(text);
  if (!json.ok || !isObject(json.value)) return fail("not-json");
  const name = textOf(json.value, "action");
  if (name === null) return fail("no-action");
  const { value } = json.value;
  // One account comes as a string, several as an array.
  const values = typeof value === "string" ? [value] : textsOf(value ?? []);
  if (values === null) return fail("bad-value");
  return ok({
    action: ACTIONS.find((one) => one === name) ?? null,
    name,
    values,
    authToken: textOf(json.value, "auth-token"),
    requestId: numberOf(json.value, "request-id"),
  });
}
