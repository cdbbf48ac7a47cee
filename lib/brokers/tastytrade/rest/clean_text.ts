import { maskAccountNumber } from "../../../domain/account.ts";
import type { Secret } from "./secret.ts";

const LENGTH_MAX = 200;
const ANSI = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, "g");
/** C0 and C1 controls, line and paragraph separators, marks that turn the direction of text. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
const BEARER = /\bBearer\s+\S+/gi;
const WEB_TOKEN = /\beyJ[\w-]{5,}(?:\.[\w-]*){0,4}/g;
const ACCOUNT_NUMBER = /\b\d[A-Z]{2}\d{5}\b/g;

/**
 * A text of the other side fit for a log and a page: one line of at most 200 characters, without
 * controls, with `secrets`, tokens and account numbers taken out. Source: reliability.md MAL-7,
 * P17.
 */
export function cleanText(text: string, secrets: readonly Secret[]): string {
  let clean = text;
  for (const secret of secrets) {
    const plain = secret.reveal();
    if (plain === "") continue;
    const inJson = JSON.stringify(plain).slice(1, -1);
    for (const form of [plain, encodeURIComponent(plain), inJson]) {
      clean = clean.replaceAll(form, "[redacted]");
    }
  }
  return clean.replace(ANSI, "").replace(CONTROLS, " ")
    .replace(BEARER, "[redacted]").replace(WEB_TOKEN, "[redacted]")
    .replace(ACCOUNT_NUMBER, maskAccountNumber)
    .replace(/\s+/g, " ").trim().slice(0, LENGTH_MAX);
}
