import type { Timers } from "../../lib/ports/timers.ts";
import type { Peer } from "./wire.ts";

/** What a client hears of its in-memory connection. */
export interface ClientHandlers {
  opened(): void;
  message(text: string): void;
  /** Called once; code 1006 and not clean for a lost or refused connection. */
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** A client's end of an in-memory connection. */
export interface ClientEnd {
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

/** What the server's side does with a connection. */
export interface ServerHandlers {
  opened(peer: Peer): void;
  message(text: string): void;
  closed(): void;
}

const ABNORMAL = 1006;

/**
 * A connection without sockets: both directions are timers of no length, so that under virtual time
 * the same run gives the same order, and nobody is called within their own call.
 */
export function connectInMemory(
  timers: Timers,
  client: ClientHandlers,
  server: ServerHandlers | null,
): ClientEnd {
  let state: "connecting" | "open" | "closed" = "connecting";
  let bytesLeft = Infinity;
  const soon = (work: () => void): void => void timers.setTimer(0, work);
  const end = (code: number, reason: string, wasClean: boolean): void => {
    if (state === "closed") return;
    state = "closed";
    server?.closed();
    soon(() => client.closed(code, reason, wasClean));
  };
  const peer: Peer = {
    send: (text) => {
      if (state === "closed") return;
      bytesLeft -= new TextEncoder().encode(text).length;
      // A frame that is cut inside never reaches the client.
      if (bytesLeft < 0) return end(ABNORMAL, "", false);
      soon(() => client.message(text));
    },
    close: (code, reason) => end(code, reason, true),
    cut: () => end(ABNORMAL, "", false),
    cutAfter: (bytes) => void (bytesLeft = bytes),
  };
  soon(() => {
    if (state === "closed") return;
    if (server === null) {
      state = "closed";
      return client.closed(ABNORMAL, "", false);
    }
    state = "open";
    client.opened();
    server.opened(peer);
  });
  return {
    send: (text) => {
      if (state === "open") {
        soon(() => {
          if (state === "open") server?.message(text);
        });
      }
    },
    close: (code = 1000, reason = "") => end(code, reason, true),
  };
}
