import { fail, ok, type Result } from "../../lib/base/result.ts";
import { dateOfDay } from "../../lib/calendar/date.ts";
import { newYorkDay, newYorkTime } from "../../lib/calendar/new_york.ts";
import { listedOptionClass } from "../../lib/calendar/option_class.ts";
import { hasMid } from "../../lib/brokers/replay/recording.ts";
import { formatInstant } from "../../lib/brokers/replay/wire/time.ts";
import type { ImportOptions } from "./arguments.ts";
import { defaultBook } from "./default_book.ts";
import type { SourceBar, SourceQuote } from "./layouts.ts";

/** Index of each option root whose letters differ from it; any other root is its underlying. */
const INDEX_BY_ROOT: Readonly<Record<string, string>> = {
  SPXW: "SPX",
  SPXPM: "SPX",
  NDXP: "NDX",
  RUTW: "RUT",
  VIXW: "VIX",
};
const INDICES = ["SPX", "NDX", "RUT", "VIX", "XSP", "XND", "MRUT", "DJX", "OEX", "XEO"];
const MINUTE_MS = 60_000;

/** The files of a folder by name, and what the user should know. */
export interface MadeFolder {
  readonly files: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

/** What was read from the sources. */
export interface Sources {
  readonly quotes: readonly SourceQuote[];
  readonly bars: readonly SourceBar[];
  /** Text of the book file that the user gave, or null. */
  readonly book: string | null;
}

function underlyingOf(root: string): string {
  return INDEX_BY_ROOT[root] ?? root;
}

function chooseUnderlying(
  quotes: readonly SourceQuote[],
  wanted: string | null,
): Result<string, string> {
  const found = [...new Set(quotes.map(({ root }) => underlyingOf(root)))].sort();
  if (wanted !== null) {
    const symbol = underlyingOf(wanted);
    if (found.length === 0 || found.includes(symbol)) return ok(symbol);
    return fail(`--underlying ${wanted} is not in the quotes, which have ${found.join(", ")}`);
  }
  if (found.length === 1) return ok(found[0]);
  return fail("--underlying SYMBOL is missing: the files do not name exactly one");
}

function amount(value: number): string {
  return Number.isNaN(value) ? "" : String(value);
}

function quoteRow(quote: SourceQuote): string {
  const { startsAt, root, expiry, strike, right, bid, ask, bidSize, askSize } = quote;
  const values = [bid, ask, bidSize, askSize].map(amount).join(",");
  return `${formatInstant(startsAt)},${root},${expiry},${strike},${right},${values}`;
}

function quotesFile(quotes: readonly SourceQuote[]): string {
  const sorted = quotes.map((quote, position) => ({ quote, position })).sort((a, b) =>
    a.quote.startsAt - b.quote.startsAt || a.position - b.position
  );
  const rows = sorted.map(({ quote }) => quoteRow(quote));
  return ["time,root,expiry,strike,right,bid,ask,bid_size,ask_size", ...rows, ""].join("\n");
}

function barsFile(symbol: string, bars: readonly SourceBar[]): string {
  const rows = bars.map(({ startsAt, open, high, low, close, volume }) =>
    `${formatInstant(startsAt)},${symbol},${[open, high, low, close, volume].map(amount).join(",")}`
  );
  return ["time,symbol,open,high,low,close,volume", ...rows, ""].join("\n");
}

/** Prices that stand in the quote rows as bars of one price: nobody recorded their range. */
function barsOfSpots(quotes: readonly SourceQuote[]): readonly SourceBar[] {
  const byMinute = new Map<number, number>();
  for (const { startsAt, spot } of quotes) if (spot > 0) byMinute.set(startsAt, spot);
  const range = { open: NaN, high: NaN, low: NaN, volume: NaN };
  return [...byMinute].map(([startsAt, close]) => ({ startsAt, close, ...range }));
}

function barsProblem(
  bars: readonly SourceBar[],
  quotes: readonly SourceQuote[],
  kind: "equity" | "index",
): string | null {
  if (kind === "index" && bars.some(({ startsAt }) => isBeforeOpen(startsAt))) {
    return "an index has no bar before 09:30 New York: name the zone of its times with --bars-zone";
  }
  if (quotes.length === 0) return null;
  const minutes = new Set(quotes.map(({ startsAt }) => startsAt));
  const starts = new Set(bars.map(({ startsAt }) => startsAt));
  const both = [...minutes].filter((at) => starts.has(at)).length;
  if (both * 2 >= minutes.size) return null;
  return `only ${both} of ${minutes.size} quoted minutes have a bar: other days, or another zone ` +
    "(--bars-zone); leave out --bars to take the spot by --parity";
}

function isBeforeOpen(at: number): boolean {
  const { hour, minute } = newYorkTime(at);
  return hour * 60 + minute < 9 * 60 + 30;
}

interface Pair {
  readonly root: string;
  readonly expiry: string;
  readonly strike: number;
  minutes: number;
  distance: number;
}

/** Pairs by how many minutes they price, then the nearest expiry, then the nearest to the money. */
function choosePair(
  quotes: readonly SourceQuote[],
  wanted: ImportOptions["parity"],
): Pair | null {
  const mids = new Map<string, number>();
  const pairs = new Map<string, Pair>();
  for (const quote of quotes) {
    const { root, expiry, strike, right, startsAt, bid, ask } = quote;
    if (wanted !== null && strike !== wanted.strike) continue;
    if (wanted !== null && wanted.expiry !== null && expiry !== wanted.expiry) continue;
    if (!hasMid(bid, ask)) continue;
    const name = `${root} ${expiry} ${strike}`;
    const other = mids.get(`${name} ${right === "call" ? "put" : "call"} ${startsAt}`);
    mids.set(`${name} ${right} ${startsAt}`, (bid + ask) / 2);
    if (other === undefined) continue;
    const pair = pairs.get(name) ?? { root, expiry, strike, minutes: 0, distance: 0 };
    pair.minutes++;
    pair.distance += Math.abs((bid + ask) / 2 - other);
    pairs.set(name, pair);
  }
  const sorted = [...pairs.values()].sort((a, b) =>
    b.minutes - a.minutes || a.expiry.localeCompare(b.expiry) || a.distance - b.distance
  );
  return sorted[0] ?? null;
}

function optionClasses(
  quotes: readonly SourceQuote[],
  underlying: string,
  terms: { readonly multiplier: number; readonly kind: "equity" | "index" },
) {
  return [...new Set(quotes.map(({ root }) => root))].sort().map((root) => {
    const { settlement, sessionClass } = listedOptionClass(root);
    return {
      root,
      underlying,
      multiplier: terms.multiplier,
      deliverable: terms.multiplier,
      currency: "USD",
      exchange: "OPRA",
      tickSize: terms.kind === "index" ? 0.05 : 0.01,
      settlement,
      sessionClass,
    };
  });
}

function datesOf(quotes: readonly SourceQuote[], bars: readonly SourceBar[]): readonly string[] {
  const rows = quotes.length > 0 ? quotes : bars;
  const days = new Set(rows.map(({ startsAt }) => newYorkDay(startsAt)));
  return [...days].sort((a, b) => a - b).map(dateOfDay);
}

function carryNotes(options: ImportOptions): string[] {
  const missing = [
    ...(options.rate === null ? ["rate (--rate)"] : []),
    ...(options.dividendYield === null ? ["dividend yield (--yield)"] : []),
  ];
  if (missing.length === 0) return [];
  return [`no ${missing.join(" and no ")} given: 0 stands in the manifest, marked as assumed`];
}

function playedSpan(quotes: readonly SourceQuote[]) {
  if (quotes.length === 0) return {};
  let from = Infinity;
  let to = -Infinity;
  for (const { startsAt } of quotes) {
    from = Math.min(from, startsAt);
    to = Math.max(to, startsAt);
  }
  return { playFrom: formatInstant(from), playTo: formatInstant(to + MINUTE_MS) };
}

/** Makes the files of a replay folder. Fails with the one line that says what to change. */
export function makeFolder(sources: Sources, options: ImportOptions): Result<MadeFolder, string> {
  const symbol = chooseUnderlying(sources.quotes, options.underlying);
  if (!symbol.ok) return symbol;
  const quotes = sources.quotes.filter(({ root }) => underlyingOf(root) === symbol.value);
  const kind = options.kind ?? (INDICES.includes(symbol.value) ? "index" : "equity");
  const given = sources.bars.length > 0;
  const problem = given ? barsProblem(sources.bars, quotes, kind) : null;
  if (problem !== null) return fail(problem);
  const dates = datesOf(quotes, sources.bars);
  if (dates.length === 0) return fail("no row is left to import");
  const onDates = ({ startsAt }: SourceBar) => dates.includes(dateOfDay(newYorkDay(startsAt)));
  const bars = given ? sources.bars.filter(onDates) : barsOfSpots(quotes);
  const pair = bars.length > 0 ? null : choosePair(quotes, options.parity);
  if (bars.length === 0 && pair === null) {
    return fail("no bars, and no call and put of one strike to take the spot from: give --bars");
  }
  const span = dates.length > 1 ? `${dates[0]} to ${dates[dates.length - 1]}` : dates[0];
  const manifest = {
    format: "deltadesk-replay",
    version: 1,
    name: options.name ?? `${symbol.value} ${span}`,
    dates,
    timeZone: "UTC",
    baseCurrency: "USD",
    cadenceSeconds: MINUTE_MS / 1000,
    model: "european",
    referenceSymbol: symbol.value,
    ...playedSpan(quotes),
    underlyings: [{
      symbol: symbol.value,
      kind,
      currency: "USD",
      exchange: "US",
      tickSize: 0.01,
      riskFreeRate: options.rate ?? 0,
      dividendYield: options.dividendYield ?? 0,
      carrySource: carryNotes(options).length === 0 ? "given at import" : "assumed at import",
      spot: pair === null
        ? { rule: "bars" }
        : { rule: "parity", root: pair.root, expiry: pair.expiry, strike: pair.strike },
    }],
    optionClasses: optionClasses(quotes, symbol.value, { multiplier: options.multiplier, kind }),
    quoteFiles: quotes.length > 0 ? ["quotes.csv"] : [],
    barFiles: bars.length > 0 ? ["bars.csv"] : [],
    bookFile: "book.json",
  };
  const files = new Map([["manifest.json", `${JSON.stringify(manifest, null, 2)}\n`]]);
  if (quotes.length > 0) files.set("quotes.csv", quotesFile(quotes));
  if (bars.length > 0) files.set("bars.csv", barsFile(symbol.value, bars));
  const shares = kind === "equity" && bars.length > 0 ? symbol.value : null;
  const example = () => defaultBook({ quotes, multiplier: options.multiplier, shares });
  files.set("book.json", sources.book ?? example());
  return ok({ files, notes: [...carryNotes(options), ...pairNotes(pair)] });
}

function pairNotes(pair: Pair | null): string[] {
  if (pair === null) return [];
  const { root, expiry, strike, minutes } = pair;
  return [`spot derived by put-call parity of ${root} ${expiry} ${strike}, ${minutes} minutes`];
}
