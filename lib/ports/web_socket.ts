import type { Result } from "../base/result.ts";

/** How a connection ended. Abnormal ends (code 1006, 0, 1001 from a missed ping) are ordinary. */
export interface SocketClosing {
  /** Close code as received; 1006 when the connection broke or never opened. */
  readonly code: number;
  /** Words of the other side, may be empty; untrusted text. */
  readonly reason: string;
}

/**
 * What a connection tells. No call comes before `connect` has returned; `closed` comes at most once
 * and is the last one; nothing comes after our own `close`.
 */
export interface SocketEvents {
  opened(): void;
  text(message: string): void;
  /** A binary message of `byteCount` bytes; its content is not delivered. */
  binary(byteCount: number): void;
  closed(closing: SocketClosing): void;
}

/** One WebSocket connection, opening or open. */
export interface Socket {
  /** Hands over a text message. Fails with "notOpen" before the opening and after the end. */
  send(message: string): Result<null, "notOpen">;
  /** Bytes handed over and not yet written to the network. */
  bufferedBytes(): number;
  /** Ends the connection for good; idempotent. No event comes afterwards. */
  close(code: number, reason: string): void;
}

/** Opens WebSocket connections; the real ones are in `lib/host`, tests have theirs in memory. */
export interface Sockets {
  /** Starts to connect. Fails with "badUrl" for what is no ws: or wss: URL or not permitted. */
  connect(url: string, events: SocketEvents): Result<Socket, "badUrl">;
}
