import { fail, ok } from "../base/result.ts";
import type { Socket, SocketEvents, Sockets } from "../ports/web_socket.ts";

const BROKEN = 1006;

/**
 * The machine's WebSockets. The runtime reports `close` twice on a half-open peer, may throw from
 * `send`, and reports a refused upgrade as an error event: here all of it becomes one `closed`.
 * Source: reliability.md §1 (9, 12).
 */
export const realSockets: Sockets = {
  connect(url, events) {
    if (!/^wss?:\/\//i.test(url) || !URL.canParse(url)) return fail("badUrl");
    try {
      return ok(attach(new WebSocket(url), events));
    } catch (error) {
      // A host or port that the permissions do not name: the address may not be used.
      if (error instanceof Deno.errors.NotCapable) return fail("badUrl");
      throw error;
    }
  },
};

function attach(socket: WebSocket, events: SocketEvents): Socket {
  let isEnded = false;
  const end = (code: number, reason: string): void => {
    if (isEnded) return;
    isEnded = true;
    events.closed({ code, reason });
  };
  socket.binaryType = "arraybuffer";
  socket.onopen = () => {
    if (!isEnded) events.opened();
  };
  socket.onmessage = ({ data }) => {
    if (isEnded) return;
    if (typeof data === "string") events.text(data);
    else events.binary(data instanceof ArrayBuffer ? data.byteLength : 0);
  };
  // An error is always followed by the end, but not always by a close event.
  socket.onerror = (event) => {
    event.preventDefault();
    const isErrorEvent = event instanceof ErrorEvent;
    end(BROKEN, isErrorEvent ? event.message : "");
    if (socket.readyState === WebSocket.OPEN) socket.close();
  };
  socket.onclose = ({ code, reason }) => end(code, reason);
  return {
    send(message) {
      if (isEnded || socket.readyState !== WebSocket.OPEN) return fail("notOpen");
      try {
        socket.send(message);
      } catch (error) {
        // The peer vanished between the check and the call; the end is reported to the caller.
        if (error instanceof DOMException || error instanceof Error) return fail("notOpen");
        throw error;
      }
      return ok(null);
    },
    bufferedBytes: () => socket.bufferedAmount,
    close(code, reason) {
      isEnded = true;
      if (socket.readyState === WebSocket.CLOSED) return;
      socket.close(code, reason);
    },
  };
}
