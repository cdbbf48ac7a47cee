import assert from "node:assert/strict";
import type { FeedStatus, MarketStatus } from "../../stream/protocol/messages.ts";
import {
  downNote,
  feedBar,
  modeFlag,
  NO_LINK,
  pageHealth,
  pageTitle,
  spokenChange,
} from "./feed_bar.ts";

/** 2025-03-19 13:18:42 New York, a Wednesday. */
const NOW = Date.UTC(2025, 2, 19, 17, 18, 42);

function aFeed(state: FeedStatus["state"], change: Partial<FeedStatus> = {}): FeedStatus {
  return {
    feed: "quotes",
    label: "Quotes",
    state,
    since: NOW - 12 * 60_000,
    lastByteAt: NOW - 300,
    lastHeartbeatAt: null,
    lastEventAt: NOW - 300,
    eventsPerSecond: 498,
    dropped: {},
    detail: null,
    ...change,
  };
}

const OPEN: MarketStatus = {
  session: "regular",
  sessionDate: "2025-03-19",
  since: Date.UTC(2025, 2, 19, 13, 30),
  until: Date.UTC(2025, 2, 19, 20),
  sourceSpeed: 1,
};

function bar(feeds: FeedStatus[], market: MarketStatus | null = OPEN, staleLegs = 0) {
  return feedBar({
    feeds,
    market,
    staleLegs,
    legs: 227,
    recomputeMs: 1.84,
    now: NOW,
    recording: null,
  });
}

Deno.test("T-029: a live feed has its age, events per second and recompute in their slots", () => {
  const view = bar([aFeed("live")]);

  assert.deepEqual(view.feeds, [
    { id: "quotes", label: "Quotes", pip: "live", words: "", age: "0.3\u202fs" },
  ]);
  assert.equal(view.rate, "498");
  assert.equal(view.recompute, "1.8\u202fms");
  assert.equal(view.stale, "0 of 227");
  assert.equal(view.isAllCurrent, true);
  assert.equal(view.clock, "13:18:42");
});

Deno.test("ui §4: each state of a feed has its own shape and words", () => {
  const shapes = (["live", "stale", "connecting", "down", "closed"] as const)
    .map((state) => bar([aFeed(state)]).feeds[0]);

  assert.deepEqual(shapes.map((feed) => feed.pip), ["live", "late", "late", "down", "shut"]);
  assert.deepEqual(shapes.map((feed) => feed.words), [
    "",
    "since 13:06",
    "connecting",
    "since 13:06",
    "closed",
  ]);
});

Deno.test("feed bar: says how long the session lasts, and when the next one opens", () => {
  const friday = Date.UTC(2025, 2, 21, 20);
  const closed: MarketStatus = {
    ...OPEN,
    session: "closed",
    since: friday,
    until: NOW + 3 * 86_400_000,
  };

  assert.deepEqual([bar([], OPEN).session, bar([], OPEN).countdown], [
    "Session open, closes in",
    "2:41:18",
  ]);
  assert.equal(bar([], closed).session, "opens Saturday 13:18, in");
  assert.equal(bar([], closed).isClosed, true);
  assert.equal(bar([], { ...closed, until: NOW + 60_000 }).session, "opens 13:19, in");
  assert.equal(bar([], null).session, "");
});

Deno.test("X-03: what is not counted is not drawn", () => {
  const view = feedBar({
    feeds: [aFeed("live", { eventsPerSecond: null, lastEventAt: null, lastByteAt: null })],
    market: null,
    staleLegs: 3,
    legs: 227,
    recomputeMs: null,
    recording: null,
    now: NOW,
  });

  assert.equal(view.rate, "");
  assert.equal(view.recompute, "");
  assert.equal(view.feeds[0].age, "");
  assert.equal(view.stale, "3 of 227");
});

Deno.test("X-05: the title names the mode and what is broken, worst first", () => {
  assert.equal(pageTitle("demo", "Overview", "fine"), "Demo · Overview · Deltadesk");
  assert.equal(pageTitle("live", "Overview", "fine"), "Overview · Deltadesk");
  assert.equal(
    pageTitle("replay", "Overview", "down"),
    "Feed down · Replay · Overview · Deltadesk",
  );
  assert.equal(pageTitle("sandbox", "Overview", "fine"), "Sandbox · Overview · Deltadesk");
  assert.equal(modeFlag("live"), null);
  assert.equal(modeFlag("sandbox")?.name, "Sandbox");
  assert.match(modeFlag("sandbox")?.note ?? "", /not real money/);
  assert.equal(modeFlag("simulator")?.name, "Simulator");
  assert.equal(modeFlag("demo")?.note, "invented prices, no broker connected");
});

Deno.test("feed bar: a lost line to the desk is as bad as a feed that is down", () => {
  assert.equal(pageHealth([aFeed("live")], "open"), "fine");
  assert.equal(pageHealth([aFeed("live")], "lost"), "down");
  assert.equal(pageHealth([aFeed("live")], "late"), "stale");
  assert.equal(pageHealth([aFeed("live"), aFeed("down")], "open"), "down");
  assert.equal(pageHealth([aFeed("closed")], "open"), "fine");
});

Deno.test("CLI-2: without a line to the desk no feed is shown live", () => {
  const link = { state: "lost", since: NOW } as const;
  const view = feedBar({
    feeds: [aFeed("live")],
    market: OPEN,
    staleLegs: 0,
    legs: 1,
    recomputeMs: null,
    recording: null,
    now: NOW,
    link,
  });

  assert.deepEqual(view.feeds, [
    { id: "quotes", label: "Quotes", pip: "down", words: "since 13:18", age: "" },
  ]);
});

Deno.test("ui §4: a section without its feed says since when", () => {
  assert.equal(downNote([aFeed("live")], NO_LINK), "");
  assert.equal(
    downNote([aFeed("down", { label: "IB gateway" })], NO_LINK),
    "IB gateway down since 13:06",
  );
  const two = [aFeed("down"), aFeed("down", { since: NOW - 14 * 60_000 }), aFeed("live")];
  assert.equal(downNote(two, NO_LINK), "2 feeds down since 13:04");
  assert.equal(downNote([], { state: "lost", since: NOW }), "Desk not reachable since 13:18");
});

Deno.test("ui §8: changes of a feed's state are spoken once, ages never", () => {
  assert.equal(spokenChange([aFeed("live")], [aFeed("live", { lastEventAt: NOW })]), "");
  assert.equal(spokenChange([aFeed("live")], [aFeed("down")]), "Quotes is down.");
  assert.equal(spokenChange([], [aFeed("live")]), "");
});

Deno.test("feed bar: says since when nothing is recorded, and nothing while it is", () => {
  const since = Date.UTC(2025, 2, 19, 17, 2);
  const of = (recording: Parameters<typeof feedBar>[0]["recording"]) =>
    feedBar({
      feeds: [],
      market: null,
      staleLegs: 0,
      legs: 1,
      recomputeMs: null,
      now: NOW,
      recording,
    })
      .unrecorded;

  assert.equal(of({ since, message: "the disk is full", fix: null, damage: null }), "since 13:02");
  assert.equal(of({ since, message: null, fix: null, damage: null }), "");
  assert.equal(of(null), "");
});
