import {
  type ColumnId,
  columnsText,
  type Measure,
  parseColumns,
  parseMeasure,
  parseSort,
  type Sort,
  sortText,
} from "./columns.ts";
import { parseMetric, type TodayMetric } from "./metrics.ts";
import { parseSide, type Side } from "./order.ts";
import { parseRange, type Range } from "./ranges.ts";
import type { RingMeasure } from "./ring.ts";

/** Parts of the page that fold. */
export type Foldable = "headline" | "today";

/** Theme: the system's unless chosen. */
export type Theme = "light" | "dark" | "auto";

/** How the reader wants the page: from its address and, where that says nothing, from cookies. */
export interface Preferences {
  /** Accounts asked for, as the address or cookie names them; empty means all. */
  readonly accounts: readonly string[];
  /** Symbols of open groups. */
  readonly open: readonly string[];
  readonly sort: Sort;
  readonly columns: readonly ColumnId[];
  readonly measure: Measure;
  readonly side: Side;
  readonly metric: TodayMetric;
  readonly range: Range;
  readonly ring: RingMeasure;
  readonly folded: readonly Foldable[];
  readonly theme: Theme;
}

/** Names of the cookies that hold them. */
export const COOKIES = {
  accounts: "dd_accounts",
  sort: "dd_sort",
  columns: "dd_columns",
  measure: "dd_measure",
  metric: "dd_metric",
  range: "dd_range",
  ring: "dd_ring",
  folded: "dd_fold",
  theme: "dd_theme",
} as const;

/** Symbols of one address at most; more is not a reader's doing. */
const OPEN_MAX = 200;
const YEAR_S = 31_536_000;

/** Cookies of a request header, decoded; a value that cannot be decoded is left out. */
export function readCookies(header: string | null): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const pair of (header ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at < 0) continue;
    const value = decoded(pair.slice(at + 1).trim());
    if (value !== null) cookies.set(pair.slice(0, at).trim(), value);
  }
  return cookies;
}

/** Percent-decodes; null when the escapes are broken or no UTF-8. */
function decoded(text: string): string | null {
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return null;
  // The form decoder replaces broken UTF-8 where decodeURIComponent would throw.
  const form = text.replaceAll("+", "%2B").replaceAll("&", "%26");
  const value = new URLSearchParams(`v=${form}`).get("v");
  return value === null || value.includes("\ufffd") ? null : value;
}

/** A cookie that keeps a preference on this device, readable by the page's own script. */
export function preferenceCookie(name: keyof typeof COOKIES, value: string): string {
  return `${COOKIES[name]}=${encodeURIComponent(value)}; Path=/; Max-Age=${YEAR_S}; SameSite=Lax`;
}

function listOf(texts: readonly string[]): string[] {
  return texts.flatMap((text) => text.split(",")).map((item) => item.trim())
    .filter((item) => item !== "");
}

function openSymbols(query: URLSearchParams): string[] {
  const open = new Set(listOf(query.getAll("open")));
  for (const symbol of listOf(query.getAll("toggle"))) {
    if (!open.delete(symbol)) open.add(symbol);
  }
  return [...open].slice(0, OPEN_MAX);
}

function parseTheme(text: string | null): Theme {
  return text === "light" || text === "dark" ? text : "auto";
}

function parseFolded(text: string | null): Foldable[] {
  const names = (text ?? "").split(".");
  return (["headline", "today"] as const).filter((name) => names.includes(name));
}

/**
 * Reads what the reader wants. The address wins over the cookie; anything unusable is the default.
 * `?open=SPY,SPX` opens groups, `&toggle=SPY` turns one round: what a button does without script.
 */
export function readPreferences(query: URLSearchParams, cookieHeader: string | null): Preferences {
  const cookies = readCookies(cookieHeader);
  const saved = (name: keyof typeof COOKIES) => cookies.get(COOKIES[name]) ?? null;
  const accounts = query.has("accounts") ? query.getAll("accounts") : [saved("accounts") ?? ""];
  return {
    accounts: listOf(accounts),
    open: openSymbols(query),
    sort: parseSort(query.get("sort") ?? saved("sort")),
    columns: parseColumns(saved("columns")),
    measure: parseMeasure(query.get("measure") ?? saved("measure")),
    side: parseSide(query.get("side")),
    metric: parseMetric(query.get("metric") ?? saved("metric")),
    range: parseRange(query.get("range") ?? saved("range")),
    ring: (query.get("ring") ?? saved("ring")) === "netLiq" ? "netLiq" : "dollarDelta",
    folded: parseFolded(saved("folded")),
    theme: parseTheme(saved("theme")),
  };
}

/** What of the page its address says, so that it can be shared and reloaded. */
export interface AddressParts {
  /** Slugs of the chosen accounts, null for all. */
  readonly accounts: readonly string[] | null;
  readonly open: readonly string[];
  readonly side: Side;
}

/** The address of a page: a path with query, without what is the default. */
export function pageAddress(parts: AddressParts): string {
  const query: string[] = [];
  const list = (items: readonly string[]) => items.map(encodeURIComponent).join(",");
  if (parts.accounts !== null) query.push(`accounts=${list(parts.accounts)}`);
  if (parts.open.length > 0) query.push(`open=${list(parts.open)}`);
  if (parts.side !== "all") query.push(`side=${parts.side}`);
  return query.length === 0 ? "/" : `/?${query.join("&")}`;
}

/** Text of a preference as its cookie holds it. */
export const COOKIE_TEXT = {
  columns: columnsText,
  sort: sortText,
  folded: (names: readonly Foldable[]) => names.join("."),
} as const;
