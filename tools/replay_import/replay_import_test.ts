import assert from "node:assert/strict";
import { testWith } from "../../tests/prerequisite.ts";
import { SHARED } from "../../tests/prerequisite.ts";
import { FLAW, FLAW_COUNT } from "../../lib/brokers/replay/recording.ts";
import { importFolder } from "../replay_import.ts";
import { type ImportOptions, readArguments } from "./arguments.ts";
import { makeFolder } from "./folder.ts";
import { readSourceBars, readSourceQuotes, type SourceOptions } from "./layouts.ts";

const MINUTE_HEADER =
  "time_new_york,underlying,expiry,strike,right,bid_open,bid_close,bid_size,ask_close,ask_size";

function options(...flags: string[]): ImportOptions {
  const read = readArguments(["--out", "x", "--quotes", "q", ...flags]);
  assert.ok(read.ok && read.value !== "help", JSON.stringify(read));
  return read.value;
}

function source(text: string, over: Partial<SourceOptions> = {}) {
  return readSourceQuotes(text, {
    file: "q.csv",
    zone: null,
    underlying: null,
    date: null,
    ...over,
  });
}

function refused(text: string, over: Partial<SourceOptions> = {}): string {
  const read = source(text, over);
  assert.ok(!read.ok, "the file was refused");
  return read.error.message;
}

Deno.test("import: flags are checked one by one with the line that says the fix", () => {
  const problem = (...args: string[]) => {
    const read = readArguments(args);
    return read.ok ? "" : read.error;
  };

  assert.match(problem("--quotes", "q"), /--out DIR is missing/);
  assert.match(problem("--out", "x"), /nothing to import/);
  assert.match(problem("--out", "x", "--qoutes", "q"), /unknown flag --qoutes/);
  assert.match(problem("--out", "x", "--quotes", "q", "--rate", "5%"), /--rate 5% is not a dec/);
  assert.match(problem("--out", "x", "--quotes", "q", "--parity", "K"), /--parity K is not STRIKE/);
  assert.match(problem("--out", "x", "--quotes", "q", "--zone", "CET"), /not one of America/);
  assert.deepEqual(readArguments(["--help"]), { ok: true, value: "help" });
  assert.deepEqual(options("--parity=3800@2021-01-08").parity, {
    strike: 3800,
    expiry: "2021-01-08",
  });
});

Deno.test("import: one-minute quotes are read at their minute in New York", () => {
  const row = "2021-01-06T09:30:00,SPXW,20210106,3700,call,19,22.5,47,23.7,31";

  const read = source(`${MINUTE_HEADER}\n${row}\n`);

  assert.ok(read.ok);
  assert.deepEqual(read.value, [{
    startsAt: Date.UTC(2021, 0, 6, 14, 30),
    root: "SPXW",
    expiry: "2021-01-06",
    strike: 3700,
    right: "call",
    bid: 22.5,
    ask: 23.7,
    bidSize: 47,
    askSize: 31,
    spot: NaN,
  }]);
});

Deno.test("import: a chain snapshot belongs to its minute, an end-of-day row to the last", () => {
  const chain = "quote_time,symbol,expiration,strike,side,bid,ask,underlying_price\n" +
    "2026-08-21T09:50:09.29-04:00,AAPL,2026-08-24,255.0,put,0.01,0.02,309.35\n";
  const endOfDay = "underlying,underlying_last,type,expiration,quotedate,strike,bid,ask\n" +
    "SPX,2257.83,call,2017-03-17,2017-01-03,300,1945.3,1950.1\n";

  const [first, second] = [source(chain), source(endOfDay)];

  assert.ok(first.ok && second.ok);
  assert.equal(first.value[0].startsAt, Date.UTC(2026, 7, 21, 13, 50));
  assert.equal(first.value[0].spot, 309.35);
  assert.equal(second.value[0].startsAt, Date.UTC(2017, 0, 3, 20, 59));
});

Deno.test("import: a file that cannot be right is refused with its reason", () => {
  const row = "2021-01-06T09:30:00,SPXW,20210106,3700,call,19,22.5,47,23.7,31";
  const page = "quote_date,expiration,Strike,Bid,Ask,Type\n2020-07-05,2020-07-10,155,1,2,Call\n";

  assert.match(refused("dte_bucket,strike\n0_dte,1\n"), /no expiry date/);
  assert.match(refused("date,expiry,strike,close\n1,2,3,4\n"), /no bid and ask columns/);
  assert.match(refused("a,b\n1,2\n"), /unknown columns; the importer knows/);
  assert.match(refused(`${MINUTE_HEADER}\n${row.replace("call", "x")}\n`), /:2: the right is/);
  assert.match(refused(`${MINUTE_HEADER}\n${row.replace("22.5", "n/a")}\n`), /:2: a price/);
  assert.match(refused(`${MINUTE_HEADER}\n${row}\n`, { zone: "UTC" }), /names its zone/);
  assert.match(refused(page, { underlying: "SPY" }), /2020-07-05 is no session/);
  assert.match(refused(page, { date: "2020-07-02" }), /give --underlying/);
});

