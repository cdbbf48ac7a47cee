import assert from "node:assert/strict";
import { sampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC } from "@/tests/fixtures/sample_spec.ts";
import type { FeedStatus } from "../stream/protocol/messages.ts";
import { brokerParts, toldAccounts, wantingParts } from "./broker_parts.ts";
import { downNote, feedBar, NO_LINK } from "./overview/feed_bar.ts";
import { headline, phraseText } from "./overview/headline.ts";
import { totalView } from "./overview/lines.ts";
import { needs } from "./overview/needs.ts";
import { brokerItems, wantingText } from "./overview/part_words.ts";
import { BookScope } from "./overview/scope.ts";
import { statCells } from "./overview/summary.ts";

/** 13:06 in New York. */
const SINCE = Date.UTC(2025, 2, 19, 17, 6);

function aFeed(broker: string, carries: "prices" | "accounts" | "all", state = "live"): FeedStatus {
  return {
    feed: `${broker}-${carries}`,
    label: `${broker} ${carries}`,
    state: state as FeedStatus["state"],
    since: SINCE,
    lastByteAt: SINCE,
    lastHeartbeatAt: null,
    lastEventAt: SINCE,
    eventsPerSecond: null,
    dropped: {},
    detail: state === "live" ? null : "the gateway is gone",
    broker,
    carries,
  };
}

/** Individual and IRA at tastytrade, the third account at ib. */
function book(isThere = true) {
  const accounts = SAMPLE_SPEC.accounts.map((account, i) => ({
    ...account,
    broker: i < 2 ? "tastytrade" : "ib",
  }));
  const legs = SAMPLE_SPEC.legs.filter(({ account }) => isThere || account < 2);
  return sampleBook({ ...SAMPLE_SPEC, accounts: isThere ? accounts : accounts.slice(0, 2), legs });
}

const LIVE = [
  aFeed("tastytrade", "prices"),
  aFeed("tastytrade", "accounts"),
  aFeed("ib", "prices"),
  aFeed("ib", "accounts"),
];

/** The same feeds with some in another state. */
function but(states: Readonly<Record<string, string>>): FeedStatus[] {
  return LIVE.map((feed) =>
    aFeed(feed.broker ?? "", feed.carries ?? "all", states[feed.feed] ?? feed.state)
  );
}

const TOLD = { recording: null, lasting: null };

Deno.test("P1: a part is old while its broker's accounts are silent, whatever its prices", () => {
  const states = (feeds: FeedStatus[]) => brokerParts(book(), feeds).map(({ state }) => state);
  assert.deepEqual(states(LIVE), ["current", "current"]);
  assert.deepEqual(states(but({ "ib-accounts": "down" })), ["current", "old"]);
  assert.deepEqual(states(but({ "ib-prices": "down" })), ["current", "current"]);
  assert.deepEqual(states(but({ "ib-accounts": "closed" })), ["current", "current"]);
  const away = [...LIVE.slice(0, 2), aFeed("ib", "all", "connecting")];
  assert.equal(brokerParts(book(false), away)[1].state, "missing");
});

Deno.test("a desk with one broker has no parts, and all of it is told or nothing", () => {
  const feeds = but({}).map(({ broker: _, carries: __, ...feed }) => feed);
  assert.deepEqual(brokerParts(book(), feeds), []);
  assert.deepEqual(toldAccounts(book(), feeds), [true, true, true]);
  const silent = feeds.map((feed, i) => i === 0 ? { ...feed, state: "stale" as const } : feed);
  assert.deepEqual(toldAccounts(book(), silent), [false, false, false]);
});

Deno.test("P1: an account is sampled by its own broker's word and anybody's prices", () => {
  const told = (feeds: FeedStatus[]) => toldAccounts(book(), feeds);
  assert.deepEqual(told(but({ "ib-accounts": "down" })), [true, true, false]);
  assert.deepEqual(told(but({ "ib-prices": "down" })), [true, true, true]);
  assert.deepEqual(told(but({ "ib-prices": "down", "tastytrade-prices": "stale" })), [
    false,
    false,
    false,
  ]);
});

