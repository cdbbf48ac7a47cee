import assert from "node:assert/strict";
import { MARK_SOURCES, UNDERLYING_AT } from "@/lib/domain/measures.ts";
import type { ReplayData } from "@/lib/brokers/replay/open.ts";
import { openReplay } from "@/lib/brokers/replay/open.ts";
import { readArguments } from "@/tools/replay_import/arguments.ts";
import { importFolder } from "@/tools/replay_import.ts";
import { SHARED, testWith } from "../prerequisite.ts";
import { readText } from "../contract/read_text.ts";
import { type Desk, MINUTE_MS, startDesk, totalsOf } from "./desk.ts";
import { Oracle, type Totals } from "./oracle.ts";
import { impliedVolatility, normal, type Terms, value } from "./pricing.ts";
import { optionName, type Row, rowsOf } from "./records.ts";

/** A recording with its oracle. */
interface Day {
  readonly data: ReplayData;
  readonly oracle: Oracle;
  readonly minutes: ReadonlyMap<number, readonly Row[]>;
}

const RELATIVE = 1e-9;

function isClose(actual: number, expected: number): boolean {
  return Math.abs(actual - expected) <= RELATIVE * Math.max(1, Math.abs(expected));
}

function byMinute(rows: readonly Row[], from: number, to: number): Map<number, Row[]> {
  const minutes = new Map<number, Row[]>();
  const inSpan = rows.filter(({ at }) => at >= from && at <= to).sort((a, b) => a.at - b.at);
  for (const row of inSpan) minutes.set(row.at, [...minutes.get(row.at) ?? [], row]);
  return minutes;
}

function dayOf(data: ReplayData, texts: Record<"manifest" | "book", string>, rows: Row[]): Day {
  const { startsAt, cadenceMs } = data.recording;
  const from = startsAt[data.minuteFrom] + cadenceMs;
  const to = startsAt[data.minuteTo - 1] + cadenceMs;
  return {
    data,
    oracle: new Oracle(texts.manifest, texts.book),
    minutes: byMinute(rows, from, to),
  };
}

/** Imports a day of the shared data; the oracle reads the source files themselves. */
async function sharedDay(symbol: string, flags: string[], bars: string | null): Promise<Day> {
  const path = (name: string) => new URL(`data/intraday/${name}`, SHARED).pathname;
  const quotes = symbol === "SPY"
    ? "SPY_options_quotes_1m_20230803.csv"
    : "SPXW_options_quotes_1m_20210106.csv";
  const args = ["--quotes", path(quotes), "--out", "unused", "--underlying", symbol, ...flags];
  const options = readArguments(bars === null ? args : [...args, "--bars", path(bars)]);
  assert.ok(options.ok && options.value !== "help");
  const made = await importFolder(options.value);
  assert.ok(made.ok, made.ok ? "" : made.error);
  const file = (name: string) => made.value.folder.files.get(name) ?? "";
  const rows = rowsOf(Deno.readTextFileSync(path(quotes)), symbol);
  if (bars !== null) rows.push(...rowsOf(Deno.readTextFileSync(path(bars)), symbol));
  const texts = { manifest: file("manifest.json"), book: file("book.json") };
  return dayOf(made.value.data, texts, rows);
}

async function exampleDay(): Promise<Day> {
  const folder = new URL("../../docs/examples/replay/", import.meta.url).pathname;
  const data = await openReplay(folder, readText);
  assert.ok(data.ok, data.ok ? "" : data.error.message);
  const text = (name: string) => Deno.readTextFileSync(`${folder}${name}`);
  const rows = [...rowsOf(text("bars.csv"), "ACME"), ...rowsOf(text("quotes.csv"), "")];
  // The oracle knows no fills: what was traded in the session is left out on both sides.
  const withoutFills = { ...data.value, book: { ...data.value.book, fills: [] } };
  return dayOf(withoutFills, { manifest: text("manifest.json"), book: text("book.json") }, rows);
}

function compare(desk: Totals, oracle: Totals, where: string): void {
  for (const name of ["dollarDelta", "netLiquidation"] as const) {
    assert.ok(isClose(desk[name], oracle[name]), `${name} ${where}: ${desk[name]} ${oracle[name]}`);
  }
  assert.deepEqual([...desk.positionDelta.keys()], [...oracle.positionDelta.keys()], where);
  for (const [symbol, delta] of oracle.positionDelta) {
    const is = desk.positionDelta.get(symbol) ?? NaN;
    assert.ok(isClose(is, delta), `position delta of ${symbol} ${where}: ${is} ${delta}`);
  }
  assert.equal(desk.withoutGreeks, oracle.withoutGreeks, `legs without Greeks ${where}`);
  assert.equal(desk.withoutMark, oracle.withoutMark, `legs without mark ${where}`);
}

/** Plays a whole day on both sides and compares every account at every minute. */
async function playThrough(day: Day, look?: (at: number, desk: Desk) => void): Promise<number> {
  const desk = await startDesk(day.data);
  let compared = 0;
  desk.time.advance(0);
  for (const [at, rows] of day.minutes) {
    while (desk.adapter.clock.now() < at) desk.time.advance(MINUTE_MS);
    assert.equal(desk.adapter.clock.now(), at);
    day.oracle.step(rows, at);
    for (const [index, { number }] of day.data.book.accounts.entries()) {
      const where = `of ${number} at ${new Date(at).toISOString()}`;
      compare(totalsOf(desk.engine, index), day.oracle.totals(number, at), where);
      compared++;
    }
    look?.(at, desk);
  }
  await desk.engine.stop();
  return compared;
}

