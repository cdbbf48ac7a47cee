import { define } from "@/define.ts";

/** `GET /metrics`: Prometheus text exposition. */
export const handler = define.handlers({
  GET: (ctx) => {
    if (ctx.state.desk === null) return ctx.text("the desk is not started\n", { status: 503 });
    return new Response(ctx.state.desk.metrics(), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  },
});
