/** Version of the stream protocol; a client of another version reloads. */
export const PROTOCOL_VERSION = 1;

/** Bounds of the stream, all stated in docs/stream.md. Sizes in bytes, times in ms. */
export const STREAM_LIMITS = {
  /** Largest inbound message; a longer one closes the socket. */
  inboundBytes: 64 * 1024,
  /** Deepest nesting of an inbound message. */
  inboundDepth: 8,
  /** Most underlying ids of one row subscription. */
  subscribedUnderlyings: 2_000,
  /** Most position rows that travel to one client. */
  subscribedRows: 2_000,
  /** Largest message of a snapshot. */
  chunkBytes: 256 * 1024,
  /** Largest diff; a larger one becomes a snapshot in chunks. */
  diffBytes: 512 * 1024,
  /** Unsent bytes above which a client's diffs stop until it has drained. */
  pauseBytes: 256 * 1024,
  /** Unsent bytes above which a client is closed. */
  closeBytes: 1024 * 1024,
  /** How long diffs may stay stopped before the client is closed. */
  stallMs: 10_000,
  /** Cadence of flushes. */
  flushMs: 50,
  /** Longest silence of the server on an open stream. */
  heartbeatMs: 1_000,
  /** Slowest rate that a client may ask for. */
  intervalMaxMs: 60_000,
  /** How long the server waits for the client's hello. */
  helloMs: 10_000,
  /** Unsent bytes at which a client whose diffs stopped counts as drained. */
  drainedBytes: 64 * 1024,
  /** Shortest time between two snapshots of one client. */
  snapshotMs: 1_000,
  /** Inbound messages: at once, and per second on average. */
  messages: { burst: 60, perSecond: 20 },
  /** Flushes that a resume may be behind, events that it can bring back, and their text. */
  resumeFlushes: 16_384,
  resumeEvents: 1_024,
  resumeEventBytes: 256 * 1024,
} as const;

/** Close codes of the stream; 1000, 1001 and 1006 keep their meaning of RFC 6455. */
export const CLOSE = {
  /** The server restarts or ends: come back after a short random wait. */
  restart: 1012,
  /** Too slow, too many sockets or too many connects: come back with back-off. */
  tryLater: 1013,
  /** An inbound message was too large. */
  tooLarge: 1009,
  /** An inbound message was malformed or refused. */
  badMessage: 4400,
  /** The session ended: sign in again. */
  unauthorized: 4401,
  /** No hello in time. */
  timeout: 4408,
  /** Protocol version not spoken here: reload. */
  version: 4426,
  /** Too many messages. */
  tooManyMessages: 4429,
} as const;
