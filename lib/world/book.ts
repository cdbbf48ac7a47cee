import { assert, present } from "../base/assert.ts";
import { chainExpiries, type ChainQuery, chainStrikes } from "./chain.ts";
import { dayOfIso } from "./civil.ts";
import type { Core } from "./core.ts";
import { pickExpiry } from "./expiry.ts";
import type { ContractTerms } from "./instruments.ts";
import { STANDARD_CASH, STANDARD_HOLDINGS, STANDARD_LEGS } from "./legs.ts";
import { listingOf, LISTINGS } from "./listings.ts";
import { Prng } from "./prng.ts";
import type { Right } from "./types.ts";
import type { Tape } from "./tape.ts";

/** Positions of the standard book. */
export const STANDARD_POSITIONS = STANDARD_HOLDINGS.length + STANDARD_LEGS.length;

/** Most positions that a book may be scaled to. */
export const POSITIONS_MAX = 100_000;

const STRIKE_TRIES = 60;
/** From this size on a contract goes to every account: a third of the instruments. */
const SHARED_FROM = 5000;

/** What a leg of the book is by its nature: it is opened again in this shape after it ended. */
interface Leg {
  readonly account: number;
  readonly underlying: number;
  /** −1 for the underlying itself. */
  readonly optionClass: number;
  readonly quantity: number;
  readonly days: number;
  readonly moneyness: number;
  readonly right: Right;
  instrument: number;
}

const BLANK_LEG: Leg = {
  account: 0,
  underlying: 0,
  optionClass: -1,
  quantity: 0,
  days: 0,
  moneyness: 1,
  right: "call",
  instrument: 0,
};

function classOf(root: string): { underlying: number; optionClass: number } {
  for (let underlying = 0; underlying < LISTINGS.length; underlying++) {
    const classes = LISTINGS[underlying].classes;
    const optionClass = classes.findIndex((one) => one.root === root);
    if (optionClass >= 0) return { underlying, optionClass };
  }
  assert(false, `no option class ${root}`);
}

/** The shape of the book: builds it, opens again what expired, and says what is in it. */
export class Book {
  readonly #core: Core;
  readonly #random: Prng;
  #legs: Leg[] = [];

  constructor(core: Core) {
    this.#core = core;
    this.#random = new Prng(core.seed, "book");
  }

  /** Legs in the shape of the book. */
  get size(): number {
    return this.#legs.length;
  }

  /** Account number and instrument of a leg. */
  leg(index: number): { account: number; instrument: number; quantity: number } {
    return this.#legs[index];
  }

