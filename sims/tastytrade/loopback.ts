import type { ServerHandlers } from "./memory.ts";
import type { SimRequest } from "./rest/reply.ts";
import type { Outcome } from "./rest/service.ts";
import { socketPlaceOf, type TastytradeSim } from "./sim.ts";
import { type Pair, TcpFront } from "./tcp_front.ts";
import type { Peer } from "./wire.ts";

const SERVER_SENT_CLOSE_MAX_MS = 500;

/** A simulator that listens on 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number;
  /** Base of the REST service, "http://127.0.0.1:PORT". */
  readonly baseUrl: string;
  readonly dxlinkUrl: string;
  readonly streamerUrl: string;
  /** Ends listening, connections and the simulator. */
  close(): Promise<void>;
}

/** Serves every face of a simulator on one port of 127.0.0.1; port 0 takes a free one. */
export function serveLoopback(sim: TastytradeSim, port = 0): LoopbackServer {
  const sockets = new Set<WebSocket>();
  let front: TcpFront | null = null;
  const inner = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request, info) => {
      const pair = front?.of(info.remoteAddr.port);
      if (request.headers.get("upgrade")?.toLowerCase() === "websocket") {
        return upgrade(sim, request, pair, sockets);
      }
      return answer(sim, request, pair);
    },
  );
  front = new TcpFront(port, inner.addr.port);
  const carrier = front;
  const baseUrl = `http://127.0.0.1:${carrier.port}`;
  sim.setOrigin(baseUrl);
  return {
    port: carrier.port,
    baseUrl,
    dxlinkUrl: sim.url("dxlink"),
    streamerUrl: sim.url("streamer"),
    close: async () => {
      sim.close();
      await allClosed(sockets);
      await carrier.close();
      await inner.shutdown();
    },
  };
}

function upgrade(
  sim: TastytradeSim,
  request: Request,
  pair: Pair | undefined,
  sockets: Set<WebSocket>,
): Response {
  const place = socketPlaceOf(new URL(request.url).pathname);
  if (place === null) return new Response("no such face", { status: 404 });
  const server = sim.accept(place);
  if ("refused" in server) return new Response("refused", { status: server.refused });
  // The library's own pings would hide a mute server from the client.
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: 0 });
  sockets.add(socket);
  // A script may cut inside the handshake: it is asked before the answer goes out.
  const peer = peerOf(socket, pair);
  attach(socket, server, peer, () => void sockets.delete(socket));
  return response;
}

function attach(
  socket: WebSocket,
  server: ServerHandlers,
  peer: Peer,
  forget: () => void,
): void {
  let isOpen = false;
  let isClosed = false;
  const ended = (): void => {
    // Deno tells the end of a half-open connection twice.
    if (isClosed) return;
    isClosed = true;
    forget();
    server.closed();
  };
  server.opened({
    ...peer,
    send: (text) => {
      if (isOpen) peer.send(text);
    },
  });
  socket.onopen = () => void (isOpen = true);
  socket.onmessage = (event) => {
    if (typeof event.data === "string") server.message(event.data);
  };
  socket.onclose = ended;
  socket.onerror = ended;
}

function peerOf(socket: WebSocket, pair: Pair | undefined): Peer {
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: (code, reason) => {
      const isLive = socket.readyState === WebSocket.OPEN ||
        socket.readyState === WebSocket.CONNECTING;
      if (isLive) socket.close(code, reason);
    },
    cut: () => pair?.cut(),
    cutAfter: (bytes) => pair?.cutAfter(bytes),
  };
}

async function answer(
  sim: TastytradeSim,
  request: Request,
  pair: Pair | undefined,
): Promise<Response> {
  const outcome = await sim.outcome(await simRequest(request));
  const { status, headers, body } = outcome.reply;
  if (outcome.kind === "cut") cut(outcome, pair);
  return new Response(body === "" ? null : body, { status, headers });
}

function cut(outcome: Extract<Outcome, { kind: "cut" }>, pair: Pair | undefined): void {
  if (outcome.bytes === 0) pair?.cut();
  else pair?.cutAfter(outcome.bytes);
}

async function simRequest(request: Request): Promise<SimRequest> {
  // Cut by hand: the URL class would rewrite "/instruments/futures//ESZ6".
  const [, path, query = ""] = /^https?:\/\/[^/]+(\/[^?]*)(?:\?(.*))?$/.exec(request.url) ?? [];
  return {
    method: request.method,
    path: path ?? "/",
    query,
    headers: Object.fromEntries(request.headers),
    body: await request.text(),
  };
}

/** Waits until the close frames have gone out, so that clients see codes and not a cut. */
async function allClosed(sockets: Set<WebSocket>): Promise<void> {
  const until = performance.now() + SERVER_SENT_CLOSE_MAX_MS;
  while (sockets.size > 0 && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
