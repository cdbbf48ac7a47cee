import { define } from "@/define.ts";
import { isWebSocketRequest } from "@/lib/auth/web_socket_request.ts";

const UPGRADE = { upgrade: "websocket", connection: "upgrade", "sec-websocket-version": "13" };

/** `GET /api/stream`: the WebSocket of docs/stream.md. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (!isWebSocketRequest(ctx.req)) {
      const error = "this address speaks WebSocket only";
      return ctx.json({ error }, { status: 426, headers: UPGRADE });
    }
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    const format = ctx.url.searchParams.get("format") === "json" ? "json" : "binary";
    const { socket, response } = ctx.upgrade({ idleTimeout: 30 });
    ctx.state.gate?.bind(ctx.req, socket);
    desk.openStream(socket, format);
    return response;
  },
});
