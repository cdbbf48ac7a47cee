import type { Core } from "./core.ts";
import { LISTINGS } from "./listings.ts";
import { Prng } from "./prng.ts";
import type { Tape } from "./tape.ts";

const UNDERLYING_SHARE = 0.34;
const UNDERLYING_TRADE_SHARE = 0.18;
const OPTION_TRADE_SHARE = 0.07;
const OPTION_GREEKS_SHARE = 0.2;
/** Share of options that nobody quotes anew in a session. */
const QUIET_SHARE = 0.05;
/** The reference symbol is quoted at least this often while anything is published. */
const REFERENCE_GAP_MS = 500;
const REFERENCE = 0;

/** Decides which instruments quote, print or publish Greeks, and when. */
export class Activity {
  readonly #core: Core;
  readonly #random: Prng;
  readonly #perMs: number;
  #underlyings: number[] = [];
  #options: number[] = [];
  #greekIds: number[] = [];
  #greekCursor = 0;
  #due = 0;

  constructor(core: Core, eventRate: number) {
    this.#core = core;
    this.#random = new Prng(core.seed, "activity");
    this.#perMs = eventRate / 1000;
  }

  /** Publishes what happens in (from, to]. */
  step(from: number, to: number): void {
    if (this.#perMs === 0) return;
    if (this.#core.isActivityStale) this.#rebuild(from);
    this.#due += this.#perMs * (to - from);
    const count = Math.floor(this.#due);
    this.#due -= count;
    for (let n = 1; n <= count; n++) this.#one(from + Math.floor((to - from) * n / count));
    if (Math.floor(to / REFERENCE_GAP_MS) !== Math.floor(from / REFERENCE_GAP_MS)) {
      const id = this.#core.table.current[REFERENCE];
      if (this.#core.canTrade(id, to)) this.#core.maker.quote(id, to);
    }
  }

  #one(at: number): void {
    const { maker } = this.#core;
    const random = this.#random;
    const draw = random.uniform();
    if (draw < UNDERLYING_SHARE || this.#options.length === 0) {
      if (this.#underlyings.length === 0) return;
      const id = this.#underlyings[random.below(this.#underlyings.length)];
      if (random.isHit(UNDERLYING_TRADE_SHARE)) maker.trade(id, at);
      else maker.quote(id, at);
      return;
    }
    const kind = (draw - UNDERLYING_SHARE) / (1 - UNDERLYING_SHARE);
    if (kind < OPTION_GREEKS_SHARE) {
      this.#greekCursor = (this.#greekCursor + 1) % this.#greekIds.length;
      maker.greeks(this.#greekIds[this.#greekCursor], at);
      return;
    }
    const id = this.#options[random.below(this.#options.length)];
    if (kind < OPTION_GREEKS_SHARE + OPTION_TRADE_SHARE) maker.trade(id, at);
    else maker.quote(id, at);
  }

  /** Lists what quotes from now on; an instrument stands in the list as often as it is busy. */
  #rebuild(at: number): void {
    const core = this.#core;
    core.isActivityStale = false;
    this.#underlyings = [];
    this.#options = [];
    this.#greekIds = [];
    for (let id = 0; id < core.table.all.length; id++) {
      // What closes at this very instant is done.
      if (!core.canTrade(id, at + 1)) continue;
      const isOption = core.table.sign[id] !== 0;
      if (isOption) this.#greekIds.push(id);
      const list = isOption ? this.#options : this.#underlyings;
      const weight = isOption ? this.#weight(id, at) : this.#busyness(id);
      for (let n = 0; n < weight; n++) list.push(id);
    }
  }

  #busyness(id: number): number {
    return LISTINGS[this.#core.table.underlyingOf[id]].activity;
  }

  #weight(id: number, at: number): number {
    const { table, quotes } = this.#core;
    const day = Math.floor(table.expiresAt[id] / 86_400_000 - at / 86_400_000);
    const today = Math.floor(at / 86_400_000);
    const hash = Math.imul(id * 31 + today, 0x85ebca6b) >>> 0;
    if (hash / 4294967296 < QUIET_SHARE) return 0;
    const distance = Math.abs(table.strike[id] / quotes.spot[table.underlyingOf[id]] - 1);
    const soon = day < 2 ? 3 : day < 10 ? 2 : day < 60 ? 1 : 0;
    return 1 + soon + (distance < 0.03 ? 2 : distance < 0.1 ? 1 : 0);
  }

  /** Passes the lists of what quotes and the place in them through a tape; the rate is not kept. */
  persist(tape: Tape): void {
    tape.section("activity");
    this.#random.persist(tape);
    for (const ids of [this.#underlyings, this.#options, this.#greekIds]) tape.ids(ids);
    this.#greekCursor = tape.i32(this.#greekCursor);
    this.#due = tape.f64(this.#due);
  }
}
