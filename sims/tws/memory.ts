import type { Timers } from "../../lib/ports/timers.ts";
import type { ClientEnd, ClientHandlers, Peer, ServerHandlers } from "./peer.ts";

/**
 * A connection without sockets: both directions are timers of no length, so that under virtual time
 * the same run gives the same bytes, and nobody is called within their own call. Bytes arrive in
 * the chunks in which they were written.
 */
export function connectInMemory(
  timers: Timers,
  client: ClientHandlers,
  server: ServerHandlers | null,
): ClientEnd {
  let state: "connecting" | "open" | "closed" = "connecting";
  let bytesLeft = Infinity;
  const soon = (work: () => void): void => void timers.setTimer(0, work);
  const end = (how: "closed" | "lost"): void => {
    if (state === "closed") return;
    state = "closed";
    server?.closed();
    soon(() => client.closed(how));
  };
  const peer: Peer = {
    write: (bytes) => {
      if (state === "closed") return;
      const through = bytes.slice(0, Math.max(0, Math.min(bytes.length, bytesLeft)));
      bytesLeft -= bytes.length;
      if (through.length > 0) soon(() => client.data(through));
      if (bytesLeft <= 0) end("lost");
    },
    close: () => end("closed"),
    cut: () => end("lost"),
    cutAfter: (bytes) => void (bytesLeft = bytes),
  };
  soon(() => {
    if (state === "closed") return;
    if (server === null) {
      state = "closed";
      return client.closed("refused");
    }
    state = "open";
    client.opened();
    server.opened(peer);
  });
  return {
    send: (bytes) => {
      if (state !== "open") return;
      const sent = bytes.slice();
      soon(() => {
        if (state === "open") server?.data(sent);
      });
    },
    close: () => end("closed"),
  };
}
