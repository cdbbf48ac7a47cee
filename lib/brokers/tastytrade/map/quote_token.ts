import type { Fields } from "./fields.ts";
import type { QuoteToken } from "../feed/quote_tokens.ts";

/** A quote token with the level of data that it opens: api, demo or a delayed one; an open set. */
export interface LeveledQuoteToken extends QuoteToken {
  readonly level: string | null;
}

/** Reads `data` of `GET /api-quote-tokens`; null without token or address. */
export function readQuoteToken(fields: Fields): LeveledQuoteToken | null {
  const token = fields.secretText("token");
  const url = fields.text("dxlink-url", "expected");
  if (token === null || url === null) return null;
  return {
    token,
    url,
    level: fields.text("level"),
    issuedAt: fields.instant("issued-at"),
    expiresAt: fields.instant("expires-at"),
  };
}
