import { define } from "@/define.ts";

/** `POST /api/calculate_netliq`: recomputes everything; idempotent. See docs/api.md. */
export const handler = define.handlers({
  POST: (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    return ctx.json(desk.recalculate());
  },
});
