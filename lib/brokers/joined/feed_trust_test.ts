import assert from "node:assert/strict";
import fc from "fast-check";
import type { FeedState } from "../../ports/broker.ts";
import { chooseSource, FeedTrust } from "./feed_trust.ts";

const CANDIDATES = [{ broker: 0, feed: "a" }, { broker: 1, feed: "b" }];

/** Two feeds and the choice between them, second by second. */
class Rig {
  readonly trust = new FeedTrust();
  now = 0;
  source = -1;
  switches = 0;

  constructor() {
    for (const feed of ["a", "b"]) this.trust.take(feed, "live", 0);
    this.choose();
    this.switches = 0;
  }

  choose(): void {
    const source = chooseSource(CANDIDATES, this.trust, this.source);
    if (source !== this.source) this.switches++;
    this.source = source;
  }

  pass(seconds: number): void {
    for (let i = 0; i < seconds; i++) {
      this.now += 1_000;
      this.trust.look(this.now);
      this.choose();
    }
  }

  tell(feed: string, state: FeedState): void {
    this.trust.take(feed, state, this.now);
    this.choose();
  }
}

Deno.test("P2: a feed that fails is given up after 2 s, and trusted after a minute of life", () => {
  const rig = new Rig();
  assert.equal(rig.source, 0);
  rig.tell("a", "stale");
  rig.pass(1);
  assert.equal(rig.source, 0, "a moment is waited for");
  rig.pass(1);
  assert.equal(rig.source, 1);
  rig.tell("a", "live");
  rig.pass(59);
  assert.equal(rig.source, 1);
  rig.pass(1);
  assert.equal(rig.source, 0);
});

Deno.test("P3: a feed that comes and goes moves nothing after it was given up", () => {
  const rig = new Rig();
  for (let round = 0; round < 100; round++) {
    rig.tell("a", "down");
    rig.pass(10);
    rig.tell("a", "live");
    rig.pass(40);
  }
  assert.equal(rig.source, 1);
  assert.equal(rig.switches, 1);
});

Deno.test("a feed alone is kept, and the first that is live when both failed", () => {
  const rig = new Rig();
  rig.tell("b", "down");
  rig.pass(5);
  rig.tell("a", "stale");
  rig.pass(5);
  assert.equal(rig.source, 0, "nobody is better");
  rig.tell("b", "live");
  assert.equal(rig.source, 1, "live at once, trusted or not");
  rig.tell("a", "live");
  rig.pass(30);
  assert.equal(rig.source, 1, "and stays");
});

Deno.test("a feed that never lived has 10 s to begin and is trusted when it does", () => {
  const trust = new FeedTrust();
  trust.take("a", "connecting", 0);
  trust.take("b", "live", 0);
  trust.look(9_999);
  assert.ok(trust.isTrusted("a"));
  trust.look(10_000);
  assert.ok(!trust.isTrusted("a"));
  trust.take("a", "live", 90_000);
  assert.ok(trust.isTrusted("a"));
});

Deno.test("property: however two feeds fail, a minute apart at least lies between returns", () => {
  const states = fc.constantFrom<FeedState>("live", "stale", "down", "connecting", "closed");
  const steps = fc.array(
    fc.tuple(fc.constantFrom("a", "b"), states, fc.integer({ min: 0, max: 90 })),
    {
      maxLength: 60,
    },
  );
  fc.assert(fc.property(steps, (all) => {
    const rig = new Rig();
    let isBAlwaysLive = true;
    const backAt: number[] = [];
    for (const [feed, state, seconds] of all) {
      if (feed === "b" && state !== "live" && state !== "closed") isBAlwaysLive = false;
      const before = rig.source;
      rig.tell(feed, state);
      rig.pass(seconds);
      if (before === 1 && rig.source === 0) backAt.push(rig.now);
    }
    if (!isBAlwaysLive) return;
    assert.ok(backAt.every((at, i) => i === 0 || at - backAt[i - 1] >= 60_000));
  }));
});
