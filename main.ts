import { App, csp, HttpError, staticFiles } from "fresh";
import { plainPath } from "@/lib/auth/allowed_methods.ts";
import { CONTENT_POLICY, setSecurityHeaders } from "@/lib/auth/security_headers.ts";
import { currentGate } from "@/lib/auth/login/current.ts";
import { currentConnections, currentDesk } from "@/lib/desk/current.ts";
import { startingAnswer } from "@/lib/desk/starting_gate.ts";
import type { State } from "./define.ts";

/** The web app of the desk; has no side effects until it is served. */
export const app = new App<State>()
  .use(async (ctx) => {
    const response = await ctx.next().catch((error: unknown) => {
      // Its page names no cause, and what has a page is logged by nobody else.
      if (!(error instanceof HttpError)) console.error(`deltadesk: ${ctx.url.pathname}`, error);
      throw error;
    });
    if (response.status !== 101) setSecurityHeaders(response.headers);
    return response;
  })
  .use(csp({ useNonce: true, csp: [...CONTENT_POLICY] }))
  .use(async (ctx) => {
    ctx.state.desk = currentDesk();
    ctx.state.connections = currentConnections();
    ctx.state.gate = currentGate();
    ctx.state.cookies = [];
    const response = await ctx.next();
    for (const cookie of ctx.state.cookies) response.headers.append("set-cookie", cookie);
    return response;
  })
  .use(staticFiles())
  .use((ctx) => {
    const { desk, connections } = ctx.state;
    if (desk !== null || connections === null) return ctx.next();
    const { pathname, search } = ctx.url;
    const target = pathname + search;
    return startingAnswer(plainPath(pathname), target, () => connections.state()) ?? ctx.next();
  })
  .fsRoutes();
