import { CLOSE } from "../protocol/limits.ts";
import type { ClientSocketEvents } from "./client_socket.ts";

/**
 * Events of a connection that tell a refused upgrade from a broken line. A browser hides the status
 * of an upgrade: it reports 1006 whether the desk said 401 or was not there. So when a connection
 * ends before anything came over it, `isSignedOut` asks the desk, and a yes is reported as if the
 * socket had been closed with 4401. `isSignedOut` must settle within the client's `connectMs`.
 * Source: docs/stream.md, "Signed out"; reliability.md R28.
 */
export function askWhyRefused(
  events: ClientSocketEvents,
  isSignedOut: () => Promise<boolean>,
): ClientSocketEvents {
  let hasHeard = false;
  return {
    message: (data) => {
      hasHeard = true;
      events.message(data);
    },
    closed: (code) => {
      if (hasHeard || code === CLOSE.unauthorized) return events.closed(code);
      void isSignedOut().then((isOut) => events.closed(isOut ? CLOSE.unauthorized : code));
    },
  };
}
