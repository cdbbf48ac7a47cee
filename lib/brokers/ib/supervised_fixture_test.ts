import type { FeedHealth } from "../../ports/broker.ts";
import type { Random } from "../../ports/random.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { IB_FEEDS, type IbFeed } from "./feeds.ts";
import type { IbPart } from "./link.ts";
import { ScriptedTws } from "./scripted_tws_fixture_test.ts";
import { IbSupervisor } from "./supervisor.ts";

/** Wednesday 2025-03-19, 10:15 in New York. */
export const IN_SESSION = Date.parse("2025-03-19T14:15:00Z");
/** Saturday, noon in New York. */
export const WEEKEND = Date.parse("2025-03-22T16:00:00Z");

/** The same numbers for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
      mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
    bytes: (count) => new Uint8Array(count),
  };
}

/** A supervisor over a TWS that the test plays, under virtual time. */
export function supervised(options: { startAt?: number; seed?: number; isOpen?: boolean } = {}) {
  const { startAt = IN_SESSION, seed = 1, isOpen = false } = options;
  const time = new VirtualTime(startAt);
  const tws = new ScriptedTws(time);
  const calls: string[] = [];
  const healths: FeedHealth[] = [];
  const signs = { isAsked: false, tickCount: 0, isHalted: false };
  const part: IbPart = {
    began: (link) => {
      signs.tickCount = 0;
      calls.push(`began ${link.accounts}`);
    },
    ended: (reason) => calls.push(`ended ${reason}`),
    upstream: (state) => calls.push(state),
    dataLost: () => calls.push("dataLost"),
  };
  const supervisor = new IbSupervisor({
    address: { host: "127.0.0.1", port: 4001, clientId: 11 },
    open: tws.connect,
    clock: time,
    timers: time,
    random: seeded(seed),
    parts: [part],
    reference: () => signs,
    isRegularSession: () => isOpen,
    health: (health) => healths.push(health),
  });
  const state = (feed: IbFeed) => {
    const one = supervisor.health().find((health) => health.feed === IB_FEEDS[feed]);
    return `${one?.state}${one?.detail === null ? "" : `: ${one?.detail}`}`;
  };
  /** States that were told of a feed, in order, repetitions left out. */
  const told = (feed: IbFeed) =>
    healths.filter((health) => health.feed === IB_FEEDS[feed]).map((health) => health.state)
      .filter((one, index, all) => one !== all[index - 1]);
  return { time, tws, calls, healths, signs, supervisor, state, told };
}
