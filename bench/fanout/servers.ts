import type { Socket } from "../../lib/stream/hub/socket.ts";
import { socketOf } from "../../lib/stream/hub/web_socket.ts";
import type { WsModule } from "../peers.ts";

/** What a server does with its connections. */
export interface Serving {
  opened(socket: Socket): { receive(data: unknown): void; closed(): void };
}

/** A listening server. */
export interface Listening {
  readonly url: string;
  close(): Promise<void>;
}

/** One way to serve WebSockets. */
export type ServerKind = (serving: Serving) => Promise<Listening>;

/** The way of the desk. */
export const serveByDeno: ServerKind = (serving) => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => {
      const { receive, closed } = serving.opened(socketOf(socket));
      socket.addEventListener("message", (event) => receive(event.data));
      socket.addEventListener("close", closed);
      socket.addEventListener("error", closed);
    });
    return response;
  });
  return Promise.resolve({
    url: `ws://127.0.0.1:${server.addr.port}/`,
    close: () => server.shutdown(),
  });
};

/** The same by npm's `ws`. */
export function serveByWs(module: WsModule): ServerKind {
  return async (serving) => {
    const server = new module.WebSocketServer({ host: "127.0.0.1", port: 0 });
    server.on("connection", (socket) => {
      const { receive, closed } = serving.opened({
        send: (data) => socket.send(data),
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
        close: (code, reason) => socket.close(code, reason),
      });
      socket.on("message", (data, isBinary) => receive(isBinary ? data : String(data)));
      socket.on("close", closed);
      socket.on("error", closed);
    });
    await new Promise<void>((resolve) => server.on("listening", resolve));
    return {
      url: `ws://127.0.0.1:${server.address().port}/`,
      close: () => new Promise<void>((resolve) => server.close(resolve)),
    };
  };
}