Deno.test("import: bars of another day or zone are refused", () => {
  const quotes = source(
    `${MINUTE_HEADER}\n2021-01-06T09:30:00,SPXW,20210106,3700,call,1,1,1,2,1\n`,
  );
  const bar = (time: string, zone: "America/New_York" | "America/Chicago") => {
    const text = `time,open,high,low,close,volume\n${time},1,1,1,1,1\n`;
    const bars = readSourceBars(text, { file: "b.csv", zone });
    assert.ok(bars.ok && quotes.ok);
    return makeFolder({ quotes: quotes.value, bars: bars.value, book: null }, options());
  };
  const problem = (...args: Parameters<typeof bar>) => {
    const made = bar(...args);
    return made.ok ? "" : made.error;
  };

  assert.match(problem("2021-01-06T08:30:00", "America/New_York"), /--bars-zone/);
  assert.match(problem("2021-01-04T08:30:00", "America/Chicago"), /only 0 of 1 quoted minutes/);
  assert.equal(problem("2021-01-06T08:30:00", "America/Chicago"), "");
});

Deno.test("import: without bars the best recorded pair is the spot", () => {
  const row = (minute: number, expiry: string, strike: number, right: string) =>
    `2021-01-06T09:3${minute}:00,SPXW,${expiry},${strike},${right},1,9,1,9.2,1`;
  const rows = [
    row(0, "20210106", 3800, "call"),
    row(0, "20210106", 3800, "put"),
    ...["20210108", "20210111"].flatMap((expiry) =>
      [0, 1].flatMap((
        minute,
      ) => [row(minute, expiry, 3800, "call"), row(minute, expiry, 3800, "put")])
    ),
  ];
  const quotes = source(`${MINUTE_HEADER}\n${rows.join("\n")}\n`);
  assert.ok(quotes.ok);
  const spot = (...flags: string[]) => {
    const made = makeFolder({ quotes: quotes.value, bars: [], book: null }, options(...flags));
    assert.ok(made.ok, made.ok ? "" : made.error);
    return JSON.parse(made.value.files.get("manifest.json") ?? "").underlyings[0].spot;
  };

  assert.deepEqual(spot(), { rule: "parity", root: "SPXW", expiry: "2021-01-08", strike: 3800 });
  assert.equal(spot("--parity", "3800@2021-01-06").expiry, "2021-01-06");
  const none = makeFolder({ quotes: quotes.value, bars: [], book: null }, options("--parity", "9"));
  assert.match(none.ok ? "" : none.error, /no bars, and no call and put of one strike/);
});

async function imported(...flags: string[]) {
  const read = readArguments(["--out", "unused", ...flags]);
  assert.ok(read.ok && read.value !== "help");
  return await importFolder(read.value);
}

function sumOf(flaws: Uint32Array, flaw: number): number {
  let sum = 0;
  for (let at = flaw; at < flaws.length; at += FLAW_COUNT) sum += flaws[at];
  return sum;
}

testWith(["shared"], {
  name: "import: SPXW 2021-01-06 counts its gaps and crossed quotes",
  fn: async () => {
    const file = new URL("data/intraday/SPXW_options_quotes_1m_20210106.csv", SHARED).pathname;

    const made = await imported("--quotes", file, "--parity", "3800");

    assert.ok(made.ok, made.ok ? "" : made.error);
    const { flaws, startsAt } = made.value.data.recording;
    assert.equal(startsAt.length, 405);
    // 16 contracts, 405 minutes; the four that expire at 16:00 are due in 390 of them.
    const rows = 12 * 405 + 4 * 390 - 6305;
    assert.equal(sumOf(flaws, FLAW.missing), rows);
    assert.equal(sumOf(flaws, FLAW.crossed), 7);
    assert.equal(sumOf(flaws, FLAW.oneSided), 1);
    assert.match(made.value.folder.notes.join(), /no rate .* assumed/);
  },
});

testWith(["shared"], {
  name: "import: chain snapshots become folders of their minutes, with zero bids counted",
  fn: async () => {
    const path = (name: string) => new URL(`data/chains/${name}`, SHARED).pathname;
    const minutes = async (...flags: string[]) => {
      const made = await imported(...flags);
      assert.ok(made.ok, made.ok ? "" : made.error);
      const { recording } = made.value.data;
      return [recording.startsAt.length, sumOf(recording.flaws, FLAW.zeroBid)];
    };

    assert.deepEqual(await minutes("--quotes", path("cboe_KO_20260822.csv")), [1, 96]);
    assert.deepEqual(await minutes("--quotes", path("cboe_ADC_series.csv")), [6, 147]);
    assert.deepEqual(await minutes("--quotes", path("spx_eod_2017_vendor.csv")), [96, 91]);
    const page = ["--quotes", path("barchart_SPY_20200710.csv"), "--underlying", "SPY"];
    assert.deepEqual(await minutes(...page, "--date", "2020-07-02"), [1, 29]);
  },
});
