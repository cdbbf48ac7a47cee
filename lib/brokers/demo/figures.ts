import type { AccountFigures, ToldFigure } from "../../domain/broker_figures.ts";
import type { FxRate } from "../../world/mod.ts";
import type { DemoFigures } from "./wire/messages.ts";

function told(value: number, at: number, source: string): ToldFigure | null {
  return Number.isNaN(value) ? null : { value, at, source };
}

/** What the market's own double entry and marks say of an account, as a broker would. */
export function mapFigures(
  figures: DemoFigures,
  fx: FxRate,
  keyOf: (id: number) => string,
): AccountFigures {
  const { at, balances, positions, marks, closes } = figures;
  const { USD, EUR } = balances.cash;
  return {
    accountId: balances.account,
    currency: "USD",
    netLiquidation: told(balances.netLiq, balances.at, "balances"),
    cash: told(USD + EUR * fx.rate, balances.at, "balances"),
    pendingCash: null,
    positionsValue: told(
      balances.marketValue.USD + balances.marketValue.EUR * fx.rate,
      balances.at,
      "balances",
    ),
    dayPnl: null,
    positions: positions.map((held, index) => ({
      instrumentKey: keyOf(held.instrument),
      name: keyOf(held.instrument),
      signedQuantity: held.signedQuantity,
      multiplier: null,
      mark: told(marks[index], at, "positions with marks"),
      previousClose: told(closes[index], at, "positions with marks"),
    })),
    unreadCount: 0,
  };
}
