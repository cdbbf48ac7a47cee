import assert from "node:assert/strict";
import type { FeedHealth, FeedState } from "../ports/broker.ts";
import { readinessCauses, type ReadinessFacts } from "./readiness.ts";

function aFeed(state: FeedState): FeedHealth {
  return {
    feed: "demo",
    label: "Demo market",
    state,
    since: 0,
    lastByteAt: null,
    lastHeartbeatAt: null,
    lastEventAt: null,
    dropped: {},
    detail: null,
  };
}

const READY: ReadinessFacts = {
  isBookLoaded: true,
  feeds: [aFeed("live")],
  isMarketOpen: true,
  isPaused: false,
  newestEventAgeMs: 200,
  isDataDirectoryWritable: true,
  recordingProblem: null,
  aggregateDifference: 3e-15,
  loopLagMs: 4,
  isStopping: false,
};

function codes(change: Partial<ReadinessFacts>): string[] {
  return readinessCauses({ ...READY, ...change }).map((cause) => cause.code);
}

Deno.test("readyz: a loaded desk with a live feed is ready", () => {
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ aggregateDifference: null }), []);
});

Deno.test("readyz: red for each cause", () => {
  assert.deepEqual(codes({ isBookLoaded: false }), ["starting"]);
  assert.deepEqual(codes({ isStopping: true }), ["stopping"]);
  assert.deepEqual(codes({ feeds: [aFeed("down")] }), ["feedDown"]);
  assert.deepEqual(codes({ feeds: [aFeed("stale"), aFeed("live")] }), ["feedDown"]);
  assert.deepEqual(codes({ newestEventAgeMs: 15_001 }), ["noMarketData"]);
  assert.deepEqual(codes({ newestEventAgeMs: null }), ["noMarketData"]);
  assert.deepEqual(codes({ isDataDirectoryWritable: false }), ["dataDirectory"]);
  assert.deepEqual(codes({ recordingProblem: "the disk is full" }), ["recording"]);
  assert.deepEqual(codes({ aggregateDifference: 2e-9 }), ["aggregates"]);
  assert.deepEqual(codes({ aggregateDifference: NaN }), ["aggregates"]);
  assert.deepEqual(codes({ loopLagMs: 5_001 }), ["eventLoop"]);
});

Deno.test("readyz: silence outside the session or on pause is no cause", () => {
  assert.deepEqual(codes({ newestEventAgeMs: 60_000, isMarketOpen: false }), []);
  assert.deepEqual(codes({ newestEventAgeMs: 60_000, isPaused: true }), []);
});

Deno.test("readyz: every cause is reported, not the first only", () => {
  assert.deepEqual(
    codes({ isDataDirectoryWritable: false, loopLagMs: 9_000, feeds: [aFeed("down")] }),
    ["feedDown", "dataDirectory", "eventLoop"],
  );
});
