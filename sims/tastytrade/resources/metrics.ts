import { Prng } from "../../../lib/world/prng.ts";
import type { Instrument } from "../../../lib/world/mod.ts";
import { decimal, isoTime } from "../decimals.ts";
import type { MarketFace } from "../market_face.ts";

const DAY_MS = 86_400_000;
const RANK_SPAN = 0.6;

/** Market metrics of an underlying; index, rank and expiries are fractions, "-day" are percent. */
export function metricsResource(instrument: Instrument, market: MarketFace) {
  const { symbol } = instrument;
  const listing = market.listingOf(instrument);
  const random = new Prng(1, `metrics ${symbol}`);
  const iv = market.world.atmIv(instrument.underlying, 30 / 365);
  const rank = Math.min(1, Math.max(0, (iv / listing.atmIv - 0.8) / RANK_SPAN));
  const historical = realisedPct(instrument, market);
  const at = isoTime(market.now()).replace("+00:00", "Z");
  const hasOptions = listing.classes.length > 0;
  return {
    symbol,
    ...(hasOptions
      ? {
        "implied-volatility-index": decimal(iv),
        "implied-volatility-index-5-day-change": decimal(random.uniform() * 0.02 - 0.01),
        "implied-volatility-index-rank": decimal(rank),
        "tos-implied-volatility-index-rank": decimal(rank),
        "tw-implied-volatility-index-rank": decimal(rank * 0.9),
        "tos-implied-volatility-index-rank-updated-at": at,
        "implied-volatility-index-rank-source": "tos",
        "implied-volatility-percentile": decimal(Math.min(1, rank * 1.1)),
        "implied-volatility-updated-at": at,
        "implied-volatility-30-day": decimal(iv * 100),
        "iv-hv-30-day-difference": decimal(iv * 100 - historical),
        "option-expiration-implied-volatilities": expiryIvs(instrument, market),
      }
      : {}),
    "liquidity-rating": 5,
    "liquidity-rank": "0.99",
    "liquidity-value": "1234.5",
    beta: decimal(listing.beta),
    "corr-spy-3month": decimal(Math.max(-1, Math.min(1, listing.beta))),
    "market-cap": 0,
    "historical-volatility-30-day": decimal(historical),
    "historical-volatility-60-day": decimal(historical),
    "historical-volatility-90-day": decimal(historical),
    "dividend-rate-per-share": decimal(listing.dividendYield * listing.level),
    "dividend-yield": decimal(listing.dividendYield),
    lendability: "Easy To Borrow",
    "borrow-rate": "0.0",
    "listed-market": instrument.exchange,
    "updated-at": at,
  };
}

function expiryIvs(instrument: Instrument, market: MarketFace): Record<string, string>[] {
  return market.world.chain(instrument.symbol).map((expiry) => ({
    "expiration-date": expiry.expiry,
    "option-chain-type": "Standard",
    "settlement-type": expiry.settlement,
    "implied-volatility": decimal(
      market.world.atmIv(
        instrument.underlying,
        Math.max(1 / 365, (expiry.expiresAt - market.now()) / (365 * DAY_MS)),
      ),
    ),
  }));
}

/** Volatility of the last thirty daily closes, percent a year. */
function realisedPct(instrument: Instrument, market: MarketFace): number {
  const closes = market.world.bars(instrument.id, 31).map((bar) => bar.close);
  const returns = closes.slice(1).map((close, n) => Math.log(close / closes[n]));
  if (returns.length < 2) return 0;
  const mean = returns.reduce((sum, one) => sum + one, 0) / returns.length;
  const variance = returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (returns.length - 1);
  return Math.round(Math.sqrt(variance * 252) * 1e4) / 100;
}
