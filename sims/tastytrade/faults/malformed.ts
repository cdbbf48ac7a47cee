import { isObject, parseJson, writeJson } from "../json.ts";
import type { Fault } from "./script.ts";

/** A frame or body damaged as a fault says; `uniform` in [0, 1) chooses where. */
export function malformed(text: string, how: Fault["how"], uniform: number): string {
  switch (how ?? "truncated") {
    case "truncated":
      return text.slice(0, Math.floor(uniform * text.length));
    case "noise":
      return `${text.slice(0, Math.floor(uniform * text.length))}\u0000\u001b[31m\r\n}{`;
    case "array":
      return `[${text}]`;
    case "shortRow":
      return withShortRow(text);
    default:
      return text;
  }
}

/** A JSON text in which every field of a name has the fault's value, or is gone for null. */
export function withField(text: string, { field, value }: Fault): string {
  const json = parseJson(text);
  if (!json.ok || field === undefined || value === undefined) return text;
  const changed = (one: unknown): unknown => {
    if (Array.isArray(one)) return one.map(changed);
    if (!isObject(one)) return one;
    const entries = Object.entries(one).map(([key, inner]): [string, unknown] =>
      key === field ? [key, value ?? undefined] : [key, changed(inner)]
    );
    return Object.fromEntries(entries);
  };
  return writeJson(changed(json.value));
}

/** A COMPACT message whose last row lacks its last value. */
function withShortRow(text: string): string {
  const json = parseJson(text);
  if (!json.ok || !isObject(json.value) || !Array.isArray(json.value.data)) return text;
  const data = [...json.value.data];
  const last = data.at(-1);
  if (!Array.isArray(last)) return text;
  data[data.length - 1] = last.slice(0, -1);
  return writeJson({ ...json.value, data });
}
