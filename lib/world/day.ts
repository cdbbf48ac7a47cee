import type { Book } from "./book.ts";
import type { Core } from "./core.ts";
import { frontFuture } from "./expiry.ts";
import { assignEarly, settleExpired } from "./lifecycle.ts";
import { LISTINGS } from "./listings.ts";
import type { OrderFlow } from "./orders.ts";
import { Prng } from "./prng.ts";
import { nextSession, previousSession, sessionOn, type WorldSession } from "./session.ts";
import type { Bar } from "./types.ts";
import { passBars } from "./records.ts";
import type { Tape } from "./tape.ts";

const FLOW_CHANCE = 0.12;
const BARS_KEPT = 520;
const FUTURE = LISTINGS.findIndex((listing) => listing.kind === "future");

/** What a session works on. */
export interface DayParts {
  readonly core: Core;
  readonly book: Book;
  readonly orders: OrderFlow;
}

/** Opens, cuts and closes sessions: closes, expiries, the roll of the book. */
export class Day {
  session: WorldSession;
  /** Daily bars since the world began, by underlying, oldest first. */
  readonly bars: Bar[][] = LISTINGS.map(() => []);
  /** Official close before the first session, by underlying. */
  readonly firstCloses = new Float64Array(LISTINGS.length);
  readonly #parts: DayParts;
  readonly #random: Prng;
  readonly #high = new Float64Array(LISTINGS.length);
  readonly #low = new Float64Array(LISTINGS.length);
  #flowAt = Infinity;

  constructor(parts: DayParts, firstDay: number) {
    this.#parts = parts;
    this.#random = new Prng(parts.core.seed, "day");
    this.session = sessionOn(firstDay);
  }

  /** Puts the world at the close before its first session, with the book already held. */
  found(positions: number): void {
    const { core, book } = this.#parts;
    const before = sessionOn(previousSession(this.session.dayNo));
    const at = before.lateCloseAt;
    core.hours.set(before);
    core.prevCloseAt = at;
    for (let u = 0; u < LISTINGS.length; u++) {
      if (u === FUTURE) this.#listFuture(at);
      else core.announce(core.table.listUnderlying(u), at, NaN);
      core.maker.quote(core.table.current[u], at);
      this.#takeClose(u);
    }
    core.quotes.prevSpot.set(core.quotes.closeSpot);
    this.firstCloses.set(core.quotes.closeSpot);
    book.build(positions, this.session.dayNo, at);
    this.#keepNetLiq(at);
    core.prevEurUsd = core.eurUsd();
  }

  /** Opens a session: the gap, new references, what expires at the open, the book's shape. */
  open(session: WorldSession): void {
    const { core, book, orders } = this.#parts;
    const at = session.openAt;
    const nights = session.dayNo - previousSession(session.dayNo);
    this.#rollReferences();
    this.session = session;
    core.hours.set(session);
    core.isOpen = true;
    core.isActivityStale = true;
    core.market.gap(nights, at);
    core.outbox.restart();
    // Told before the fills of the open, so that a reader starts its lists of the day in time.
    core.events.push({ kind: "sessionOpened", at, date: session.date });
    core.publishFx(at);
    this.#openQuotes(at);
    settleExpired(core, at);
    this.#rollFuture(at);
    book.restore(session.dayNo, at);
    orders.open(at);
    this.#planFlow();
    core.publishBalances(at);
  }

