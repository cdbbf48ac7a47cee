import assert from "node:assert/strict";
import { VirtualTime } from "../../ports/virtual_time.ts";
import type { FeedHealth } from "../../ports/broker.ts";
import { HealthRecord } from "./health.ts";

Deno.test("P1: an outage lasts from its first sign until the feed is live again", () => {
  const time = new VirtualTime(Date.parse("2025-03-19T14:15:00Z"));
  const told: FeedHealth[] = [];
  const counters = { read: () => ({}) };
  const tell = (health: FeedHealth) => void told.push(health);
  const record = new HealthRecord({ id: "tt", label: "tastytrade", clock: time, counters, tell });
  const after = (ms: number, ...next: Parameters<HealthRecord["set"]>) => {
    time.advance(ms);
    record.set(...next);
  };
  record.set("connecting", null);
  after(1_000, "live", null);
  const lostAt = time.now() + 60_000;
  after(60_000, "stale", "silent");
  for (let attempt = 1; attempt <= 3; attempt++) {
    after(10_000, "connecting", null);
    assert.notEqual(record.state, "connecting", "an attempt is no news");
    after(10_000, "down", `refused ${attempt}`);
    assert.equal(record.read().since, lostAt);
  }

  after(10_000, "connecting", null);
  after(1_000, "live", null);

  assert.equal(record.read().since, time.now());
  assert.deepEqual(told.map(({ state }) => state), [
    "connecting",
    "live",
    "stale",
    "down",
    "down",
    "down",
    "live",
  ]);
});
