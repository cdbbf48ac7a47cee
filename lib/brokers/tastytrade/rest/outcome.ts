import type { UnixMs } from "../../../base/brand.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { HttpReply } from "../../../ports/http.ts";
import { cleanText } from "./clean_text.ts";
import { type RestFailure, restFailure } from "./failure.ts";
import type { Secret } from "./secret.ts";

/** What a reply is judged by. */
export interface OutcomeContext {
  /** What was asked, for messages: a method and a path without an account number. */
  readonly label: string;
  readonly secrets: readonly Secret[];
  readonly now: UnixMs;
}

const RETRY_AFTER_MAX_MS = 86_400_000;

/** A `Retry-After` in ms: seconds, or a date, which counts from `now`. Null when there is none. */
export function retryAfterMs(text: string | null, now: UnixMs): number | null {
  if (text === null) return null;
  const trimmed = text.trim();
  const waitMs = /^\d{1,9}$/.test(trimmed) ? Number(trimmed) * 1000 : Date.parse(trimmed) - now;
  return Number.isNaN(waitMs) ? null : Math.min(Math.max(0, waitMs), RETRY_AFTER_MAX_MS);
}

type Json = Readonly<Record<string, unknown>>;

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return isJson(json) ? json : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

interface SaidError {
  readonly code: string | null;
  readonly text: string;
}

function textOf(value: unknown): string | null {
  if (typeof value === "string" && value !== "") return value;
  return typeof value === "number" ? String(value) : null;
}

/** Items of `error.errors`: code and message, or domain and reason. */
function detailsOf(errors: unknown): string[] {
  if (!Array.isArray(errors)) return [];
  return errors.filter(isJson).slice(0, 3).map((item) => {
    const what = textOf(item.code) ?? textOf(item.domain);
    return [what, textOf(item.message) ?? textOf(item.reason)].filter((part) => part !== null)
      .join(": ");
  });
}

/** The broker's envelope, or the form of OAuth: `error` as a code beside `error_description`. */
function saidError(json: Json | null): SaidError {
  if (json === null) return { code: null, text: "" };
  const { error } = json;
  if (!isJson(error)) {
    const code = textOf(error) ?? textOf(json.error_code);
    return { code, text: textOf(json.error_description) ?? "" };
  }
  const text = [textOf(error.message) ?? "", ...detailsOf(error.errors)].join("; ");
  return { code: textOf(error.code), text };
}

/** `isBrokers`: the body is JSON, or there is none. */
function kindOf(status: number, isBrokers: boolean): RestFailure["kind"] {
  if (status === 401) return "unauthorized";
  if (status === 403) return "forbidden";
  if (status === 429) return "rateLimited";
  if (status >= 500 || status === 408) return "unreachable";
  return isBrokers && status >= 400 ? "refused" : "malformed";
}

function foreignText(reply: HttpReply): string {
  if (reply.status >= 300 && reply.status < 400) return "sent elsewhere, as a login page does";
  const isPage = /^\s*<(?:!doctype|html|\?xml|head|body)/i.test(reply.text);
  return isPage ? "a web page came instead of data" : "what came is not JSON";
}

/**
 * Judges a reply: the JSON object of a success (null for an empty one), or the failure that it is.
 * Of an answer that is no JSON only its kind is told, never its text. Source: tastytrade.md §2.
 */
export function outcomeOf(
  reply: HttpReply,
  context: OutcomeContext,
): Result<Json | null, RestFailure> {
  const { status } = reply;
  const json = parsed(reply.text);
  const isEmpty = reply.text.trim() === "";
  if (status >= 200 && status < 300) {
    if (json !== null) return ok(json);
    if (isEmpty) return ok(null);
  }
  const isBrokers = json !== null || isEmpty;
  const kind = kindOf(status, isBrokers);
  const said = saidError(json);
  const isElsewhere = status >= 300 && status < 400;
  const words = said.code === null && said.text === ""
    ? (isBrokers && !isElsewhere ? "without a reason" : foreignText(reply))
    : [said.code, said.text].filter((part) => part !== null && part !== "").join(": ");
  const clean = (text: string) => cleanText(text, context.secrets);
  return fail(restFailure(kind, clean(`${context.label}: HTTP ${status}, ${words}`), {
    status,
    brokerCode: said.code === null ? null : clean(said.code),
    retryAfterMs: retryAfterMs(reply.header("retry-after"), context.now),
  }));
}
