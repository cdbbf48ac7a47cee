import { fail, ok } from "../../base/result.ts";
import { previousSession } from "../../calendar/sessions.ts";
import type { AccountFigures } from "../../domain/broker_figures.ts";
import type { Answer, BarQuery, BrokerError } from "../../ports/broker.ts";
import type { Account, ContractQuery } from "../../world/mod.ts";
import { mapFigures } from "./figures.ts";
import { chainExpiries, chainKeys } from "./chain.ts";
import type { InstrumentBook } from "./instrument_book.ts";
import { mapBalances, mapFill, mapFxRate, mapOrder, mapPosition } from "./map.ts";
import type { MarketClock } from "./market_clock.ts";
import type { WorldAnswers, WorldQuery } from "./wire/messages.ts";
import { canceled, notConnected, type Queries } from "./wire/queries.ts";

const DAY_MS = 86_400_000;
const BARS_MAX = 1000;

/** What the answers are made from. */
export interface AnswerParts {
  readonly queries: Queries;
  readonly book: InstrumentBook;
  readonly time: MarketClock;
  /** Accounts of the market; null while it is not connected. */
  readonly accounts: () => readonly Account[] | null;
}

type Refusal = { readonly ok: false; readonly error: BrokerError };

/** Answers the questions of the desk from the market behind the link. */
export class DemoAnswers {
  readonly #parts: AnswerParts;

  constructor(parts: AnswerParts) {
    this.#parts = parts;
  }

  /** Why no call is answered now, or null. */
  refuse(signal: AbortSignal): Refusal | null {
    if (signal.aborted) return canceled();
    return this.#parts.accounts() === null ? notConnected() : null;
  }

  /** World ids of keys; contracts that only stand in a chain are listed first. */
  async idsOf(keys: readonly string[], signal: AbortSignal): Answer<number[]> {
    const { book } = this.#parts;
    const refused = this.refuse(signal);
    if (refused !== null) return refused;
    const listed = await this.#list(book.unlisted(keys), signal);
    return listed.ok ? book.ids(keys) : listed;
  }

  async positions(account: string, signal: AbortSignal) {
    const { book, time } = this.#parts;
    const held = await this.#ask({ kind: "positions", account }, signal);
    const asOf = time.now();
    if (!held.ok) return held;
    if (held.value === null) return noAccount(account);
    return ok(held.value.map((one) => mapPosition(one, book.keyOf, asOf)));
  }

  async balances(account: string, signal: AbortSignal) {
    const answer = await this.#ask({ kind: "balances", account }, signal);
    if (!answer.ok) return answer;
    return answer.value === null ? noAccount(account) : ok(mapBalances(answer.value));
  }

  /** What the market says of an account beside what the desk computes. */
  async figures(account: string, signal: AbortSignal): Answer<AccountFigures> {
    const fx = await this.#ask({ kind: "fx" }, signal);
    if (!fx.ok) return fx;
    const answer = await this.#ask({ kind: "figures", account }, signal);
    if (!answer.ok) return answer;
    const { keyOf } = this.#parts.book;
    return answer.value === null
      ? noAccount(account)
      : ok(mapFigures(answer.value, fx.value, keyOf));
  }

  async fxRates(signal: AbortSignal) {
    const fx = await this.#ask({ kind: "fx" }, signal);
    return fx.ok ? ok([mapFxRate(fx.value)]) : fx;
  }

  async previousCloses(keys: readonly string[], signal: AbortSignal) {
    const ids = await this.idsOf(keys, signal);
    if (!ids.ok) return ids;
    const closes = await this.#ask({ kind: "closes", ids: ids.value }, signal);
    if (!closes.ok) return closes;
    const { date } = this.#parts.time;
    const before = previousSession(date);
    const session = before.ok ? before.value : date;
    return ok(keys.flatMap((instrumentKey, index) => {
      const close = closes.value[index];
      return Number.isNaN(close) ? [] : [{ instrumentKey, close, session }];
    }));
  }

