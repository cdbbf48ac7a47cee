import { define } from "@/define.ts";

/** `GET /healthz`: the event loop answers. */
export const handler = define.handlers({
  GET: (ctx) => ctx.text("ok\n"),
});
