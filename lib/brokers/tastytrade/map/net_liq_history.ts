import type { UnixMs } from "../../../base/brand.ts";
import { type Drift, Fields } from "./fields.ts";

/**
 * Net liq of an account over a stretch of time, in dollars, deposits and withdrawals included.
 * `open` to `close` are without pending cash, `totalClose` with it. Null: not sent.
 */
export interface NetLiqPoint {
  readonly at: UnixMs;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number;
  readonly pendingCashClose: number | null;
  readonly totalClose: number | null;
}

/** Reads the items of a net-liq history in the order of their times; without time or close none. */
export function readNetLiqHistory(items: unknown, drift: Drift): NetLiqPoint[] {
  const points = Fields.listOf(items, "netLiq", drift).flatMap((fields) => {
    const at = fields.instant("time", "expected");
    const close = fields.decimal("close", "expected");
    if (at === null || close === null) return [];
    return [{
      at,
      open: fields.decimal("open"),
      high: fields.decimal("high"),
      low: fields.decimal("low"),
      close,
      pendingCashClose: fields.decimal("pending-cash-close"),
      totalClose: fields.decimal("total-close"),
    }];
  });
  return points.sort((a, b) => a.at - b.at);
}