  /** What else happens in a step of the open session: the day's range, an external flow. */
  step(at: number): void {
    const { core } = this.#parts;
    for (let u = 0; u < LISTINGS.length; u++) this.#touch(u, core.quotes.spot[u]);
    if (at < this.#flowAt) return;
    this.#flowAt = Infinity;
    const ledger = core.ledgers[this.#random.below(core.ledgers.length)];
    const amount = (this.#random.isHit(0.8) ? 1 : -1) * 250 * (1 + this.#random.below(20));
    ledger.deposit(0, amount);
    ledger.flows += amount;
    core.events.push({
      kind: "flow",
      at,
      account: ledger.account.id,
      currency: "USD",
      amount,
    });
    core.publishBalances(at);
  }

  /** One of the session's closing instants: official closes, then what expires with them. */
  cut(at: number): void {
    const { core } = this.#parts;
    const isRegularClose = at === this.session.regularCloseAt;
    for (let id = 0; id < core.table.all.length; id++) {
      const u = core.table.underlyingOf[id];
      if (!core.hours.isOpen(core.table, id, at)) continue;
      const isOption = core.table.sign[id] !== 0;
      const closesNow = at === (isOption ? core.hours.optionsCloseAt[u] : core.hours.closesAt[u]);
      const isSettling = isRegularClose && (!isOption || core.table.expiresAt[id] === at);
      if (!closesNow && !isSettling) continue;
      if (!core.quotes.isHalted[id]) core.maker.quote(id, at);
      if (isOption) core.quotes.officialClose[id] = core.quotes.mark(id);
      else this.#closePrint(u, at);
    }
    if (isRegularClose) settleExpired(core, at);
    core.isActivityStale = true;
    if (at === this.session.lateCloseAt) this.#close(at);
  }

  #close(at: number): void {
    const { core, orders } = this.#parts;
    assignEarly(core, this.#random, at);
    orders.close(at);
    for (const ledger of core.ledgers) ledger.settleVariation();
    this.#keepBars();
    core.isOpen = false;
    core.prevCloseAt = at;
    core.publishFx(at);
    core.publishBalances(at);
    const nextOpenAt = sessionOn(nextSession(this.session.dayNo)).openAt;
    core.events.push({ kind: "sessionClosed", at, date: this.session.date, nextOpenAt });
  }

  /** The official close of an underlying, printed. */
  #closePrint(u: number, at: number): void {
    const { core } = this.#parts;
    const id = core.table.current[u];
    // The official close of a share is that of 16:00 although some quote on for their options.
    if (at > this.session.regularCloseAt && LISTINGS[u].kind !== "future") return;
    this.#takeClose(u);
    if (LISTINGS[u].kind === "index" || core.quotes.isHalted[id]) return;
    core.maker.print(id, at, core.quotes.officialClose[id], 1);
  }

  #takeClose(u: number): void {
    const { quotes, table } = this.#parts.core;
    const { small } = table.all[table.current[u]].ticks;
    // A future settles on its mid, so that variation up to the close is settled to the cent.
    const close = LISTINGS[u].kind === "future"
      ? quotes.spot[u]
      : Math.round(quotes.spot[u] * small) / small;
    quotes.closeSpot[u] = close;
    quotes.officialClose[table.current[u]] = close;
  }

  #rollReferences(): void {
    const { core } = this.#parts;
    this.#keepNetLiq(this.session.lateCloseAt);
    core.fills = [];
    core.prevEurUsd = core.eurUsd();
    core.quotes.prevSpot.set(core.quotes.closeSpot);
    for (let id = 0; id < core.table.all.length; id++) {
      core.quotes.prevClose[id] = core.quotes.officialClose[id];
    }
  }

