import { define } from "@/define.ts";

/** `GET /readyz`: 200 when every part works, else 503 with the causes. */
export const handler = define.handlers({
  GET: (ctx) => {
    const causes = ctx.state.desk?.readiness() ??
      [{ code: "starting", message: "the desk is not started" }];
    return ctx.json({ ready: causes.length === 0, causes }, {
      status: causes.length === 0 ? 200 : 503,
    });
  },
});
