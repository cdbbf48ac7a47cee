import assert from "node:assert/strict";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import type { IbContractDetails, IbContractQuery } from "../wire/contract.ts";
import { details, future, option, optionOnFuture, share } from "./details_fixture_test.ts";
import { IbContracts } from "./ib_contracts.ts";
import { ScriptedLink } from "./scripted_link_fixture_test.ts";

const LIVE = new AbortController().signal;
const STARTED_AT = Date.UTC(2026, 10, 20, 15);

const LISTED: readonly IbContractDetails[] = [
  share(265598, "AAPL"),
  share(72063691, "BRK B"),
  details({ conId: 416904, symbol: "SPX", secType: "IND", exchange: "CBOE" }),
  option(101, "AAPL  261218C00250000", {}, { underConId: 265598 }),
  option(102, "SPX   261218C05000000", { lastTradeDate: "20261217" }, {
    underConId: 416904,
    underSecType: "IND",
  }),
  option(103, "SPXW  261218C05000000", { symbol: "SPX" }, {
    underConId: 416904,
    underSecType: "IND",
  }),
  future(495512563, "ESZ6", "202612"),
  optionOnFuture(104, "EW4X6 C5750", {
    symbol: "ES",
    tradingClass: "EW4",
    lastTradeDate: "20261127",
    strike: 5750,
    right: "C",
  }, 495512563),
];

/** What a TWS finds: every field that is sent must fit, a month fits all its days. */
function fits({ contract }: IbContractDetails, query: IbContractQuery): boolean {
  if (query.conId !== undefined) return query.conId === contract.conId;
  return (query.symbol ?? contract.symbol) === contract.symbol &&
    (query.secType ?? contract.secType) === contract.secType &&
    (query.strike ?? contract.strike) === contract.strike &&
    (query.right ?? contract.right) === contract.right &&
    (query.currency ?? contract.currency) === contract.currency &&
    (query.localSymbol ?? contract.localSymbol) === contract.localSymbol &&
    (query.tradingClass ?? contract.tradingClass) === contract.tradingClass &&
    contract.lastTradeDate.startsWith(query.lastTradeDate ?? "");
}

function rig() {
  const time = new VirtualTime(STARTED_AT);
  const contracts = new IbContracts({ clock: time, timers: time });
  const link = new ScriptedLink(["DU1"]);
  link.answer = ([name, id, query]) => {
    if (name !== "reqContractDetails") return;
    const known = LISTED.filter((one) => fits(one, query as IbContractQuery));
    for (const one of known) contracts.contractDetails(Number(id), one);
    if (known.length > 0) contracts.contractDetailsEnd(Number(id));
    else contracts.notice({ id: Number(id), code: 200, text: "No security definition" });
  };
  contracts.began(link);
  const count = () => link.sentAs("reqContractDetails").length;
  return { time, contracts, link, count };
}

Deno.test("a contract is asked for once a day, however many ask", async () => {
  const { time, contracts, count } = rig();
  const [one, two] = await Promise.all([
    contracts.resolve([265598, 265598], LIVE),
    contracts.resolve([265598], LIVE),
  ]);
  assert.ok(one.ok && two.ok);
  assert.equal(one.value[0], two.value[0]);
  assert.equal(contracts.byKey("AAPL")?.conId, 265598);
  assert.deepEqual(contracts.byConId(265598)?.query, { conId: 265598, exchange: "SMART" });
  await contracts.instruments(["AAPL"], LIVE);
  assert.equal(count(), 1);
  time.advance(86_400_000);
  await contracts.resolve([265598], LIVE);
  assert.equal(count(), 2);
  assert.equal(time.pendingCount, 0);
});

Deno.test("a contract that IB does not know (200) is not asked for again that day", async () => {
  const { contracts, count } = rig();
  const first = await contracts.resolve([999], LIVE);
  assert.deepEqual(first, { ok: true, value: [null] });
  await contracts.resolve([999], LIVE);
  assert.equal(count(), 1);
  const unknown = await contracts.instruments(["AAPL", "ZZZ"], LIVE);
  assert.equal(unknown.ok ? "" : unknown.error.code, "unknownInstrument");
  const asked = count();
  await contracts.instruments(["ZZZ"], LIVE);
  assert.equal(count(), asked);
});

Deno.test("G-047: an option on a future brings its future with it", async () => {
  const { contracts } = rig();
  const found = await contracts.resolve([104], LIVE);
  const instrument = found.ok ? found.value[0]?.instrument : null;
  assert.equal(instrument?.key, "EW4 2026-11-27 C 5750 x50");
  assert.equal(instrument?.underlying, "/ES");
  assert.equal(contracts.byKey("/ESZ6")?.conId, 495512563);
});

Deno.test("G-047: what options are on is asked for by the number that IB told", async () => {
  const { contracts, link } = rig();
  await contracts.resolve([103], LIVE);
  const found = await contracts.instruments(["SPX"], LIVE);
  assert.equal(found.ok ? found.value[0].kind : "", "index");
  assert.deepEqual(link.sentAs("reqContractDetails").at(-1)?.[1], { conId: 416904 });
});