Deno.test("totals name the part that they know as of before, under a filter too", () => {
  const feeds = but({ "ib-accounts": "down" });
  const all = new BookScope(book(), [0, 1, 2], feeds);
  assert.equal(wantingText(all), "IB as of 13:06");
  assert.match(totalView(all, ["name"]).label, /^IB as of 13:06, \d+ legs$/);
  assert.equal(statCells(all)[0].context, "USD, IB as of 13:06");
  const { standfirst } = headline(all, 1, false);
  assert.match(
    phraseText(standfirst),
    /Interactive Brokers is known as of 13:06, with \d+ legs?\./,
  );
  const own = new BookScope(book(), [0, 1], feeds);
  assert.equal(wantingText(own), "", "nothing of it is in these");
  assert.match(totalView(own, ["name"]).label, /^All, /);
});

Deno.test("totals name the broker that is not there, unless others were chosen", () => {
  const feeds = [...LIVE.slice(0, 2), aFeed("ib", "all", "down")];
  const all = new BookScope(book(false), [0, 1], feeds);
  assert.equal(wantingText(all), "without IB");
  assert.equal(wantingText(new BookScope(book(false), [0], feeds)), "");
  assert.deepEqual(brokerItems(all.parts).map(({ words }) => words), ["", "not connected"]);
  const [first] = needs(all, feeds, SINCE, TOLD);
  assert.equal(first.title, "Interactive Brokers is not connected");
  assert.match(first.text, /in no total.*The gateway is gone\./);
});

Deno.test("what needs the reader names a silent broker once, with what its accounts are", () => {
  const feeds = but({ "ib-accounts": "down", "ib-prices": "down" });
  const scope = new BookScope(book(), [0, 1, 2], feeds);
  const found = needs(scope, feeds, SINCE, TOLD).filter(({ id }) => /feed|broker/.test(id));
  assert.equal(found.length, 1);
  assert.equal(found[0].title, "Interactive Brokers does not answer");
  assert.match(found[0].text, /IBKR margin hold counts as it was then: \d+ legs/);
});

Deno.test("prices that fail are said to come from the other broker", () => {
  const feeds = but({ "ib-prices": "down" });
  const scope = new BookScope(book(), [0, 1, 2], feeds);
  const [feed] = needs(scope, feeds, SINCE, TOLD).filter(({ id }) => id.startsWith("feed"));
  assert.match(feed.text, /Prices come from tastytrade meanwhile\./);
});

Deno.test("one of two brokers down dims no table, both do", () => {
  const one = but({ "ib-accounts": "down", "ib-prices": "down" });
  assert.equal(downNote(one, NO_LINK), "");
  const both = but({ "ib-prices": "down", "tastytrade-prices": "down" });
  assert.equal(downNote(both, NO_LINK), "2 feeds down since 13:06");
});

Deno.test("missing and old parts are told apart from those that only have other feeds out", () => {
  const view = book();
  const parts = brokerParts(view, but({ "tastytrade-accounts": "stale" }));
  assert.deepEqual(wantingParts(parts, [2], 3), []);
  assert.deepEqual(wantingParts(parts, [0, 2], 3).map(({ broker }) => broker), ["tastytrade"]);
});

Deno.test("the feed bar has one entry per broker: its worst feed, or all under one name", () => {
  const bar = (feeds: FeedStatus[]) =>
    feedBar({
      feeds,
      market: null,
      staleLegs: 0,
      legs: 1,
      recomputeMs: null,
      now: SINCE + 60_000,
      recording: null,
    }).feeds.map(({ id, label, pip, words }) => [id, label, pip, words].join(" "));
  assert.deepEqual(bar(LIVE), ["tastytrade tastytrade live ", "ib IB live "]);
  assert.deepEqual(bar(but({ "ib-prices": "down" })), [
    "tastytrade tastytrade live ",
    "ib ib prices down since 13:06",
  ]);
  assert.deepEqual(bar(but({ "ib-prices": "down", "ib-accounts": "down" })), [
    "tastytrade tastytrade live ",
    "ib IB down since 13:06",
  ]);
});
