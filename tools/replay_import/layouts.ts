import { fail, ok, type Result } from "../../lib/base/result.ts";
import { parseDay } from "../../lib/calendar/date.ts";
import { isSession } from "../../lib/calendar/sessions.ts";
import type { OptionRight } from "../../lib/domain/instrument.ts";
import {
  type ColumnPlan,
  parseAmount,
  planColumns,
  readCsv,
} from "../../lib/brokers/replay/wire/csv.ts";
import { quoted, type ReplayError, replayFailure } from "../../lib/brokers/replay/wire/failure.ts";
import { ROWS_MAX } from "../../lib/brokers/replay/wire/rows.ts";
import { parseInstant, type RecordingZone } from "../../lib/brokers/replay/wire/time.ts";

/** One option quote of a source file; NaN is missing there. */
export interface SourceQuote {
  /** Start of its minute, ms. */
  readonly startsAt: number;
  readonly root: string;
  readonly expiry: string;
  readonly strike: number;
  readonly right: OptionRight;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
  /** Price of the underlying in the same row; NaN when the file has none. */
  readonly spot: number;
}

/** One bar of a source file. */
export interface SourceBar {
  readonly startsAt: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Which column of a source holds what. */
interface Layout {
  readonly name: string;
  readonly time: string;
  readonly root: string | null;
  readonly expiry: string;
  readonly strike: string;
  readonly right: string;
  readonly bid: string;
  readonly ask: string;
  readonly bidSize?: string;
  readonly askSize?: string;
  readonly spot?: string;
}

const LAYOUTS: readonly Layout[] = [
  {
    name: "one-minute quotes",
    time: "time_new_york",
    root: "underlying",
    expiry: "expiry",
    strike: "strike",
    right: "right",
    bid: "bid_close",
    ask: "ask_close",
    bidSize: "bid_size",
    askSize: "ask_size",
  },
  {
    name: "chain snapshot",
    time: "quote_time",
    root: "symbol",
    expiry: "expiration",
    strike: "strike",
    right: "side",
    bid: "bid",
    ask: "ask",
    spot: "underlying_price",
  },
  {
    name: "end-of-day chain",
    time: "quotedate",
    root: "underlying",
    expiry: "expiration",
    strike: "strike",
    right: "type",
    bid: "bid",
    ask: "ask",
    spot: "underlying_last",
  },
  {
    name: "chain page",
    time: "quote_date",
    root: null,
    expiry: "expiration",
    strike: "Strike",
    right: "Type",
    bid: "Bid",
    ask: "Ask",
  },
];

/** How a source file is read. */
export interface SourceOptions {
  readonly file: string;
  /** Zone of naive times; null when the user named none. */
  readonly zone: RecordingZone | null;
  /** Symbol of rows that name none. */
  readonly underlying: string | null;
  /** Date of rows that have a date only; null to take theirs. */
  readonly date: string | null;
}

const MINUTE_MS = 60_000;
/** Last minute of the regular session, to which end-of-day rows belong. */
const CLOSING_MINUTE = "15:59";

function columnsOf(layout: Layout): { required: string[]; optional: string[] } {
  const { time, root, expiry, strike, right, bid, ask, bidSize, askSize, spot } = layout;
  return {
    required: [time, root, expiry, strike, right, bid, ask].filter((name) => name !== null),
    optional: [bidSize, askSize, spot].filter((name) => name !== undefined),
  };
}

/** The layout of a header, or why it cannot be imported. */
function layoutOf(header: readonly string[]): Result<Layout, string> {
  const layout = LAYOUTS.find((one) => columnsOf(one).required.every((c) => header.includes(c)));
  if (layout !== undefined) return ok(layout);
  if (header.includes("dte_bucket")) {
    return fail("the file has days to expiry in buckets but no expiry date: not importable");
  }
  const hasPrices = header.includes("close") && header.includes("expiry");
  if (hasPrices) return fail("the file has no bid and ask columns: quotes cannot be made of it");
  const known = LAYOUTS.map((one) => columnsOf(one).required.join(",")).join(" | ");
  return fail(`unknown columns; the importer knows ${known}`);
}

function dateOf(text: string): string | null {
  const compact = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  const date = compact === null ? text : `${compact[1]}-${compact[2]}-${compact[3]}`;
  return parseDay(date).ok ? date : null;
}

function rightOf(text: string): OptionRight | null {
  switch (text.toLowerCase()) {
    case "call":
    case "c":
      return "call";
    case "put":
    case "p":
      return "put";
    default:
      return null;
  }
}

function timeOf(text: string, options: SourceOptions): Result<number, string> {
  const date = dateOf(text);
  if (date === null) {
    const at = parseInstant(text, options.zone ?? "America/New_York");
    if (at === null) return fail(`time ${quoted(text)} is not ISO 8601`);
    return ok(Math.floor(at / MINUTE_MS) * MINUTE_MS);
  }
  const session = options.date ?? date;
  const isOpen = isSession(session);
  if (!isOpen.ok || !isOpen.value) {
    return fail(`${session} is no session of the exchange; give the session with --date`);
  }
  const at = parseInstant(`${session}T${CLOSING_MINUTE}`, "America/New_York");
  return at === null ? fail(`time ${quoted(text)} is not ISO 8601`) : ok(at);
}

function cell(cells: readonly string[], plan: ColumnPlan, name: string | null | undefined): string {
  return name === null || name === undefined ? "" : (cells[plan.at(name)] ?? "").trim();
}

function quoteOf(
  cells: readonly string[],
  plan: ColumnPlan,
  layout: Layout,
  options: SourceOptions,
): Result<SourceQuote, string> {
  const at = timeOf(cell(cells, plan, layout.time), options);
  if (!at.ok) return at;
  const expiry = dateOf(cell(cells, plan, layout.expiry));
  const right = rightOf(cell(cells, plan, layout.right));
  const strike = parseAmount(cell(cells, plan, layout.strike));
  const root = layout.root === null ? options.underlying : cell(cells, plan, layout.root);
  if (expiry === null) return fail("the expiry is not a date");
  if (right === null) return fail("the right is neither call nor put");
  if (strike === null || !(strike > 0)) return fail("the strike is not a number above 0");
  if (root === null) return fail("no column names the root; give --underlying");
  const { bid, ask, bidSize, askSize, spot } = layout;
  const values = [bid, ask, bidSize, askSize, spot].map((name) =>
    parseAmount(cell(cells, plan, name))
  );
  const [bidValue, askValue, bidSizeValue, askSizeValue, spotValue] = values;
  if (
    bidValue === null || askValue === null || bidSizeValue === null || askSizeValue === null ||
    spotValue === null
  ) {
    return fail("a price or a size is not a number of 0 or more");
  }
  return ok({
    startsAt: at.value,
    root,
    expiry,
    strike,
    right,
    bid: bidValue,
    ask: askValue,
    bidSize: bidSizeValue,
    askSize: askSizeValue,
    spot: spotValue,
  });
}

/** Reads option quotes in any known layout, in the order of the file. */
export function readSourceQuotes(
  text: string,
  options: SourceOptions,
): Result<readonly SourceQuote[], ReplayError> {
  const quotes: SourceQuote[] = [];
  const { file } = options;
  const read = readCsv(text, {
    file,
    maxRows: ROWS_MAX,
    onHeader: (header) => {
      const layout = layoutOf(header);
      if (!layout.ok) return replayFailure("malformed", file, 1, layout.error);
      if (layout.value.time === "time_new_york" && (options.zone ?? "") !== "") {
        const why = "the column time_new_york names its zone; leave out --zone";
        if (options.zone !== "America/New_York") return replayFailure("malformed", file, 1, why);
      }
      const { required, optional } = columnsOf(layout.value);
      const plan = planColumns(header, file, required, optional);
      if (!plan.ok) return plan;
      return ok((cells, line) => {
        const quote = quoteOf(cells, plan.value, layout.value, options);
        if (!quote.ok) return replayFailure("malformed", file, line, quote.error);
        quotes.push(quote.value);
        return ok(null);
      });
    },
  });
  return read.ok ? ok(quotes) : read;
}

/** Reads one-minute bars (time,open,high,low,close,volume), in the order of the file. */
export function readSourceBars(
  text: string,
  options: { readonly file: string; readonly zone: RecordingZone },
): Result<readonly SourceBar[], ReplayError> {
  const bars: SourceBar[] = [];
  const { file, zone } = options;
  const names = ["open", "high", "low", "close", "volume"];
  const read = readCsv(text, {
    file,
    maxRows: ROWS_MAX,
    onHeader: (header) => {
      const plan = planColumns(header, file, ["time", ...names], []);
      if (!plan.ok) return plan;
      return ok((cells, line) => {
        const at = parseInstant(cell(cells, plan.value, "time"), zone);
        const values = names.map((name) => parseAmount(cell(cells, plan.value, name)));
        const [open, high, low, close, volume] = values.filter((value) => value !== null);
        if (at === null) return replayFailure("malformed", file, line, "the time is not ISO 8601");
        if (volume === undefined) {
          const why = "a price or the volume is not a number of 0 or more";
          return replayFailure("malformed", file, line, why);
        }
        const startsAt = Math.floor(at / MINUTE_MS) * MINUTE_MS;
        bars.push({ startsAt, open, high, low, close, volume });
        return ok(null);
      });
    },
  });
  return read.ok ? ok(bars) : read;
}
