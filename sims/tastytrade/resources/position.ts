import type { FaceAccount, FacePosition } from "../accounts_face.ts";
import { decimal, isoTime, money } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";
import { streamerSymbol } from "../symbols.ts";
import { endsAt, typeName } from "./kinds.ts";

/** How a position is shown. */
export interface PositionView {
  readonly hasMarks: boolean;
  readonly hasStreamerSymbol: boolean;
  /** The streamer sends quantities as strings where REST sends numbers. */
  readonly hasTextQuantity: boolean;
}

/** A position as a resource: unsigned quantity, direction beside it. */
export function positionResource(
  account: FaceAccount,
  position: FacePosition,
  market: MarketFace,
  view: PositionView,
): Record<string, unknown> {
  const { instrument, signedQuantity, averagePrice, changedAt } = position;
  const quantity = Math.abs(signedQuantity);
  const changed = isoTime(changedAt);
  const today = isoTime(market.now()).slice(0, 10);
  const close = market.latest(instrument).prevClose;
  const mark = market.mark(instrument);
  const ends = endsAt(instrument);
  const underlying = market.underlyingOf(instrument);
  const direction = signedQuantity > 0 ? "Long" : signedQuantity < 0 ? "Short" : "Zero";
  return {
    "account-number": account.number,
    symbol: market.apiSymbol(instrument),
    "instrument-type": typeName(instrument),
    "underlying-symbol": underlying.symbol,
    ...(view.hasStreamerSymbol ? { "streamer-symbol": streamerSymbol(instrument) } : {}),
    quantity: view.hasTextQuantity ? String(quantity) : quantity,
    "quantity-direction": direction,
    "close-price": decimal(close > 0 ? close : 0),
    "average-open-price": decimal(averagePrice),
    "average-yearly-market-close-price": decimal(averagePrice),
    "average-daily-market-close-price": decimal(close > 0 ? close : 0),
    ...(view.hasMarks
      ? {
        mark: money(mark * quantity * instrument.multiplier),
        "mark-price": decimal(mark),
      }
      : {}),
    multiplier: instrument.multiplier,
    // The effect of closing it: what is long brings money.
    "cost-effect": signedQuantity > 0 ? "Credit" : signedQuantity < 0 ? "Debit" : "None",
    "is-suppressed": false,
    "is-frozen": false,
    "restricted-quantity": view.hasTextQuantity ? "0" : 0,
    ...(ends === null ? {} : { "expires-at": isoTime(ends) }),
    "realized-day-gain": "0.0",
    "realized-day-gain-effect": "None",
    "realized-day-gain-date": today,
    "realized-today": "0.0",
    "realized-today-effect": "None",
    "realized-today-date": today,
    "created-at": changed,
    "updated-at": changed,
  };
}
