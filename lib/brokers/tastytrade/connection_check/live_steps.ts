import type { UnixMs } from "../../../base/brand.ts";
import { formatAge } from "../../../format/time.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import { isShareSession } from "../dxlink_feed.ts";
import { runningFault } from "./feed_faults.ts";
import { failed, type Finding, notTested, passed } from "./steps.ts";

function running(detail: string): Finding {
  return { ...passed(detail), state: "running" };
}

/** What a running feed proves about its own step; null when none runs. */
export function liveFinding(health: FeedHealth | null, now: UnixMs): Finding | null {
  if (health === null || health.state === "closed") return null;
  const { lastByteAt, detail } = health;
  switch (health.state) {
    case "connecting":
      return running("connecting");
    case "live": {
      const words = lastByteAt === null ? "live" : `last frame ${formatAge(now - lastByteAt)} ago`;
      return passed(detail === null ? words : `${words}; ${detail}`);
    }
    case "stale":
    case "down":
      return failed(
        `${health.state} for ${formatAge(now - health.since)}`,
        runningFault(health),
      );
  }
}

/** What a running feed proves about the first quote; null when none runs. */
export function quoteFinding(health: FeedHealth | null, now: UnixMs): Finding | null {
  if (health === null || health.state === "closed") return null;
  const { lastEventAt, state } = health;
  if (lastEventAt !== null && state === "live") {
    return passed(`last quote ${formatAge(now - lastEventAt)} ago`);
  }
  if (state === "live") {
    return isShareSession(now)
      ? running("waiting for the first quote")
      : notTested("not tested: no quote is due, market closed");
  }
  return { ...notTested("not reached"), state: "notReached" };
}
