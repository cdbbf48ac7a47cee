import type { Hub } from "./hub.ts";
import type { Socket } from "./socket.ts";
import type { ViewerInfo } from "./viewer.ts";

/** A browser-style WebSocket as the hub's socket; a closed one swallows what is sent. */
export function socketOf(webSocket: WebSocket): Socket {
  const isOpen = () => webSocket.readyState === WebSocket.OPEN;
  return {
    send: (data) => {
      if (isOpen()) webSocket.send(data);
    },
    get bufferedAmount() {
      return webSocket.bufferedAmount;
    },
    close: (code, reason) => {
      if (isOpen()) webSocket.close(code, reason);
    },
  };
}

/**
 * Hands an upgraded WebSocket to the hub: it is connected when it opens, or at once when it is
 * open, and leaves when it closes or fails. Over the caps it is closed with 1013.
 */
export function openStream(hub: Hub, webSocket: WebSocket, info: ViewerInfo): void {
  webSocket.binaryType = "arraybuffer";
  const begin = () => {
    const connection = hub.connect(socketOf(webSocket), info);
    if (!connection.ok) return;
    const { receive, closed } = connection.value;
    webSocket.addEventListener("message", (event) => receive(event.data));
    webSocket.addEventListener("close", closed);
    webSocket.addEventListener("error", closed);
  };
  if (webSocket.readyState === WebSocket.OPEN) begin();
  else webSocket.addEventListener("open", begin, { once: true });
}
