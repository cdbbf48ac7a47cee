import { page } from "fresh";
import { Head } from "fresh/runtime";
import { define } from "@/define.ts";
import { nextPath } from "@/lib/auth/login/next_path.ts";
import { connectionsOf } from "@/lib/desk/connections.ts";
import { connectView } from "@/lib/portfolio/connect/view.ts";
import { readPreferences } from "@/lib/portfolio/overview/preferences.ts";
import Connection from "@/islands/Connection.tsx";
import { ConnectFrame } from "@/components/connect/ConnectFrame.tsx";

const RELOAD_S = 10;

/** `GET /connect`: how the brokers are reached, step by step; right without a script. */
export const handler = define.handlers({
  GET: (ctx) => {
    const { connections, desk, gate } = ctx.state;
    const state = connectionsOf(connections, desk);
    const { theme } = readPreferences(ctx.url.searchParams, ctx.req.headers.get("cookie"));
    const data = {
      state,
      theme,
      mode: state.mode,
      next: nextPath(ctx.url.searchParams.get("next")),
      isGuarded: (gate ?? null) !== null,
    };
    return page(data, { headers: { "cache-control": "no-store" } });
  },
});

export default define.page<typeof handler>(({ data }) => {
  const view = connectView(data.state);
  const bar = view.brokers.length === 0
    ? "No broker"
    : view.brokers.map(({ label, badge }) => `${label}: ${badge.text}`).join(", ");
  return (
    <>
      <Head>
        <title>{`${view.title} · Deltadesk`}</title>
        {view.brokers.length > 0 && (
          <noscript>
            <meta http-equiv="refresh" content={String(RELOAD_S)} />
          </noscript>
        )}
      </Head>
      <ConnectFrame
        mode={data.mode}
        theme={data.theme}
        isGuarded={data.isGuarded}
        failing={view.failing}
        bar={bar}
      >
        <Connection state={data.state} next={data.next} />
      </ConnectFrame>
    </>
  );
});
