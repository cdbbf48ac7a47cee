import { z } from "zod";
import { ok, type Result } from "../../../base/result.ts";
import { parseDay } from "../../../calendar/date.ts";
import { type ReplayError, replayFailure } from "./failure.ts";

/** A date of the exchange, "YYYY-MM-DD", that the calendar has. */
export const dateSchema = z.string().refine((text) => parseDay(text).ok, {
  message: "is not a date YYYY-MM-DD",
});

/** A symbol or an option root. */
export const symbolSchema = z.string().regex(/^[A-Z][A-Z0-9./]{0,11}$/, {
  message: "is not a symbol in capital letters, at most 12",
});

/** An ISO 4217 currency code. */
export const currencySchema = z.string().regex(/^[A-Z]{3}$/, {
  message: "is not a currency code of three capital letters",
});

/** A number that is not NaN or infinite. */
export const finiteSchema = z.number({ message: "is not a number" });

/** A short text for people. */
export const textSchema = z.string().min(1).max(200);

function pathOf(issue: z.core.$ZodIssue): string {
  return issue.path.map((step) => typeof step === "number" ? `[${step}]` : `.${String(step)}`)
    .join("").replace(/^\./, "");
}

function issueText(error: z.ZodError): string {
  const [first] = error.issues;
  const path = pathOf(first);
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : "";
  return `${path === "" ? "the file" : path}: ${first.message}${more}; see docs/replay.md`;
}

/** Reads a JSON file by its schema. Fails with `empty` or `malformed`, naming the field. */
export function readJson<T>(
  text: string,
  file: string,
  schema: z.ZodType<T>,
): Result<T, ReplayError> {
  if (text.trim() === "") return replayFailure("empty", file, null, "the file is empty");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const why = error instanceof SyntaxError ? error.message.replace(/\s+/g, " ") : String(error);
    return replayFailure("malformed", file, null, `not JSON: ${why.slice(0, 120)}`);
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return ok(parsed.data);
  return replayFailure("malformed", file, null, issueText(parsed.error));
}