  /** Fills the accounts with `positions` positions, held since before session day `dayNo`. */
  build(positions: number, dayNo: number, at: number): void {
    assert(positions >= 1 && positions <= POSITIONS_MAX, "positions must be 1 to 100,000");
    const scale = Math.max(1, positions / STANDARD_POSITIONS);
    this.#core.ledgers.forEach((ledger, n) => {
      const [usd, eur] = STANDARD_CASH[n];
      ledger.deposit(0, Math.round(usd * scale * 100) / 100);
      ledger.deposit(1, eur);
    });
    for (const [account, root, quantity] of STANDARD_HOLDINGS) {
      if (this.size >= positions) return;
      const underlying = present(listingOf(root), root);
      const instrument = this.#core.table.current[underlying];
      const blank = { optionClass: -1, days: 0, moneyness: 1, right: "call" } as const;
      this.#open({ account, underlying, quantity, instrument, ...blank });
    }
    for (const [account, root, quantity, days, moneyness, letter] of STANDARD_LEGS) {
      if (this.size >= positions) return;
      const right = letter === "C" ? "call" : "put";
      const leg = { account, ...classOf(root), quantity, days, moneyness, right, instrument: -1 };
      this.#openNew({ ...leg, right }, dayNo, at);
    }
    this.#scaleUp(positions, dayNo, at);
  }

  /** Opens again, by trades at the touch, what expired or was assigned away. */
  restore(dayNo: number, at: number): void {
    const core = this.#core;
    for (const leg of this.#legs) {
      const ledger = core.ledgers[leg.account];
      if (leg.optionClass < 0) leg.instrument = core.table.current[leg.underlying];
      else if (!core.table.isLive[leg.instrument]) {
        const id = this.#contract(leg, dayNo, at);
        if (id === undefined) continue;
        leg.instrument = id;
      }
      const held = ledger.quantityOf(leg.instrument);
      const isOff = leg.optionClass < 0
        ? Math.abs(held - leg.quantity) > Math.abs(leg.quantity) / 3
        : held === 0;
      if (!isOff || !core.canTrade(leg.instrument, at)) continue;
      const signedQuantity = leg.quantity - held;
      core.tradeNow({ ledger, instrument: leg.instrument, signedQuantity, at });
    }
    this.#unwindDeliveries(at);
  }

  /** Trades away what an exercise or assignment left in an underlying that no leg asks for. */
  #unwindDeliveries(at: number): void {
    const core = this.#core;
    core.ledgers.forEach((ledger, account) => {
      const wanted = new Set<number>();
      for (const leg of this.#legs) {
        if (leg.account === account && leg.optionClass < 0) wanted.add(leg.instrument);
      }
      for (const id of [...ledger.held()]) {
        if (core.table.sign[id] !== 0 || wanted.has(id) || !core.canTrade(id, at)) continue;
        core.tradeNow({ ledger, instrument: id, signedQuantity: -ledger.quantityOf(id), at });
      }
    });
  }

  #openNew(leg: Leg, dayNo: number, at: number): void {
    const id = this.#contract(leg, dayNo, at);
    if (id !== undefined) this.#open({ ...leg, instrument: id });
  }

  #open(leg: Leg): void {
    const core = this.#core;
    const { instrument } = leg;
    const close = core.quotes.officialClose[instrument];
    const steps = core.table.all[instrument].ticks.small;
    const paid = Math.max(1, Math.round(close * (0.85 + 0.3 * this.#random.uniform()) * steps));
    core.ledgers[leg.account].transferIn(instrument, leg.quantity, close, paid / steps);
    this.#legs.push(leg);
  }

  /** The contract that fits a leg and that its account does not hold yet. */
  #contract(leg: Leg, dayNo: number, at: number): number | undefined {
    const core = this.#core;
    const query = chainQuery(core, leg.underlying, leg.optionClass, dayNo);
    const expiries = chainExpiries(query);
    if (expiries.length === 0) return undefined;
    const { strikeInterval } = LISTINGS[leg.underlying].classes[leg.optionClass];
    const day = pickExpiry(expiries, dayNo + leg.days, Infinity);
    const outward = leg.right === "call" ? 1 : -1;
    const first = Math.max(1, Math.round(query.level * leg.moneyness / strikeInterval));
    for (let n = 0; n < STRIKE_TRIES; n++) {
      const steps = first + n * outward;
      if (steps < 1) return undefined;
      const { underlying, optionClass, right } = leg;
      const strike = steps * strikeInterval;
      const id = this.#listed({ underlying, optionClass, dayNo: day, strike, right }, at);
      if (core.ledgers[leg.account].quantityOf(id) === 0) return id;
    }
    return undefined;
  }

  #listed(terms: ContractTerms, at: number): number {
    const core = this.#core;
    const before = core.table.all.length;
    const id = core.list(terms, at);
    if (id >= before && !core.isOpen) {
      // Before the first session: what it would have been quoted at is its close.
      core.maker.quote(id, at);
      core.quotes.officialClose[id] = core.quotes.mark(id);
    }
    return id;
  }

  /** Adds contracts around the money, class by class, until the book has `positions` legs. */
  #scaleUp(positions: number, dayNo: number, at: number): void {
    const core = this.#core;
    const accounts = positions >= SHARED_FROM ? [0, 1, 2] : [0];
    const sources = LISTINGS.flatMap((listing, underlying) =>
      listing.classes.map((_, optionClass) =>
        candidates(chainQuery(core, underlying, optionClass, dayNo))
      )
    );
    for (let round = 0; this.size < positions; round++) {
      const before = this.size;
      for (const source of sources) {
        const next = source.next();
        if (next.done) continue;
        const instrument = this.#listed(next.value, at);
        for (const n of accounts) {
          const account = accounts.length === 1 ? (round + this.size) % 3 : n;
          if (this.size >= positions) return;
          if (core.ledgers[account].quantityOf(instrument) !== 0) continue;
          const size = 1 + this.#random.below(5);
          const quantity = this.#random.isHit(0.55) ? -size : size;
          this.#open(legOf(core, next.value, { account, quantity, instrument, dayNo }));
        }
      }
      assert(this.size > before || sources.length === 0, "the chains hold too few contracts");
    }
  }

  /** Passes the shape of the book through a tape. */
  persist(tape: Tape): void {
    tape.section("book");
    this.#random.persist(tape);
    this.#legs = tape.list(this.#legs, BLANK_LEG, (leg) => ({
      account: tape.i32(leg.account),
      underlying: tape.i32(leg.underlying),
      optionClass: tape.i32(leg.optionClass),
      quantity: tape.f64(leg.quantity),
      days: tape.i32(leg.days),
      moneyness: tape.f64(leg.moneyness),
      right: tape.flag(leg.right === "call") ? "call" : "put",
      instrument: tape.i32(leg.instrument),
    }));
  }
}

/** The chain of a class as it stands on a session day. */
export function chainQuery(
  core: Core,
  underlying: number,
  optionClass: number,
  dayNo: number,
): ChainQuery {
  const expiry = core.table.all[core.table.current[underlying]].expiry;
  const beforeDay = expiry === undefined ? Infinity : dayOfIso(expiry);
  return { underlying, optionClass, dayNo, level: core.quotes.spot[underlying], beforeDay };
}

/** Contracts of a chain from the money outwards, expiries and rights taken in turn. */
function* candidates(query: ChainQuery): Generator<ContractTerms, void> {
  const expiries = chainExpiries(query);
  const strikes = chainStrikes(query).sort((a, b) =>
    Math.abs(a - query.level) - Math.abs(b - query.level)
  );
  const { underlying, optionClass } = query;
  for (const strike of strikes) {
    for (const dayNo of expiries) {
      yield { underlying, optionClass, dayNo, strike, right: "put" };
      yield { underlying, optionClass, dayNo, strike, right: "call" };
    }
  }
}

function legOf(
  core: Core,
  terms: ContractTerms,
  held: { account: number; quantity: number; instrument: number; dayNo: number },
): Leg {
  return {
    account: held.account,
    underlying: terms.underlying,
    optionClass: terms.optionClass,
    quantity: held.quantity,
    days: terms.dayNo - held.dayNo,
    moneyness: terms.strike / core.quotes.spot[terms.underlying],
    right: terms.right,
    instrument: held.instrument,
  };
}
