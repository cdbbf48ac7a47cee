import { unreachable } from "../../base/assert.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { STREAM_LIMITS } from "../protocol/limits.ts";
import type { EventsMessage } from "../protocol/messages.ts";
import { type EventRing, isVisible, type KeptEvent } from "./event_ring.ts";
import type { FrameSource } from "./frame_source.ts";
import type { DropCause, HubMetrics } from "./metrics.ts";
import type { Viewer } from "./viewer.ts";

/** What a delivery works with. */
export interface DeliveryOptions {
  readonly source: FrameSource;
  readonly events: EventRing;
  readonly metrics: HubMetrics;
  readonly timers: Timers;
  readonly clock: Clock;
}

/**
 * Decides what a viewer is sent now: pending events, a snapshot's next chunk, the frame since its
 * last one, or nothing because its socket is full.
 */
export class Delivery {
  readonly #options: DeliveryOptions;
  readonly #inSnapshot = new Set<Viewer>();
  #chunkTimer: Timer | null = null;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  /** Stops sending chunks. */
  stop(): void {
    this.#chunkTimer?.cancel();
    this.#chunkTimer = null;
    this.#inSnapshot.clear();
  }

  /** Serves one viewer after a flush; answers why it has to go, or null. */
  serve(viewer: Viewer, nowMs: number): DropCause | null {
    if (viewer.audience === null) {
      return nowMs - viewer.connectedMs > STREAM_LIMITS.helloMs ? "timeout" : null;
    }
    const flow = viewer.flow(nowMs);
    switch (flow) {
      case "open":
        this.#serveOpen(viewer, nowMs);
        return null;
      case "paused":
        return null;
      case "slow":
      case "stalled":
        return flow;
      default:
        return unreachable(flow);
    }
  }

  #serveOpen(viewer: Viewer, nowMs: number): void {
    this.#tellPendingEvents(viewer);
    if (viewer.job !== null) return this.#scheduleChunks();
    if (viewer.wantsSnapshot) {
      const isAllowed = nowMs - viewer.lastSnapshotMs >= STREAM_LIMITS.snapshotMs;
      if (isAllowed) this.beginSnapshot(viewer);
      return;
    }
    const isBehind = viewer.point.seq !== this.#options.source.seq;
    if (isBehind && nowMs >= viewer.nextDueMs) this.#sendFrame(viewer, nowMs);
  }

  #sendFrame(viewer: Viewer, nowMs: number): void {
    const { source, metrics } = this.#options;
    if (viewer.audience === null) return;
    if (viewer.point.seq < viewer.audience.horizon) return this.#wantSnapshot(viewer);
    const frame = source.frame(viewer.audience, viewer.point, viewer.eventSeq);
    const data = frame.as(viewer.info.format);
    if (data.length > STREAM_LIMITS.diffBytes) return this.#wantSnapshot(viewer);
    viewer.point = source.point;
    if (viewer.intervalMs > 0) viewer.nextDueMs = nowMs + viewer.intervalMs;
    viewer.send(data);
    metrics.framesSent++;
  }

  #wantSnapshot(viewer: Viewer): void {
    viewer.wantsSnapshot = true;
  }

  /** Starts a snapshot; its chunks follow, one per turn of the loop. */
  beginSnapshot(viewer: Viewer): void {
    const { source, metrics, clock } = this.#options;
    if (viewer.audience === null) return;
    this.#tellPendingEvents(viewer);
    viewer.job = source.snapshot(viewer.audience, viewer.info.format, viewer.point.seq);
    viewer.nextChunk = 0;
    viewer.wantsSnapshot = false;
    viewer.lastSnapshotMs = clock.monotonic();
    metrics.snapshots++;
    this.#inSnapshot.add(viewer);
    this.#scheduleChunks();
  }

  #scheduleChunks(): void {
    this.#chunkTimer ??= this.#options.timers.setTimer(0, () => {
      this.#chunkTimer = null;
      this.#sendChunks();
    });
  }

  /** One chunk per viewer and turn, so that encoding never holds the loop. */
  #sendChunks(): void {
    let isMore = false;
    for (const viewer of this.#inSnapshot) {
      if (viewer.job === null) this.#inSnapshot.delete(viewer);
      else if (viewer.socket.bufferedAmount <= STREAM_LIMITS.pauseBytes) {
        this.#sendChunk(viewer);
        isMore ||= viewer.job !== null;
      }
    }
    if (isMore) this.#scheduleChunks();
  }

  #sendChunk(viewer: Viewer): void {
    const { source, metrics } = this.#options;
    const { job } = viewer;
    if (job === null) return;
    if (viewer.nextChunk === job.chunks.length) source.encodeChunk(job, viewer.eventSeq);
    viewer.send(job.chunks[viewer.nextChunk++].as(viewer.info.format));
    metrics.framesSent++;
    if (!job.isDone || viewer.nextChunk < job.chunks.length) return;
    viewer.job = null;
    viewer.point = job.point;
    this.#inSnapshot.delete(viewer);
  }

  /** Audiences with a viewer at full rate get changed fields only from here on. */
  remember(viewers: Iterable<Viewer>): void {
    const { source } = this.#options;
    for (const { audience, intervalMs, point } of viewers) {
      const isAtRate = intervalMs <= STREAM_LIMITS.flushMs && point.seq === source.seq;
      if (audience !== null && isAtRate) source.remember(audience);
    }
  }

  /** Sends an event at once to all who may see it; those whose socket is full get it later. */
  sendEvent(kept: KeptEvent, viewers: Iterable<Viewer>): void {
    const texts = new Map<number, string>();
    for (const viewer of viewers) {
      if (viewer.audience === null || !isVisible(kept, viewer.info.scope)) continue;
      const isFull = viewer.socket.bufferedAmount > STREAM_LIMITS.pauseBytes;
      if (viewer.hasPendingEvents || isFull) {
        viewer.hasPendingEvents = true;
        continue;
      }
      const previous = viewer.eventSeq;
      const text = texts.get(previous) ?? eventText(kept, previous);
      texts.set(previous, text);
      viewer.eventSeq = kept.event.seq;
      viewer.send(text);
      this.#options.metrics.eventsSent++;
    }
  }

  #tellPendingEvents(viewer: Viewer): void {
    if (!viewer.hasPendingEvents) return;
    const { events, metrics } = this.#options;
    const { scope } = viewer.info;
    viewer.hasPendingEvents = false;
    const replay = events.replay(scope, viewer.eventSeq, STREAM_LIMITS.resumeEventBytes);
    viewer.eventSeq = events.lastFor(scope);
    if (replay.missed === 0 && replay.events.length === 0) return;
    metrics.eventsSent += replay.events.length;
    const message: EventsMessage = { type: "events", through: viewer.eventSeq, ...replay };
    viewer.send(JSON.stringify(message));
  }
}

function eventText(kept: KeptEvent, previous: number): string {
  const message: EventsMessage = {
    type: "events",
    missed: 0,
    through: kept.event.seq,
    events: [{ ...kept.event, previous }],
  };
  return JSON.stringify(message);
}
