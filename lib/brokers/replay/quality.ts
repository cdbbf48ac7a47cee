import type { UnixMs } from "../../base/brand.ts";
import type { FeedHealth, FeedState } from "../../ports/broker.ts";
import { spotSource } from "./map.ts";
import type { ReplayData } from "./open.ts";
import { FLAW, FLAW_COUNT, FLAWS } from "./recording.ts";

/** Id of the one feed of a recording. */
export const REPLAY_FEED = "replay";

const NAMES_SHOWN = 5;

function describe(data: ReplayData): string {
  const { manifest, unknownColumns } = data;
  const derived = manifest.underlyings.filter(({ spot }) => spot.rule === "parity")
    .map((underlying) => `${underlying.symbol} ${spotSource(underlying)}`);
  const shown = unknownColumns.slice(0, NAMES_SHOWN).join(", ");
  const more = unknownColumns.length > NAMES_SHOWN
    ? ` and ${unknownColumns.length - NAMES_SHOWN} more`
    : "";
  return [
    `recording ${manifest.name}`,
    ...derived,
    ...(unknownColumns.length > 0 ? [`unknown columns ${shown}${more}`] : []),
  ].join("; ");
}

/** State and counters of a recording's feed, from the first minute played to the present one. */
export class ReplayHealth {
  readonly #data: ReplayData;
  readonly #detail: string;
  readonly #flaws = new Float64Array(FLAW_COUNT);
  #state: FeedState = "connecting";
  #since: UnixMs;
  #lastEventAt: UnixMs | null = null;

  constructor(data: ReplayData, now: UnixMs) {
    this.#data = data;
    this.#detail = describe(data);
    this.#since = now;
    this.#flaws[FLAW.unknownColumn] = data.unknownColumns.length;
  }

  /** Begins to count anew. */
  restart(): void {
    this.#flaws.fill(0);
    this.#flaws[FLAW.unknownColumn] = this.#data.unknownColumns.length;
    this.#lastEventAt = null;
  }

  /** Takes over a state; true when it is another. */
  enter(state: FeedState, now: UnixMs): boolean {
    if (this.#state === state) return false;
    this.#state = state;
    this.#since = now;
    return true;
  }

  /** Counts the flaws of a minute; true when there were any. */
  count(minute: number): boolean {
    let sum = 0;
    for (let flaw = 0; flaw < FLAW_COUNT; flaw++) {
      const count = this.#data.recording.flaws[minute * FLAW_COUNT + flaw];
      this.#flaws[flaw] += count;
      sum += count;
    }
    return sum > 0;
  }

  /** Notes that market data was delivered. */
  delivered(now: UnixMs): void {
    this.#lastEventAt = now;
  }

  /** The feed at `now`. A recording answers as long as it plays: that is its heartbeat. */
  report(now: UnixMs): FeedHealth {
    const dropped: Record<string, number> = {};
    for (const [flaw, words] of FLAWS.entries()) {
      if (this.#flaws[flaw] > 0) dropped[words] = this.#flaws[flaw];
    }
    return {
      feed: REPLAY_FEED,
      label: "Recording",
      state: this.#state,
      since: this.#since,
      lastByteAt: this.#lastEventAt,
      lastHeartbeatAt: this.#state === "live" ? now : this.#lastEventAt,
      lastEventAt: this.#lastEventAt,
      dropped,
      detail: this.#detail,
    };
  }
}
