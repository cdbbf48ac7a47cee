import { fail, ok, type Result } from "../../lib/base/result.ts";

/** A JSON object whose values are not known yet. */
export type JsonObject = Record<string, unknown>;

/** True for a JSON object, not for an array or null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of a JSON text; fails with the parser's words. */
export function parseJson(text: string): Result<unknown, string> {
  try {
    const value: unknown = JSON.parse(text);
    return ok(value);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** A string of an object, or null when it is none. */
export function textOf(object: JsonObject, key: string): string | null {
  const value = object[key];
  return typeof value === "string" ? value : null;
}

/** A finite number of an object, or null when it is none. */
export function numberOf(object: JsonObject, key: string): number | null {
  const value = object[key];
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}

/** The strings of an array, or null when the value is not an array of strings alone. */
export function textsOf(value: unknown): string[] | null {
  if (!Array.isArray(value)) return null;
  const texts = value.filter((one): one is string => typeof one === "string");
  return texts.length === value.length ? texts : null;
}

/**
 * Writes a value as JSON. Unlike `JSON.stringify` it writes a bigint as a JSON number, which is how
 * the feed sends its 64-bit `index`, and leaves out keys that are undefined.
 */
export function writeJson(value: unknown): string {
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return `[${value.map(writeJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const parts: string[] = [];
  for (const [key, one] of Object.entries(value)) {
    if (one !== undefined) parts.push(`${JSON.stringify(key)}:${writeJson(one)}`);
  }
  return `{${parts.join(",")}}`;
}
