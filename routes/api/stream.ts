import { HttpError } from "fresh";
import { define } from "@/define.ts";

/** `GET /api/stream`: the WebSocket of docs/stream.md. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (ctx.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpError(426, "This address speaks WebSocket only.");
    }
    if (desk === null) throw new HttpError(503, "The desk is not started.");
    const format = ctx.url.searchParams.get("format") === "json" ? "json" : "binary";
    const { socket, response } = ctx.upgrade({ idleTimeout: 0 });
    desk.openStream(socket, format);
    return response;
  },
});
