import { intrinsic } from "./black_scholes.ts";
import { STATUS } from "./columns.ts";
import type { Core } from "./core.ts";
import type { Ledger } from "./ledger.ts";
import type { Prng } from "./prng.ts";
import type { FillKind, Instrument, Lifecycle } from "./types.ts";

/** In the money by at least this much is exercised. */
const EXERCISE_THRESHOLD = 0.01;
const EDGE = 1e-9;
/** Chance per session that a deep short leg with no time value is assigned early. */
const EARLY_ASSIGNMENT_CHANCE = 0.12;
const DEEP_SHARE = 0.12;
const TIME_VALUE_SHARE = 0.006;

/** One option leg that ends, at the level of the underlying that decides. */
interface Ending {
  readonly core: Core;
  readonly ledger: Ledger;
  readonly instrument: Instrument;
  readonly level: number;
  readonly at: number;
  readonly isEarly: boolean;
}

const FILL_KIND = {
  expired: "expiration",
  cashSettled: "cashSettlement",
  exercised: "exercise",
  assigned: "assignment",
} as const satisfies Record<Lifecycle["how"], FillKind>;

/** Settles everything that has expired at `at` and takes it off the market. */
export function settleExpired(core: Core, at: number): void {
  const { table, quotes } = core;
  for (const ledger of core.ledgers) {
    const ending = [...ledger.held()].filter((id) => table.isLive[id] && table.expiresAt[id] <= at);
    for (const id of ending) {
      const instrument = table.all[id];
      const u = table.underlyingOf[id];
      const level = instrument.option?.settlement === "PM" ? quotes.closeSpot[u] : quotes.spot[u];
      if (instrument.kind === "future") settleFuture(core, ledger, id, at);
      else endOption({ core, ledger, instrument, level, at, isEarly: false });
    }
  }
  for (let id = 0; id < table.all.length; id++) {
    if (!table.isLive[id] || table.expiresAt[id] > at) continue;
    core.maker.status(id, at, STATUS.expired);
    table.isLive[id] = false;
    core.isActivityStale = true;
  }
}

/** Now and then assigns a deep short share option whose time value is gone. */
export function assignEarly(core: Core, random: Prng, at: number): void {
  const { table, quotes } = core;
  for (const ledger of core.ledgers) {
    for (const id of [...ledger.held()]) {
      const instrument = table.all[id];
      const { option } = instrument;
      if (instrument.kind !== "option" || option?.settles !== "physical") continue;
      if (ledger.quantityOf(id) > 0) continue;
      const level = quotes.closeSpot[table.underlyingOf[id]];
      const payoff = intrinsic(table.sign[id], level, option.strike);
      const isDeep = payoff > DEEP_SHARE * level &&
        quotes.mark(id) - payoff < TIME_VALUE_SHARE * option.strike;
      if (!isDeep || !random.isHit(EARLY_ASSIGNMENT_CHANCE)) continue;
      endOption({ core, ledger, instrument, level, at, isEarly: true });
    }
  }
}

/** Ends one leg: worthless, in cash, or by moving the underlying at the strike. */
function endOption(ending: Ending): void {
  const { core, ledger, instrument, level, at } = ending;
  const { option } = instrument;
  if (option === undefined) return;
  const held = ledger.quantityOf(instrument.id);
  const sign = option.right === "call" ? 1 : -1;
  const payoff = intrinsic(sign, level, option.strike);
  const how = outcomeOf(ending, payoff, held);
  const price = how === "cashSettled" ? Math.round(payoff * 100) / 100 : 0;
  const kind = FILL_KIND[how];
  core.book({ ledger, instrument: instrument.id, signedQuantity: -held, price, kind, at });
  if (how === "exercised" || how === "assigned") {
    core.book({
      ledger,
      instrument: instrument.underlyingId,
      signedQuantity: sign * held * instrument.deliverable,
      price: option.strike,
      kind,
      at,
    });
  }
  const lifecycle: Lifecycle = {
    how,
    isEarly: ending.isEarly,
    account: ledger.account.id,
    instrument: instrument.id,
    signedQuantity: held,
    settlementLevel: level,
  };
  core.events.push({ kind: "lifecycle", at, lifecycle });
}

function outcomeOf(ending: Ending, payoff: number, held: number): Lifecycle["how"] {
  if (payoff < EXERCISE_THRESHOLD - EDGE) return "expired";
  if (ending.instrument.option?.settles === "cash") return "cashSettled";
  return held > 0 ? "exercised" : "assigned";
}

/** A future ends at the level of its index. */
function settleFuture(core: Core, ledger: Ledger, id: number, at: number): void {
  const signedQuantity = -ledger.quantityOf(id);
  const price = Math.round(Math.exp(core.market.fairLog[core.table.underlyingOf[id]]) * 100) / 100;
  core.book({ ledger, instrument: id, signedQuantity, price, kind: "cashSettlement", at });
}
