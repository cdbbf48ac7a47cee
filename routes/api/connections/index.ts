import { define } from "@/define.ts";
import { connectionsOf } from "@/lib/desk/connections.ts";

/** `GET /api/connections`: every step of every broker's connection; see docs/api.md. */
export const handler = define.handlers({
  GET: (ctx) =>
    ctx.json(connectionsOf(ctx.state.connections, ctx.state.desk), {
      headers: { "cache-control": "no-store" },
    }),
});
