import { HttpError, page } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "@/define.ts";
import { connectionsOf } from "@/lib/desk/connections.ts";
import { failingCount } from "@/lib/portfolio/connect/sentence.ts";
import { chosenAccounts } from "@/lib/portfolio/overview/data.ts";
import { pageHealth, pageTitle } from "@/lib/portfolio/overview/feed_bar.ts";
import { preferenceCookie, readPreferences } from "@/lib/portfolio/overview/preferences.ts";
import { shellData } from "@/lib/portfolio/overview/shell_data.ts";
import { reconcileView } from "@/lib/portfolio/reconciliation/page_view.ts";
import { ReconcileBody } from "@/components/reconcile/ReconcileBody.tsx";
import { Shell } from "@/components/shell/Shell.tsx";
import Reconciliation from "@/islands/Reconciliation.tsx";

/** `GET /reconcile`: broker and desk side by side, right without a script. */
export const handler = define.handlers({
  GET: async (ctx) => {
    const { desk } = ctx.state;
    if (desk === null) throw new HttpError(503, "The desk is starting.");
    const query = ctx.url.searchParams;
    const preferences = readPreferences(query, ctx.req.headers.get("cookie"));
    if (query.has("accounts")) {
      ctx.state.cookies.push(preferenceCookie("accounts", preferences.accounts.join(",")));
    }
    const { indices } = chosenAccounts(desk.view(), preferences.accounts);
    const answer = await desk.reconciliation(indices);
    const data = {
      title: pageTitle(desk.mode, "Reconcile", pageHealth(desk.feeds(), "open")),
      shell: shellData(desk, preferences),
      failing: failingCount(connectionsOf(ctx.state.connections ?? null, desk)),
      view: reconcileView(answer),
      broker: answer.broker,
      currency: answer.baseCurrency,
    };
    return page(data, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data, state }) => (
  <>
    <Head>
      <title>{data.title}</title>
    </Head>
    <Shell
      data={data.shell}
      page="reconcile"
      isGuarded={state.gate !== null}
      failing={data.failing}
    >
      <Reconciliation>
        <ReconcileBody view={data.view} broker={data.broker} currency={data.currency} />
      </Reconciliation>
    </Shell>
  </>
));
