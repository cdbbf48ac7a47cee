import { define } from "@/define.ts";
import { chooseAccounts } from "@/lib/domain/account_choice.ts";
import { unknownAccounts } from "@/lib/desk/unknown_accounts.ts";
import { metricUnit, TODAY_METRICS } from "@/lib/portfolio/overview/metrics.ts";

/** `GET /api/trail?metric=profit&accounts=A,B`: a metric since the start; see docs/api.md. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    const asked = ctx.url.searchParams.get("metric") ?? "profit";
    const metric = TODAY_METRICS.find((name) => name === asked);
    if (metric === undefined) {
      const fix = `use one of ${TODAY_METRICS.join(", ")}`;
      return ctx.json({ error: "no such metric", fix }, { status: 400 });
    }
    const accounts = desk.accounts();
    const choice = chooseAccounts(accounts, ctx.url.searchParams.getAll("accounts"));
    if (choice.unknown.length > 0) {
      return ctx.json(unknownAccounts(accounts, choice.unknown), { status: 400 });
    }
    const points = desk.trail(metric, choice.indices);
    const value = Array.from(points.value, (v) => Number.isNaN(v) ? null : v);
    const unit = metricUnit(metric, desk.baseCurrency);
    return ctx.json({ metric, unit, at: Array.from(points.at), value });
  },
});
