/** Why the hub ended a connection. */
export type DropCause =
  | "slow"
  | "stalled"
  | "tooLarge"
  | "badMessage"
  | "tooManyMessages"
  | "version"
  | "timeout"
  | "unauthorized"
  | "restart";

/** Counts of the hub since its start; sizes in bytes, times in ms. */
export interface HubMetrics {
  clients: number;
  /** Sockets that were closed here and whose peer has not answered yet; they keep their place. */
  closing: number;
  /** Clients whose diffs are stopped until they drain. */
  paused: number;
  connects: number;
  refused: number;
  resumes: number;
  snapshots: number;
  framesEncoded: number;
  framesSent: number;
  eventsSent: number;
  bytesSent: number;
  flushes: number;
  flushLastMs: number;
  flushMaxMs: number;
  /** Connections that the hub closed, by cause. */
  readonly dropped: Record<DropCause, number>;
}

/** Counts at zero. */
export function emptyMetrics(): HubMetrics {
  return {
    clients: 0,
    closing: 0,
    paused: 0,
    connects: 0,
    refused: 0,
    resumes: 0,
    snapshots: 0,
    framesEncoded: 0,
    framesSent: 0,
    eventsSent: 0,
    bytesSent: 0,
    flushes: 0,
    flushLastMs: 0,
    flushMaxMs: 0,
    dropped: {
      slow: 0,
      stalled: 0,
      tooLarge: 0,
      badMessage: 0,
      tooManyMessages: 0,
      version: 0,
      timeout: 0,
      unauthorized: 0,
      restart: 0,
    },
  };
}
