import { EVENT_KIND, type Outbox, STATUS } from "./columns.ts";
import { LISTINGS } from "./listings.ts";
import type { InstrumentTable } from "./instruments.ts";
import type { Market } from "./market.ts";
import type { Model } from "./model.ts";
import type { Prng } from "./prng.ts";
import { GREEK_STRIDE, type Quotes } from "./quotes.ts";
import type { Tape } from "./tape.ts";

/** What the market maker works with. */
export interface MakerParts {
  readonly table: InstrumentTable;
  readonly quotes: Quotes;
  readonly market: Market;
  readonly model: Model;
  readonly outbox: Outbox;
  readonly random: Prng;
}

/** Spread of a share option before ticks: a floor and a share of its value. */
const SPREAD_FLOOR = 0.008;
const SPREAD_SHARE = 0.0045;
const EDGE = 1e-7;

/** Makes the quotes, prints and broker Greeks that the world publishes. */
export class Maker {
  readonly #parts: MakerParts;

  constructor(parts: MakerParts) {
    this.#parts = parts;
  }

  /** Publishes a fresh quote (an index: a fresh value) of a live instrument. */
  quote(id: number, at: number): void {
    const { table } = this.#parts;
    if (table.sign[id] !== 0) this.#quoteOption(id, at);
    else if (LISTINGS[table.underlyingOf[id]].kind === "index") this.#indexValue(id, at);
    else this.#quoteUnderlying(id, at);
  }

  /** Publishes a print at the bid or the ask (an index: a fresh value). */
  trade(id: number, at: number): void {
    const { table, quotes, random } = this.#parts;
    const u = table.underlyingOf[id];
    if (table.sign[id] === 0 && LISTINGS[u].kind === "index") {
      this.#indexValue(id, at);
      return;
    }
    const isAtAsk = random.isHit(0.5) || !(quotes.bid[id] > 0);
    const isShare = table.sign[id] === 0 && table.multiplier[id] === 1;
    const size = isShare ? 100 * (1 + random.below(9)) : 1 + random.below(20);
    this.print(id, at, isAtAsk ? quotes.ask[id] : quotes.bid[id], size);
  }

  /** Publishes a print of known price and size. */
  print(id: number, at: number, price: number, size: number): void {
    const { quotes, outbox } = this.#parts;
    quotes.last[id] = price;
    quotes.lastSize[id] = size;
    quotes.dayVolume[id] += size;
    quotes.tradeAt[id] = at;
    const o = outbox.reserve(EVENT_KIND.trade, id, at);
    const v = outbox.v;
    v[o] = price;
    v[o + 1] = size;
    v[o + 2] = quotes.dayVolume[id];
  }

  /** Publishes broker Greeks of an option. */
  greeks(id: number, at: number): void {
    const { quotes, model, outbox } = this.#parts;
    const { iv, value } = model.greeks(id, at);
    const g = quotes.greeks;
    const base = id * GREEK_STRIDE;
    g[base] = value.price;
    g[base + 1] = iv;
    g[base + 2] = value.delta;
    g[base + 3] = value.gamma;
    g[base + 4] = value.theta;
    g[base + 5] = value.vega;
    g[base + 6] = value.rho;
    quotes.greeksAt[id] = at;
    const o = outbox.reserve(EVENT_KIND.greeks, id, at);
    for (let k = 0; k < GREEK_STRIDE; k++) outbox.v[o + k] = g[base + k];
  }

  /** Publishes a trading status. */
  status(id: number, at: number, status: typeof STATUS[keyof typeof STATUS]): void {
    const { quotes, outbox } = this.#parts;
    quotes.isHalted[id] = status === STATUS.halted;
    outbox.v[outbox.reserve(EVENT_KIND.status, id, at)] = status;
  }

  #indexValue(id: number, at: number): void {
    const { table, quotes, market, outbox } = this.#parts;
    const u = table.underlyingOf[id];
    const value = Math.round(Math.exp(market.fairLog[u]) * 100) / 100;
    quotes.spot[u] = value;
    quotes.last[id] = value;
    quotes.tradeAt[id] = at;
    // An index has neither quotes nor volume: sizes stay absent.
    outbox.v[outbox.reserve(EVENT_KIND.trade, id, at)] = value;
  }

  #quoteUnderlying(id: number, at: number): void {
    const { table, quotes, market, random } = this.#parts;
    const u = table.underlyingOf[id];
    const listing = LISTINGS[u];
    const steps = listing.ticks.small;
    const half = listing.halfSpread;
    const center = Math.exp(market.fairLog[u]) + half * (random.uniform() - 0.5);
    let bid = Math.floor((center - half) * steps);
    if (bid < 1) bid = 1;
    let ask = Math.ceil((center + half) * steps);
    if (ask <= bid) ask = bid + 1;
    quotes.bid[id] = bid / steps;
    quotes.ask[id] = ask / steps;
    quotes.spot[u] = (quotes.bid[id] + quotes.ask[id]) / 2;
    const lot = table.multiplier[id] === 1 ? 100 : 1;
    this.#publishQuote(id, at, lot, lot === 1 ? 60 : 24);
  }

  #quoteOption(id: number, at: number): void {
    const { table, quotes, model, random } = this.#parts;
    const optionClass = table.classOf[id];
    if (optionClass === undefined) return;
    const fair = model.price(id, at);
    const half = optionClass.spreadFactor * (0.8 + 0.5 * random.uniform()) *
      (SPREAD_FLOOR + SPREAD_SHARE * fair);
    const { small, large, threshold } = optionClass.ticks;
    const steps = fair - half < threshold ? small : large;
    let bid = Math.floor((fair - half) * steps + EDGE);
    if (bid < 0) bid = 0;
    const askSteps = fair + half < threshold ? small : large;
    let ask = Math.ceil((fair + half) * askSteps - EDGE);
    if (ask / askSteps <= bid / steps + EDGE) ask = Math.floor(bid * askSteps / steps) + 1;
    quotes.bid[id] = bid / steps;
    quotes.ask[id] = ask / askSteps;
    this.#publishQuote(id, at, 1, 90);
    if (bid === 0) this.#printWorthless(id, at, 1 / steps);
  }

  /**
   * Without a bid the mark is the last print, if that lies inside the quote. A print at one tick
   * keeps an old price from being the mark of an option that nobody bids for.
   */
  #printWorthless(id: number, at: number, tick: number): void {
    const { quotes } = this.#parts;
    if (!(quotes.last[id] <= quotes.ask[id])) this.print(id, at, tick, 1);
  }

  #publishQuote(id: number, at: number, lot: number, lots: number): void {
    const { quotes, outbox, random } = this.#parts;
    quotes.bidSize[id] = quotes.bid[id] > 0 ? lot * (1 + random.below(lots)) : 0;
    quotes.askSize[id] = lot * (1 + random.below(lots));
    quotes.quoteAt[id] = at;
    const o = outbox.reserve(EVENT_KIND.quote, id, at);
    const v = outbox.v;
    v[o] = quotes.bid[id];
    v[o + 1] = quotes.ask[id];
    v[o + 2] = quotes.bidSize[id];
    v[o + 3] = quotes.askSize[id];
  }

  /** Passes the place in the random sequence through a tape; the parts keep themselves. */
  persist(tape: Tape): void {
    this.#parts.random.persist(tape);
  }
}
