import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "@/define.ts";
import { connectionsOf } from "@/lib/desk/connections.ts";
import { failingCount } from "@/lib/portfolio/connect/sentence.ts";
import { readHistoryLine } from "@/lib/desk/history_line.ts";
import { chooseAccounts } from "@/lib/domain/account_choice.ts";
import type { DeskServices } from "@/lib/desk/services.ts";
import { overviewData, type PageLine } from "@/lib/portfolio/overview/data.ts";
import { PIXELS_DEFAULT } from "@/lib/portfolio/overview/history_request.ts";
import { preferenceCookie, readPreferences } from "@/lib/portfolio/overview/preferences.ts";
import { OverviewPage } from "@/components/overview/OverviewPage.tsx";
import { Shell } from "@/components/shell/Shell.tsx";

/** Choices that a plain form makes: the address names them, a cookie keeps them. */
function cookiesOf(query: URLSearchParams, preferences: ReturnType<typeof readPreferences>) {
  const cookies: string[] = [];
  const keep = (name: Parameters<typeof preferenceCookie>[0], value: string) =>
    cookies.push(preferenceCookie(name, value));
  if (query.has("accounts")) keep("accounts", preferences.accounts.join(","));
  for (const name of ["sort", "measure", "metric", "range", "ring"] as const) {
    const value = query.get(name);
    if (value !== null) keep(name, value);
  }
  return cookies;
}

/** The line over several sessions that a page shows at once; today's own needs no reading. */
async function lineOf(
  desk: DeskServices,
  { range, metric, accounts }: ReturnType<typeof readPreferences>,
): Promise<PageLine> {
  if (range === "today") return { line: null, lineProblem: "" };
  const { indices } = chooseAccounts(desk.accounts(), accounts);
  const request = { metric, span: range, pixels: PIXELS_DEFAULT };
  const line = await readHistoryLine(desk, request, indices);
  return line.ok
    ? { line: line.value, lineProblem: "" }
    : { line: null, lineProblem: line.error.message };
}

/** `GET /`: the Overview, right without a script. */
export const handler = define.handlers({
  GET: async (ctx) => {
    const { desk } = ctx.state;
    if (desk === null) throw new HttpError(503, "The desk is starting.");
    const query = ctx.url.searchParams;
    const preferences = readPreferences(query, ctx.req.headers.get("cookie"));
    ctx.state.cookies.push(...cookiesOf(query, preferences));
    const line = await lineOf(desk, preferences);
    const failing = failingCount(connectionsOf(ctx.state.connections ?? null, desk));
    const data = { ...overviewData(desk, preferences, line), failing };
    return page(data, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data, state }) => (
  <>
    <Head>
      <title>{data.title}</title>
    </Head>
    <Shell data={data} page="overview" isGuarded={state.gate !== null} failing={data.failing}>
      <OverviewPage data={data} />
    </Shell>
  </>
));