  #keepNetLiq(at: number): void {
    const { core } = this.#parts;
    for (const ledger of core.ledgers) {
      const balances = ledger.balances(at, core.eurUsd(), true);
      ledger.prevNetLiq = balances.netLiq;
      ledger.prevNative = {
        USD: balances.cash.USD + balances.marketValue.USD,
        EUR: balances.cash.EUR + balances.marketValue.EUR,
      };
      ledger.flows = 0;
    }
  }

  /** First quotes of the session for everything that opens now. */
  #openQuotes(at: number): void {
    const { core } = this.#parts;
    const { quotes, table } = core;
    for (let id = 0; id < table.all.length; id++) {
      if (!table.isLive[id] || quotes.isHalted[id]) continue;
      if (quotes.dayVolume[id] > 0) quotes.dayVolume[id] = 0;
      quotes.dayOpen[id] = NaN;
      quotes.summaryAt[id] = at;
      const u = table.underlyingOf[id];
      const closesAt = table.sign[id] === 0 ? core.hours.closesAt[u] : core.hours.optionsCloseAt[u];
      // What expires at this open needs no quote; a future gives its last level to its heirs.
      if (closesAt <= at || (table.sign[id] !== 0 && table.expiresAt[id] <= at)) continue;
      core.maker.quote(id, at);
      if (table.sign[id] !== 0) core.maker.greeks(id, at);
      quotes.dayOpen[id] = quotes.mark(id);
    }
    for (let u = 0; u < LISTINGS.length; u++) {
      this.#high[u] = quotes.spot[u];
      this.#low[u] = quotes.spot[u];
    }
  }

  #rollFuture(at: number): void {
    const { core } = this.#parts;
    if (core.table.isLive[core.table.current[FUTURE]]) return;
    this.#listFuture(at);
    core.maker.quote(core.table.current[FUTURE], at);
    core.quotes.dayOpen[core.table.current[FUTURE]] = core.quotes.spot[FUTURE];
  }

  /** Lists the front future; its close before is that of the index with the carry. */
  #listFuture(at: number): void {
    const { core } = this.#parts;
    const { market, quotes, table } = core;
    const front = frontFuture(this.session.dayNo);
    const instrument = table.listFuture(FUTURE, front.dayNo, front.code);
    const index = LISTINGS.findIndex((listing) => listing.kind === "index");
    market.futureExpiresAt = table.expiresAt[instrument.id];
    market.alignFuture(at);
    const carry = Math.exp(market.fairLog[FUTURE] - market.fairLog[index]);
    const close = Math.round(quotes.prevSpot[index] * carry * 4) / 4;
    core.announce(instrument, at, close > 0 ? close : NaN);
    quotes.prevSpot[FUTURE] = close;
  }

  #planFlow(): void {
    const { openAt, regularCloseAt } = this.session;
    const fraction = this.#random.uniform();
    this.#flowAt = this.#random.isHit(FLOW_CHANCE)
      ? openAt + 60_000 + Math.floor(fraction * (regularCloseAt - openAt - 120_000))
      : Infinity;
  }

  #touch(u: number, spot: number): void {
    if (spot > this.#high[u]) this.#high[u] = spot;
    if (spot < this.#low[u]) this.#low[u] = spot;
  }

  #keepBars(): void {
    const { quotes, table } = this.#parts.core;
    for (let u = 0; u < LISTINGS.length; u++) {
      const id = table.current[u];
      const open = quotes.dayOpen[id];
      // No bar on a day on which its own exchange was shut.
      if (!(open > 0)) continue;
      const close = quotes.officialClose[id];
      const high = Math.max(this.#high[u], open, close);
      const low = Math.min(this.#low[u], open, close);
      const bar = { date: this.session.date, open, high, low, close };
      const volume = quotes.dayVolume[id] > 0 ? quotes.dayVolume[id] : 0;
      this.bars[u].push({ ...bar, volume });
      if (this.bars[u].length > BARS_KEPT) this.bars[u].shift();
    }
  }

  /** Passes the session and the daily bars through a tape; the hours follow from the session. */
  persist(tape: Tape): void {
    tape.section("day");
    const dayNo = tape.i32(this.session.dayNo);
    if (tape.isReading) {
      this.session = sessionOn(dayNo);
      this.#parts.core.hours.set(this.session);
    }
    for (let u = 0; u < LISTINGS.length; u++) this.bars[u] = passBars(tape, this.bars[u]);
    for (const levels of [this.firstCloses, this.#high, this.#low]) tape.floats(levels);
    this.#random.persist(tape);
    this.#flowAt = tape.f64(this.#flowAt);
  }
}
