import type { BookView } from "../domain/book_view.ts";
import { ACCOUNT_AT, ACCOUNT_F64, LEAF, LEAF_STRIDE } from "../domain/measures.ts";

/**
 * Both sides of the day's P&L, base currency: what positions, fills and cash made, and what net liq
 * moved by without deposits and withdrawals. NaN where a part is unknown.
 */
export interface PnlIdentity {
  /** Σ over rows and cash. */
  readonly profit: number;
  /** Net liq now − net liq at the previous official close. */
  readonly netLiqChange: number;
  readonly externalFlows: number;
  /** profit − (netLiqChange − externalFlows); 0 up to rounding and the broker's own timing. */
  readonly difference: number;
}

/**
 * The identity of formulas §6 over account indices: DayPnL = NLV now − NLV at the previous close −
 * net external flows. Unknown as soon as one leg or account leaves a part out: a difference that
 * only says what is missing would be taken for an error.
 */
export function pnlIdentity(view: BookView, accounts: readonly number[]): PnlIdentity {
  let [profit, netLiqChange, externalFlows] = [0, 0, 0];
  for (const a of accounts) {
    const at = a * ACCOUNT_F64.length;
    const { accountF64 } = view;
    profit += accountF64[at + ACCOUNT_AT.cashPnl];
    netLiqChange += accountF64[at + ACCOUNT_AT.netLiquidation] -
      accountF64[at + ACCOUNT_AT.previousNetLiquidation];
    externalFlows += accountF64[at + ACCOUNT_AT.externalFlows];
    for (let u = 0; u < view.underlyingCount; u++) {
      const cell = (u * view.accountCount + a) * LEAF_STRIDE;
      const isWhole = view.cellF64[cell + LEAF.withoutDayPnl] === 0;
      profit += isWhole ? view.cellF64[cell + LEAF.dayPnl] : NaN;
    }
  }
  return {
    profit,
    netLiqChange,
    externalFlows,
    difference: profit - (netLiqChange - externalFlows),
  };
}
