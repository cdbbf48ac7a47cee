import { define } from "@/define.ts";
import { chooseAccounts } from "@/lib/domain/account_choice.ts";
import { isTrailMetric, TRAIL_METRICS } from "@/lib/desk/recorder.ts";

/** `GET /api/trail?metric=dayPnl&accounts=A,B`: a metric since the start; see docs/api.md. */
export const handler = define.handlers({
  GET: (ctx) => {
    const desk = ctx.state.desk;
    if (desk === null) return ctx.json({ error: "the desk is not started" }, { status: 503 });
    const metric = ctx.url.searchParams.get("metric") ?? "dayPnl";
    if (!isTrailMetric(metric)) {
      const fix = `use one of ${TRAIL_METRICS.join(", ")}`;
      return ctx.json({ error: "no such metric", fix }, { status: 400 });
    }
    const choice = chooseAccounts(desk.accounts(), ctx.url.searchParams.getAll("accounts"));
    if (choice.unknown.length > 0) {
      return ctx.json({ error: `no such account: ${choice.unknown.join(", ")}` }, { status: 400 });
    }
    const points = desk.trail(metric, choice.indices);
    const value = points.value.map((v) => Number.isNaN(v) ? null : v);
    return ctx.json({ metric, unit: desk.baseCurrency, at: points.at, value });
  },
});
