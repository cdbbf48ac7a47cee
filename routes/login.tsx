import { type Context, page } from "fresh";
import { Head } from "fresh/runtime";
import { define, type State } from "@/define.ts";
import { loginHeadline } from "@/lib/auth/login/headline.ts";
import { nextPath } from "@/lib/auth/login/next_path.ts";
import { pageTitle } from "@/lib/portfolio/overview/feed_bar.ts";
import { LoginPage, type LoginPageProps } from "@/components/shell/LoginPage.tsx";

function addressOf({ info }: Context<State>): string {
  return "hostname" in info.remoteAddr ? info.remoteAddr.hostname : info.remoteAddr.transport;
}

function goTo(location: string): Response {
  return new Response(null, { status: 303, headers: { location } });
}

function drawn(ctx: Context<State>, next: string, problem: string): LoginPageProps {
  const { desk } = ctx.state;
  return {
    mode: desk?.mode ?? "live",
    headline: loginHeadline(desk?.market() ?? null, desk?.sourceNow() ?? NaN),
    host: ctx.url.host,
    next,
    problem,
  };
}

/** `GET /login`: the form; `POST /login`: the code, or `act=sign-out`. Both without a script. */
export const handler = define.handlers({
  GET: (ctx) => {
    const { gate } = ctx.state;
    const next = nextPath(ctx.url.searchParams.get("next"));
    if (gate === null || gate.isSignedIn(ctx.req)) return goTo(next);
    return page(drawn(ctx, next, ""));
  },
  POST: async (ctx) => {
    const { gate } = ctx.state;
    const form = new URLSearchParams(await ctx.req.text());
    const next = nextPath(form.get("next"));
    if (gate === null) return goTo(next);
    if (form.get("act") === "sign-out") {
      ctx.state.cookies.push(gate.signOut(ctx.req));
      return goTo("/login");
    }
    const signIn = gate.signIn(ctx.req, form.get("code") ?? "", addressOf(ctx));
    if (signIn.kind === "signedIn") {
      ctx.state.cookies.push(signIn.cookie);
      return goTo(next);
    }
    const { status, message, retryAfterS } = signIn;
    const headers = retryAfterS === null ? undefined : { "retry-after": String(retryAfterS) };
    return page(drawn(ctx, next, message), { status, headers });
  },
});

export default define.page<typeof handler>(({ data }) => (
  <>
    <Head>
      <title>{pageTitle(data.mode, "Sign in", "fine")}</title>
    </Head>
    <LoginPage {...data} />
  </>
));
