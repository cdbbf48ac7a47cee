import type { Prng } from "./prng.ts";
import { LISTINGS, RISK_FREE_RATE, SECTORS } from "./listings.ts";
import { present } from "../base/assert.ts";
import type { Tape } from "./tape.ts";

const SESSIONS_PER_YEAR = 252;
const SESSION_MS = 6.5 * 3_600_000;
const OVERNIGHT_SHARE = 0.35;
const MARKET_VOL = 0.15;
const SECTOR_VOL = 0.1;
const JUMPS_PER_SESSION = 0.4;
const OWN_JUMPS_PER_SESSION = 0.08;
const REST_PULL = 12;
const FX_VOL = 0.075;
const YEAR_MS = 365 * 86_400_000;
const COUNT = LISTINGS.length;

const SPX = present(LISTINGS.find((listing) => listing.kind === "index"), "the index");
const SPX_NO = LISTINGS.indexOf(SPX);
const FUTURE_NO = LISTINGS.findIndex((listing) => listing.kind === "future");
const SECTOR_OF = LISTINGS.map((listing) => SECTORS.indexOf(listing.sector));

/** What is left of a share's volatility after market and sector, annualised. */
function ownVol(underlying: number): number {
  const listing = LISTINGS[underlying];
  if (listing.sector === "none") return 0;
  const total = 0.9 * listing.atmIv;
  const shared = (listing.beta * MARKET_VOL) ** 2 + SECTOR_VOL ** 2;
  return Math.sqrt(Math.max(0.02 ** 2, total * total - shared));
}

/** Relative rise of the volatility level per relative fall of the price. */
function leverageOf(underlying: number): number {
  const listing = LISTINGS[underlying];
  if (listing.sector === "metals" || listing.sector === "bonds") return 0.5;
  return listing.kind === "share" ? 1.8 : 5;
}

const OWN_VOL = LISTINGS.map((_, underlying) => ownVol(underlying));
const LEVERAGE = LISTINGS.map((_, underlying) => leverageOf(underlying));
const VOL_OF_VOL = LISTINGS.map((listing) => listing.sector === "none" ? 0.6 : 0.5);

/**
 * The fair levels that prices are quoted around: a market factor, sector factors, own moves, jumps;
 * a volatility level per underlying that rises when it falls; and EURUSD.
 */
export class Market {
  /** Log of the fair level, by underlying; moves also while its quotes are shut. */
  readonly fairLog = new Float64Array(COUNT);
  /** 30-day volatility level, by underlying. */
  readonly volLevel = new Float64Array(COUNT);
  /** EUR in USD, unrounded. */
  eurUsd = 1.0902;
  /** Expiry of the current future, Unix ms. */
  futureExpiresAt = Infinity;
  readonly #random: Prng;
  readonly #sectorMove = new Float64Array(SECTORS.length);

  constructor(random: Prng) {
    this.#random = random;
    for (let u = 0; u < COUNT; u++) {
      this.fairLog[u] = Math.log(LISTINGS[u].level);
      this.volLevel[u] = LISTINGS[u].atmIv * Math.exp(0.05 * random.gaussian());
    }
    this.volLevel[FUTURE_NO] = this.volLevel[SPX_NO];
    this.volLevel[0] = this.volLevel[SPX_NO];
  }

  /** Moves everything over `ms` of trading that ends at `at`. */
  step(ms: number, at: number): void {
    const sessions = ms / SESSION_MS;
    this.#move((1 - OVERNIGHT_SHARE) * sessions, JUMPS_PER_SESSION * sessions, at);
  }

  /** The gap between two sessions `nights` apart. */
  gap(nights: number, at: number): void {
    this.#move(OVERNIGHT_SHARE * (1 + 0.15 * (nights - 1)), 0.15, at);
  }

  /** Adds a market-wide log return at once: what a stress test or a sudden headline does. */
  shock(logReturn: number, at: number): void {
    for (let u = 0; u < COUNT; u++) this.#apply(u, LISTINGS[u].beta * logReturn, 0);
    this.alignFuture(at);
  }

  /** Level of the future from the index and the carry to its expiry. */
  alignFuture(at: number): void {
    const years = Math.max(0, this.futureExpiresAt - at) / YEAR_MS;
    const carry = RISK_FREE_RATE.USD - SPX.dividendYield;
    this.fairLog[FUTURE_NO] = this.fairLog[SPX_NO] +
      (Number.isFinite(years) ? carry * years : 0);
    this.volLevel[FUTURE_NO] = this.volLevel[SPX_NO];
  }

  #move(variance: number, jumpChance: number, at: number): void {
    const random = this.#random;
    const root = Math.sqrt(variance / SESSIONS_PER_YEAR);
    // The market's own volatility follows the level that its options show.
    const stress = this.volLevel[SPX_NO] / SPX.atmIv;
    let market = MARKET_VOL * stress * root * random.gaussian();
    if (random.isHit(jumpChance)) market += -0.0015 + 0.0045 * random.gaussian();
    for (let k = 1; k < SECTORS.length; k++) {
      this.#sectorMove[k] = SECTOR_VOL * root * random.gaussian();
    }
    const ownJump = OWN_JUMPS_PER_SESSION * jumpChance / JUMPS_PER_SESSION;
    const shared = VOL_OF_VOL[SPX_NO] * root * random.gaussian();
    for (let u = 0; u < COUNT; u++) {
      let move = LISTINGS[u].beta * market;
      let volMove = shared;
      if (SECTOR_OF[u] !== 0) {
        move += this.#sectorMove[SECTOR_OF[u]] + OWN_VOL[u] * root * random.gaussian();
        volMove = 0.5 * shared + VOL_OF_VOL[u] * root * random.gaussian();
        if (random.isHit(ownJump)) move += 2 * OWN_VOL[u] / 16 * random.gaussian();
      }
      const rest = Math.log(LISTINGS[u].atmIv / this.volLevel[u]);
      this.#apply(u, move, volMove + REST_PULL * root * root * rest);
    }
    this.alignFuture(at);
    this.eurUsd *= Math.exp(FX_VOL * root * random.gaussian() - 0.02 * market);
  }

  #apply(underlying: number, logReturn: number, volMove: number): void {
    this.fairLog[underlying] += logReturn;
    const rest = LISTINGS[underlying].atmIv;
    const level = this.volLevel[underlying] *
      Math.exp(volMove - LEVERAGE[underlying] * logReturn);
    this.volLevel[underlying] = Math.min(4 * rest, Math.max(0.35 * rest, level));
  }

  /** Passes the levels and the place in the random sequence through a tape. */
  persist(tape: Tape): void {
    tape.section("market");
    tape.floats(this.fairLog);
    tape.floats(this.volLevel);
    this.eurUsd = tape.f64(this.eurUsd);
    this.futureExpiresAt = tape.f64(this.futureExpiresAt);
    this.#random.persist(tape);
  }
}
