import { HttpError } from "fresh";
import { define } from "@/define.ts";
import { noteMissing } from "@/lib/auth/missing_pages.ts";

/**
 * Notes what is not here for the guard around the app: Fresh draws the page for it outside of all
 * middlewares and, unless that page names its status, answers 200.
 */
export default define.middleware(async (ctx) => {
  try {
    return await ctx.next();
  } catch (error) {
    if (error instanceof HttpError && error.status === 404) noteMissing(ctx.req);
    throw error;
  }
});
