import type { Scope } from "../protocol/audience.ts";
import { STREAM_LIMITS } from "../protocol/limits.ts";
import type { Principal, StreamFormat } from "../protocol/messages.ts";
import type { Audience, FlushPoint } from "./audience.ts";
import type { HubMetrics } from "./metrics.ts";
import type { SnapshotJob } from "./snapshot_job.ts";
import type { Socket } from "./socket.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Who connects and what it may see. */
export interface ViewerInfo {
  readonly principal: Principal;
  readonly scope: Scope;
  readonly format: StreamFormat;
}

/** What the socket's fill level allows: go on, wait, or end it for the named cause. */
export type Flow = "open" | "paused" | "slow" | "stalled";

/**
 * One connection: where it stands in the sequences, and how its socket drains. Nothing is queued
 * here: what it misses is encoded from the book when it can take it again.
 */
export class Viewer {
  audience: Audience | null = null;
  /** Everything up to this flush was sent. */
  point: FlushPoint = { seq: 0, tick: 0, isExact: false };
  /** Last event that was told. */
  eventSeq = 0;
  hasPendingEvents = false;
  intervalMs = 0;
  nextDueMs = 0;
  /** Snapshot on its way, and the next chunk to send. */
  job: SnapshotJob | null = null;
  nextChunk = 0;
  wantsSnapshot = false;
  lastSnapshotMs = -Infinity;
  /** Nothing is sent any more. */
  isEnded = false;
  /** Its socket reported the end. */
  hasLeft = false;
  readonly bucket: TokenBucket;
  #lowestBuffered = Infinity;
  #stalledSinceMs: number | null = null;

  constructor(
    readonly socket: Socket,
    readonly info: ViewerInfo,
    readonly connectedMs: number,
    readonly metrics: HubMetrics,
  ) {
    this.bucket = new TokenBucket(STREAM_LIMITS.messages, connectedMs);
  }

  /** True while its diffs are stopped. */
  get isPaused(): boolean {
    return this.#stalledSinceMs !== null;
  }

  /** Hands a message to the socket. */
  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.isEnded) return;
    this.metrics.bytesSent += data.length;
    this.socket.send(data);
  }

  /**
   * Looks at the bytes that wait in the socket. Above the pause level diffs stop until the drained
   * level; without any progress for the stall time, or above the close level, it has to go.
   */
  flow(nowMs: number): Flow {
    const buffered = this.socket.bufferedAmount;
    if (buffered > STREAM_LIMITS.closeBytes) return "slow";
    const level = this.isPaused ? STREAM_LIMITS.drainedBytes : STREAM_LIMITS.pauseBytes;
    if (buffered <= level) {
      this.#stalledSinceMs = null;
      this.#lowestBuffered = Infinity;
      return "open";
    }
    if (this.#stalledSinceMs === null || buffered < this.#lowestBuffered) {
      this.#stalledSinceMs = nowMs;
      this.#lowestBuffered = buffered;
    }
    return nowMs - this.#stalledSinceMs >= STREAM_LIMITS.stallMs ? "stalled" : "paused";
  }
}
