import type { FaceAccount } from "../accounts_face.ts";
import { isoTime, money } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";

const CRYPTO_QUANTITY = 0.25;
/** The coin is worth so many times the fund that the world knows: it moves with its market. */
export const COIN_PER_FUND = 180;
/** The fund that the coin follows. */
export const COIN_FUND = "QQQ";
const BOND_VALUE = 10_000;

/** Symbol of the coin on the feed; its exchange is part of it. */
export const CRYPTO_STREAMER_SYMBOL = "BTC/USD:CXTALP";

/** Price of the coin that stands for what the world does not know. */
export function coinPrice(market: MarketFace): number {
  const fund = market.ofApi(COIN_FUND);
  const mark = fund === undefined ? NaN : market.mark(fund);
  return Math.round(mark * COIN_PER_FUND * 100) / 100;
}

/** GET /instruments/cryptocurrencies: the one coin. */
export function cryptoResource(): Record<string, unknown> {
  return {
    id: 1,
    symbol: "BTC/USD",
    "instrument-type": "Cryptocurrency",
    "short-description": "Bitcoin",
    description: "Bitcoin to USD",
    "is-closing-only": true,
    active: true,
    "tick-size": "0.01",
    "streamer-symbol": CRYPTO_STREAMER_SYMBOL,
    "destination-venue-symbols": [],
  };
}

/** A coin and a bond: kinds that the desk must show, or say that it cannot. */
export function otherPositions(
  account: FaceAccount,
  market: MarketFace,
): Record<string, unknown>[] {
  const at = isoTime(market.now());
  const shared = {
    "account-number": account.number,
    "quantity-direction": "Long",
    multiplier: 1,
    "cost-effect": "Credit",
    "is-suppressed": false,
    "is-frozen": false,
    "restricted-quantity": 0,
    "realized-day-gain": "0.0",
    "realized-day-gain-effect": "None",
    "realized-today": "0.0",
    "realized-today-effect": "None",
    "created-at": at,
    "updated-at": at,
  };
  const price = money(coinPrice(market));
  return [
    {
      ...shared,
      symbol: "BTC/USD",
      "instrument-type": "Cryptocurrency",
      "underlying-symbol": "BTC/USD",
      "streamer-symbol": CRYPTO_STREAMER_SYMBOL,
      // Fractions come as strings.
      quantity: String(CRYPTO_QUANTITY),
      "close-price": price,
      "average-open-price": price,
    },
    {
      ...shared,
      symbol: "912797KX4",
      "instrument-type": "Bond",
      "underlying-symbol": "912797KX4",
      quantity: BOND_VALUE / 1000,
      multiplier: 10,
      "close-price": "100.0",
      "average-open-price": "98.7",
    },
  ];
}

/** Balances with the coin and the bond in them. */
export function otherBalances(
  balance: Record<string, unknown>,
  market: MarketFace,
): Record<string, unknown> {
  const crypto = CRYPTO_QUANTITY * coinPrice(market);
  return {
    ...balance,
    "long-cryptocurrency-value": money(crypto),
    "long-bond-value": money(BOND_VALUE),
    "net-liquidating-value": money(
      Number(balance["net-liquidating-value"]) + crypto + BOND_VALUE,
    ),
  };
}