  async fillsToday(account: string, signal: AbortSignal) {
    const { book } = this.#parts;
    if (!this.#hasAccount(account)) return this.refuse(signal) ?? noAccount(account);
    const fills = await this.#ask({ kind: "fills", account }, signal);
    return fills.ok ? ok(fills.value.map((fill) => mapFill(fill, book.keyOf))) : fills;
  }

  async orders(account: string, signal: AbortSignal) {
    const { book, time } = this.#parts;
    if (!this.#hasAccount(account)) return this.refuse(signal) ?? noAccount(account);
    const orders = await this.#ask({ kind: "orders", account }, signal);
    const asOf = time.now();
    return orders.ok ? ok(orders.value.map((one) => mapOrder(one, book.keyOf, asOf))) : orders;
  }

  async carry(underlyings: readonly string[], signal: AbortSignal) {
    const answer = await this.#ask({ kind: "carry", underlyings }, signal);
    if (!answer.ok) return answer;
    const asOf = this.#parts.time.date;
    return ok(underlyings.flatMap((underlying, index) => {
      const carry = answer.value[index];
      if (carry === null) return [];
      const { riskFreeRate, dividendYield } = carry;
      return [{ underlying, riskFreeRate, dividendYield, source: "demo market", asOf }];
    }));
  }

  async chain(underlying: string, signal: AbortSignal) {
    const { book } = this.#parts;
    const chain = await this.#ask({ kind: "chain", underlying }, signal);
    if (!chain.ok) return chain;
    if (chain.value.length === 0 && !book.hasUnderlying(underlying)) {
      return fail<BrokerError>({
        code: "unknownInstrument",
        message: `the demo market lists no ${underlying}`,
        fix: null,
      });
    }
    const expiries = chainExpiries(chain.value);
    book.addChain(chainKeys(expiries));
    const bare = chain.value.filter(({ root }) => !book.hasTemplate(root));
    const first = bare.map(({ root, expiry, strikes }): ContractQuery => ({
      root,
      expiry,
      strike: strikes[0],
      right: "call",
    }));
    const listed = await this.#list(first, signal);
    return listed.ok ? ok(expiries) : listed;
  }

  async bars(query: BarQuery, signal: AbortSignal) {
    const ids = await this.idsOf([query.instrumentKey], signal);
    if (!ids.ok) return ids;
    if (query.size !== "1d") {
      const message = "the demo market keeps daily bars only";
      return fail<BrokerError>({ code: "unsupported", message, fix: null });
    }
    const days = Math.ceil((this.#parts.time.now() - query.from) / DAY_MS);
    const count = Math.min(BARS_MAX, Math.max(1, days));
    const bars = await this.#ask({ kind: "bars", id: ids.value[0], count }, signal);
    if (!bars.ok) return bars;
    const mapped = bars.value.map(({ date, ...prices }) => ({
      startsAt: Date.parse(`${date}T00:00:00Z`),
      ...prices,
    }));
    return ok(mapped.filter((bar) => bar.startsAt >= query.from && bar.startsAt < query.to));
  }

  /** Lists contracts of chains, so that they quote. */
  async #list(contracts: readonly ContractQuery[], signal: AbortSignal): Answer<null> {
    if (contracts.length === 0) return ok(null);
    const listed = await this.#ask({ kind: "list", contracts }, signal);
    if (!listed.ok) return listed;
    this.#parts.book.add(listed.value.filter((one) => one !== null));
    return ok(null);
  }

  #hasAccount(account: string): boolean {
    return this.#parts.accounts()?.some(({ id }) => id === account) ?? false;
  }

  #ask<Q extends WorldQuery>(query: Q, signal: AbortSignal): Answer<WorldAnswers[Q["kind"]]> {
    const refused = this.refuse(signal);
    return refused === null ? this.#parts.queries.ask(query, signal) : Promise.resolve(refused);
  }
}

function noAccount(account: string): Refusal {
  const message = `the demo market has no account ${account.slice(-4)}`;
  return { ok: false, error: { code: "unknownAccount", message, fix: null } };
}