Deno.test("G-070: what another broker described is found, each the right one", async () => {
  const { contracts } = rig();
  const keys = [
    "AAPL",
    "BRK/B",
    "AAPL 2026-12-18 C 250 x100",
    "SPX 2026-12-18 C 5000 x100",
    "SPXW 2026-12-18 C 5000 x100",
    "/ESZ6",
    "EW4 2026-11-27 C 5750 x50",
  ];
  const known = rig();
  await known.contracts.resolve(LISTED.map(({ contract }) => contract.conId), LIVE);
  const described = keys.map((key) => {
    const instrument = known.contracts.byKey(key)?.instrument;
    assert.ok(instrument !== undefined, key);
    return instrument;
  });
  const found = await contracts.listings(described, LIVE);
  assert.ok(found.ok);
  assert.deepEqual(found.value.map((one) => one?.instrument.key), keys);
  const conIds = [265598, 72063691, 101, 102, 103, 495512563, 104];
  assert.deepEqual(found.value.map((one) => one?.conId), conIds);
});

Deno.test("DAT-5: an answer with another contract is not taken for the asked one", async () => {
  const { contracts, link } = rig();
  link.answer = ([, id]) => {
    contracts.contractDetails(Number(id), option(101, "AAPL  261218C00255000"));
    contracts.contractDetailsEnd(Number(id));
  };
  const found = await contracts.instruments(["AAPL 2026-12-18 C 250 x100"], LIVE);
  assert.equal(found.ok ? "" : found.error.code, "unknownInstrument");
  assert.equal(contracts.byKey("AAPL 2026-12-18 C 250 x100"), null);
});

Deno.test("DAT-5: a second contract of one name is listed, not taken for the first", async () => {
  const { contracts, link } = rig();
  link.answer = ([, id, query]) => {
    const { conId } = query as IbContractQuery;
    contracts.contractDetails(Number(id), share(conId ?? 0, "AAPL"));
    contracts.contractDetailsEnd(Number(id));
  };
  await contracts.resolve([265598], LIVE);
  const second = await contracts.resolve([7], LIVE);
  assert.equal(second.ok ? second.value[0]?.instrument.kind : "", "unsupported");
  assert.equal(second.ok ? second.value[0]?.instrument.key : "", "ib:7");
  assert.equal(contracts.byKey("AAPL")?.conId, 265598);
});

Deno.test("a mute TWS ends a question by its deadline, a lost one at once", async () => {
  const { time, contracts, link } = rig();
  link.answer = () => {};
  const mute = contracts.resolve([265598], LIVE);
  await time.advanceSettling(20_000, 10_000);
  const answer = await mute;
  assert.equal(answer.ok ? "" : answer.error.code, "timeout");
  const lost = contracts.resolve([72063691], LIVE);
  await time.advanceSettling(10, 10);
  contracts.ended("gone");
  const gone = await lost;
  assert.equal(gone.ok ? "" : gone.error.code, "notConnected");
  const unasked = await contracts.resolve([265598], LIVE);
  assert.equal(unasked.ok ? "" : unasked.error.code, "notConnected");
  assert.equal(time.pendingCount, 0);
});

Deno.test("a contract that TWS says nothing about is waited for once in a minute", async () => {
  const { time, contracts, link, count } = rig();
  const { answer } = link;
  link.answer = () => {};
  const waited = contracts.resolve([265598], LIVE);
  await time.advanceSettling(20_000, 10_000);
  assert.equal((await waited).ok, false);
  link.answer = answer;
  const again = await contracts.resolve([265598], LIVE);
  assert.deepEqual([again.ok ? "" : again.error.code, count()], ["timeout", 1]);
  // Nobody waits for its sake, and it is asked for again by itself.
  const other = await contracts.resolve([72063691], LIVE);
  assert.ok(other.ok);
  await time.advanceSettling(60_000, 30_000);
  const later = await contracts.resolve([265598], LIVE);
  assert.equal(later.ok ? later.value[0]?.instrument.key : "", "AAPL");
  assert.equal(time.pendingCount, 0);
});

Deno.test("what TWS was silent about is asked for once IB's definitions are back", async () => {
  const { time, contracts, link } = rig();
  const { answer } = link;
  link.answer = () => {};
  const waited = contracts.instruments(["AAPL"], LIVE);
  await time.advanceSettling(20_000, 10_000);
  assert.equal((await waited).ok, false);
  link.answer = answer;
  assert.equal((await contracts.instruments(["AAPL"], LIVE)).ok, false);
  contracts.notice({ id: -1, code: 2158, text: "Sec-def data farm connection is OK:secdefil" });
  assert.equal((await contracts.instruments(["AAPL"], LIVE)).ok, true);
});

Deno.test("an aborted question answers canceled and hurts nobody who asked the same", async () => {
  const { contracts, link, time } = rig();
  let id = 0;
  link.answer = ([, sentId]) => void (id = Number(sentId));
  const controller = new AbortController();
  const one = contracts.resolve([265598], controller.signal);
  const two = contracts.resolve([265598], LIVE);
  await time.advanceSettling(1, 1);
  controller.abort();
  const canceled = await one;
  assert.equal(canceled.ok ? "" : canceled.error.code, "canceled");
  contracts.contractDetails(id, share(265598, "AAPL"));
  contracts.contractDetailsEnd(id);
  const answer = await two;
  assert.equal(answer.ok ? answer.value[0]?.conId : 0, 265598);
});
