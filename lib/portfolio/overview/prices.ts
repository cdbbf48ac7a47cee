import type { BookScope } from "./scope.ts";
import { type FigureState } from "./figure.ts";
import { priceState, underlyingValue } from "./trust.ts";

/** The reference index's share: what the delta is also said in. */
export const REFERENCE_SYMBOL = "SPY";

/** Price of the reference share in the base currency, NaN when it is absent. */
export interface ReferencePrice {
  readonly price: number;
  readonly state: FigureState;
}

/** Finds the reference share's price in the base currency. */
export function referencePrice(scope: BookScope): ReferencePrice {
  const { view } = scope;
  for (let u = 0; u < view.underlyingCount; u++) {
    if (view.underlying(u).symbol !== REFERENCE_SYMBOL) continue;
    const price = underlyingValue(view, u, "price") * underlyingValue(view, u, "fxRate");
    return { price, state: priceState(view, u) };
  }
  return { price: NaN, state: "absent" };
}
