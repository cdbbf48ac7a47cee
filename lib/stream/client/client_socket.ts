/** What a stream client needs of a connection. */
export interface ClientSocket {
  send(text: string): void;
  close(): void;
}

/** What a connection reports; nothing after `closed`. */
export interface ClientSocketEvents {
  /** A message: text, or the bytes of a frame. */
  message(data: unknown): void;
  /** The end, with the close code; 1006 when there was none. */
  closed(code: number): void;
}

/** A browser's WebSocket, just made, as the client's connection. */
export function attachWebSocket(webSocket: WebSocket, events: ClientSocketEvents): ClientSocket {
  webSocket.binaryType = "arraybuffer";
  webSocket.addEventListener("message", (event) => events.message(event.data));
  webSocket.addEventListener("close", (event) => events.closed(event.code));
  return {
    send: (text) => {
      if (webSocket.readyState === WebSocket.OPEN) webSocket.send(text);
    },
    close: () => webSocket.close(),
  };
}
