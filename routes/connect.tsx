import { type Context, page } from "fresh";
import { Head } from "fresh/runtime";
import { define, type State } from "@/define.ts";
import { nextPath } from "@/lib/auth/login/next_path.ts";
import { connectionsOf } from "@/lib/desk/connections.ts";
import { connectView } from "@/lib/portfolio/connect/view.ts";
import { pageHealth, pageTitle } from "@/lib/portfolio/overview/feed_bar.ts";
import { preferenceCookie, readPreferences } from "@/lib/portfolio/overview/preferences.ts";
import { shellData } from "@/lib/portfolio/overview/shell_data.ts";
import Connection from "@/islands/Connection.tsx";
import { ConnectFrame } from "@/components/connect/ConnectFrame.tsx";
import { Shell } from "@/components/shell/Shell.tsx";

const RELOAD_S = 10;

/** The frame's part of the page; null while there is no book. */
function frameOf({ state, url, req }: Context<State>) {
  const preferences = readPreferences(url.searchParams, req.headers.get("cookie"));
  if (url.searchParams.has("accounts")) {
    state.cookies.push(preferenceCookie("accounts", preferences.accounts.join(",")));
  }
  const { desk } = state;
  const shell = desk === null ? null : shellData(desk, preferences);
  const title = desk === null
    ? null
    : pageTitle(desk.mode, "Connect", pageHealth(desk.feeds(), "open"));
  return { theme: preferences.theme, shell, title };
}

/** `GET /connect`: how the brokers are reached, step by step; right without a script. */
export const handler = define.handlers({
  GET: (ctx) => {
    const { connections, desk, gate } = ctx.state;
    const data = {
      ...frameOf(ctx),
      state: connectionsOf(connections ?? null, desk),
      next: nextPath(ctx.url.searchParams.get("next")),
      isGuarded: (gate ?? null) !== null,
    };
    return page(data, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const { state, shell, isGuarded } = data;
  const view = connectView(state);
  const body = <Connection state={state} next={data.next} />;
  return (
    <>
      <Head>
        <title>{data.title ?? view.title}</title>
        {view.brokers.length > 0 && (
          <noscript>
            <meta http-equiv="refresh" content={String(RELOAD_S)} />
          </noscript>
        )}
      </Head>
      {shell === null
        ? (
          <ConnectFrame
            mode={state.mode}
            theme={data.theme}
            isGuarded={isGuarded}
            failing={view.failing}
            bar={view.bar}
          >
            {body}
          </ConnectFrame>
        )
        : (
          <Shell data={shell} page="connect" isGuarded={isGuarded} failing={view.failing}>
            {body}
          </Shell>
        )}
    </>
  );
});
