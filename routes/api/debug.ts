import { HttpError } from "fresh";
import { define } from "@/define.ts";

/** `GET /api/debug`: diagnostics without secrets; does not exist unless asked for at start. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null || !desk.servesDebug) throw new HttpError(404);
    return ctx.json(desk.debug());
  },
});
