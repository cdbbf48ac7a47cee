import { define } from "@/define.ts";
import { parseTestRequest } from "@/lib/desk/connections.ts";
import { NO_SUCH_ADDRESS } from "@/lib/desk/no_such_address.ts";

const NOTHING = { error: "no broker is connected", fix: "start with --brokers tastytrade" };

/** `POST /api/connections/test`: tests now, within the bound on attempts; see docs/api.md. */
export const handler = define.handlers({
  GET: (ctx) => ctx.json(NO_SUCH_ADDRESS, { status: 404 }),
  POST: async (ctx) => {
    if (ctx.params.act !== "test") return ctx.json(NO_SUCH_ADDRESS, { status: 404 });
    const { connections } = ctx.state;
    if (connections === null) return ctx.json(NOTHING, { status: 409 });
    const request = parseTestRequest(await ctx.req.text());
    if (request === null) {
      const error = 'the body is {}, or names: {"broker": "tastytrade", "step": "signIn"}';
      return ctx.json({ error }, { status: 400 });
    }
    const begun = connections.test(request);
    if (begun.ok) return ctx.json(connections.state(), { status: 202 });
    if (begun.error.code === "unknown") {
      return ctx.json({ error: begun.error.message }, { status: 400 });
    }
    const seconds = Math.max(1, Math.ceil(begun.error.retryAfterMs / 1000));
    const headers = { "retry-after": String(seconds) };
    const error = `tested a moment ago; again in ${seconds} s`;
    return ctx.json({ error, retryAfterS: seconds }, { status: 429, headers });
  },
});
