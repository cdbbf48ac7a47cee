import { App, csp, staticFiles } from "fresh";
import { CONTENT_POLICY, setSecurityHeaders } from "@/lib/auth/security_headers.ts";
import { currentDesk } from "@/lib/desk/current.ts";
import type { State } from "./define.ts";

/** The web app of the desk; has no side effects until it is served. */
export const app = new App<State>()
  .use(async (ctx) => {
    const response = await ctx.next();
    if (response.status !== 101) setSecurityHeaders(response.headers);
    return response;
  })
  .use(csp({ useNonce: true, csp: [...CONTENT_POLICY] }))
  .use((ctx) => {
    ctx.state.desk = currentDesk();
    return ctx.next();
  })
  .use(staticFiles())
  .fsRoutes();
