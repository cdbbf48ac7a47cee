import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "@/define.ts";
import { overviewData } from "@/lib/portfolio/overview/data.ts";
import { preferenceCookie, readPreferences } from "@/lib/portfolio/overview/preferences.ts";
import { OverviewPage } from "@/components/overview/OverviewPage.tsx";
import { Shell } from "@/components/shell/Shell.tsx";

/** Choices that a plain form makes: the address names them, a cookie keeps them. */
function cookiesOf(query: URLSearchParams, preferences: ReturnType<typeof readPreferences>) {
  const cookies: string[] = [];
  const keep = (name: Parameters<typeof preferenceCookie>[0], value: string) =>
    cookies.push(preferenceCookie(name, value));
  if (query.has("accounts")) keep("accounts", preferences.accounts.join(","));
  for (const name of ["sort", "measure", "metric", "ring"] as const) {
    const value = query.get(name);
    if (value !== null) keep(name, value);
  }
  return cookies;
}

/** `GET /`: the Overview, right without a script. */
export const handler = define.handlers({
  GET: (ctx) => {
    const { desk } = ctx.state;
    if (desk === null) throw new HttpError(503, "The desk is starting.");
    const query = ctx.url.searchParams;
    const preferences = readPreferences(query, ctx.req.headers.get("cookie"));
    ctx.state.cookies.push(...cookiesOf(query, preferences));
    return page(overviewData(desk, preferences), { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{data.title}</title>
    </Head>
    <Shell data={data}>
      <OverviewPage data={data} />
    </Shell>
  </>
));
