import { define } from "@/define.ts";
import { NO_SUCH_ADDRESS } from "@/lib/desk/no_such_address.ts";

/** `GET /api/debug`: diagnostics without secrets; does not exist unless asked for at start. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null || !desk.servesDebug) return ctx.json(NO_SUCH_ADDRESS, { status: 404 });
    return ctx.json(desk.debug());
  },
});