const SPY_FLAGS = ["--rate", "0.053", "--yield", "0.015"];
const SPX_FLAGS = ["--rate", "0.001", "--yield", "0.015", "--parity", "3800"];
const newYork = (time: string, date: string) => {
  const behind = date < "2021-03-14" ? "-05:00" : "-04:00";
  return Date.parse(`${date}T${time}:00${behind}`);
};

testWith(["shared"], {
  name: "X-01: SPY 2023-08-03 agrees with the oracle to 1e-9 in each of its minutes",
  fn: async () => {
    const day = await sharedDay("SPY", SPY_FLAGS, "SPY_1m_20230803.csv");

    const compared = await playThrough(day);

    assert.equal(compared, 2 * 405);
    const close = newYork("16:00", "2023-08-03");
    assert.ok(Math.abs(day.oracle.totals("REPLAY-0001", close).netLiquidation) > 1e5);
  },
});

testWith(["shared"], {
  name: "SPXW 2021-01-06 agrees with the oracle to 1e-9, through gaps and the expiry",
  fn: async () => {
    const day = await sharedDay("SPX", SPX_FLAGS, null);
    const call = optionName("SPXW", "20210106", 3800, "call");
    const at = (time: string) => newYork(time, "2021-01-06");
    const seen = new Map<number, number>();
    const hasRow = (time: string) => day.minutes.get(at(time))?.some((r) => r.name === call);

    const sources = new Set<string>();

    const compared = await playThrough(day, (now, { engine: { book } }) => {
      seen.set(now, day.oracle.volatilityOf(call));
      if (book.underlyingF64[UNDERLYING_AT.price] > 0) {
        sources.add(MARK_SOURCES[book.underlyingF64[UNDERLYING_AT.priceSource]]);
      }
    });

    assert.equal(compared, 2 * 405);
    assert.deepEqual([...sources], ["derived"], "X-05: the spot says that nobody traded it");
    // 09:32 quotes the call, 09:33 does not: its volatility stays while the spot moves.
    assert.deepEqual([hasRow("09:32"), hasRow("09:33")], [true, false]);
    assert.equal(seen.get(at("09:33")), seen.get(at("09:32")));
    const expired = day.oracle.totals("REPLAY-0001", at("16:05"));
    assert.equal(expired.withoutGreeks, 0, "expired legs count with their intrinsic value");
  },
});

testWith(["shared"], {
  name: "SPXW 2021-01-06 with the pair that expires that day: no spot, no delta",
  fn: async () => {
    const flags = [...SPX_FLAGS.slice(0, 4), "--parity", "3800@2021-01-06"];
    const day = await sharedDay("SPX", flags, null);
    let withoutSpot = 0;

    await playThrough(day, (_at, desk) => {
      if (Number.isNaN(day.oracle.spotOfSymbol("SPX"))) {
        withoutSpot++;
        assert.equal(totalsOf(desk.engine, 0).positionDelta.size, 0);
      }
    });

    assert.ok(withoutSpot > 84, `${withoutSpot} minutes without spot`);
  },
});

Deno.test("the committed example agrees with the oracle to 1e-9", async () => {
  const day = await exampleDay();

  assert.equal(await playThrough(day), 2 * 10);
});

Deno.test("a seek gives the same book as playing there, and the book verifies", async () => {
  const day = await exampleDay();
  const played = await startDesk(day.data);
  const sought = await startDesk(day.data);
  const at = [...day.minutes.keys()][7];

  played.time.advance(7 * MINUTE_MS);
  sought.engine.board.reset();
  sought.engine.book.reset();
  sought.adapter.playback.seek(at);
  sought.time.advance(0);

  for (const account of [0, 1]) {
    assert.deepEqual(totalsOf(sought.engine, account), totalsOf(played.engine, account));
  }
  assert.equal(sought.engine.verify().worst, null);
  await played.engine.stop();
  await sought.engine.stop();
});

Deno.test("the oracle's own pricing meets the golden numbers of the formulas", () => {
  const call: Terms = {
    sign: 1,
    spot: 100,
    strike: 105,
    years: 45 / 365,
    rate: 0.04,
    dividendYield: 0.01,
  };
  const golden: [Terms, number, number][] = [
    [call, 1.735256149, 0.3188582632],
    [{ ...call, sign: -1 }, 6.341934324, -0.6799096198],
  ];

  for (const [terms, price, delta] of golden) {
    const { price: is, delta: slope } = value(terms, 0.25);
    assert.ok(Math.abs(is - price) < 1e-9 && Math.abs(slope - delta) < 1e-10);
    assert.ok(Math.abs((impliedVolatility(terms, is) ?? NaN) - 0.25) < 1e-13);
  }
  // Φ(1.96) and Φ(−5): tables to 15 digits.
  assert.ok(Math.abs(normal(1.96) - 0.975002104851780) < 1e-15);
  assert.ok(Math.abs(normal(-5) / 2.86651571879194e-7 - 1) < 1e-13);
});
