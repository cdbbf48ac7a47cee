import { define } from "@/define.ts";
import { NO_SUCH_ADDRESS } from "@/lib/desk/no_such_address.ts";

/** Every other address below `/api`: 404 as JSON, since no reader of JSON wants a page. */
export const handler = define.handlers({
  GET: (ctx) => ctx.json(NO_SUCH_ADDRESS, { status: 404 }),
});
