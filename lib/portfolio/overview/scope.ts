import { shortBrokerName } from "../../domain/account.ts";
import type { BookView } from "../../domain/book_view.ts";
import {
  ACCOUNT_AT,
  type AccountF64,
  LEAF,
  LEAF_STRIDE,
  type LeafMeasure,
} from "../../domain/measures.ts";
import { type BrokerPart, brokerParts, type PartFeed, wantingParts } from "../broker_parts.ts";
import { compareLegs } from "./leg_label.ts";

/**
 * What the page shows of a book: the chosen accounts, the sums over them per underlying and in
 * all, and the legs of each underlying in contract order. Sums are exact: they add leaf cells.
 * `update` is cheap and runs once a frame; legs are listed anew only when rows or accounts change.
 */
export class BookScope {
  #view: BookView;
  #accounts: readonly number[];
  #groups = new Float64Array(0);
  readonly #totals = new Float64Array(LEAF_STRIDE);
  #rows: (readonly number[])[] = [];
  /** In contract order, as far as they were asked for. */
  #legs: (readonly number[] | undefined)[] = [];
  #layout = -1;
  #version = 0;
  #feeds: readonly PartFeed[];
  /** By broker, as of these feeds and this layout; worked out when somebody asks. */
  #parts: readonly BrokerPart[] | null = null;

  /** `accounts` are dense account indices of `view`; `feeds` say how brokers' parts stand. */
  constructor(
    view: BookView,
    accounts: readonly number[],
    feeds: readonly PartFeed[] = [],
  ) {
    this.#view = view;
    this.#accounts = accounts;
    this.#feeds = feeds;
    this.update(view, accounts);
  }

  /** Takes the present values of `view` for the chosen accounts. */
  update(
    view: BookView,
    accounts: readonly number[],
    feeds: readonly PartFeed[] = this.#feeds,
  ): void {
    if (feeds !== this.#feeds || view !== this.#view || view.layout !== this.#layout) {
      this.#parts = null;
    }
    this.#feeds = feeds;
    const isSameChoice = accounts === this.#accounts ||
      (accounts.length === this.#accounts.length &&
        accounts.every((account, i) => account === this.#accounts[i]));
    const isSameLayout = view === this.#view && view.layout === this.#layout;
    this.#view = view;
    this.#accounts = accounts;
    this.#sum();
    if (isSameChoice && isSameLayout && this.#layout >= 0) return;
    this.#layout = view.layout;
    this.#listRows();
    this.#version++;
  }

  /** Grows whenever legs or accounts changed: what a table has to be built anew for. */
  get version(): number {
    return this.#version;
  }

  get view(): BookView {
    return this.#view;
  }

  /** The parts of the book by broker; none on a desk with one. */
  get parts(): readonly BrokerPart[] {
    return this.#parts ??= brokerParts(this.#view, this.#feeds);
  }

  /** Parts that sums over the chosen accounts lack, or know as of before only. */
  get wanting(): readonly BrokerPart[] {
    return wantingParts(this.parts, this.#accounts, this.#view.accountCount);
  }

  /** Legs of one account that the sums hold; none of one that is not chosen. */
  legsIn(account: number): number {
    if (!this.#accounts.includes(account)) return 0;
    const { underlyingCount, accountCount, cellF64 } = this.#view;
    let sum = 0;
    for (let u = 0; u < underlyingCount; u++) {
      sum += cellF64[(u * accountCount + account) * LEAF_STRIDE + LEAF.legs];
    }
    return sum;
  }

  /** Dense indices of the chosen accounts. */
  get accounts(): readonly number[] {
    return this.#accounts;
  }

  /** A measure of one underlying over the chosen accounts; money in the base currency. */
  group(underlying: number, measure: LeafMeasure): number {
    return this.#groups[underlying * LEAF_STRIDE + LEAF[measure]];
  }

  /** A measure over everything chosen. Share deltas and their changes do not add: do not ask. */
  total(measure: LeafMeasure): number {
    return this.#totals[LEAF[measure]];
  }

  /** Row indices of an underlying's legs, in no order: for what is counted over all of them. */
  rowsOf(underlying: number): readonly number[] {
    return this.#rows[underlying] ?? [];
  }

  /** Row indices of an underlying's legs, in contract order. */
  legsOf(underlying: number): readonly number[] {
    return this.#legs[underlying] ??= this.inOrder(this.rowsOf(underlying));
  }

  /** Rows of one underlying in contract order. */
  inOrder(rows: readonly number[]): readonly number[] {
    const refs = rows.map((index) => ({ index, ref: this.#view.row(index) }));
    return refs.sort((a, b) => compareLegs(a.ref, b.ref)).map(({ index }) => index);
  }

  /** An account as the table names it: with its broker where another one has the same name. */
  accountName(account: number): string {
    const view = this.#view;
    const { nickname, broker } = view.account(account).account;
    for (let other = 0; other < view.accountCount; other++) {
      const { nickname: name, broker: at } = view.account(other).account;
      if (name === nickname && at !== broker) return `${nickname}, ${shortBrokerName(broker)}`;
    }
    return nickname;
  }

  /** Underlyings that have legs, or a result of today. */
  underlyings(): number[] {
    const found: number[] = [];
    for (let u = 0; u < this.#view.underlyingCount; u++) {
      const hasResult = this.group(u, "dayPnl") !== 0 && !Number.isNaN(this.group(u, "dayPnl"));
      if (this.group(u, "legs") > 0 || this.rowsOf(u).length > 0 || hasResult) found.push(u);
    }
    return found;
  }

  /** Sum of an account field over the chosen accounts; NaN when one of them has none. */
  accountSum(field: AccountF64): number {
    const stride = Object.keys(ACCOUNT_AT).length;
    let sum = 0;
    for (const account of this.#accounts) {
      sum += this.#view.accountF64[account * stride + ACCOUNT_AT[field]];
    }
    return sum;
  }

  #sum(): void {
    const { underlyingCount, accountCount, cellF64 } = this.#view;
    const size = underlyingCount * LEAF_STRIDE;
    if (this.#groups.length !== size) this.#groups = new Float64Array(size);
    this.#groups.fill(0);
    this.#totals.fill(0);
    for (let u = 0; u < underlyingCount; u++) {
      const to = u * LEAF_STRIDE;
      for (const account of this.#accounts) {
        const from = (u * accountCount + account) * LEAF_STRIDE;
        for (let m = 0; m < LEAF_STRIDE; m++) this.#groups[to + m] += cellF64[from + m];
      }
      for (let m = 0; m < LEAF_STRIDE; m++) this.#totals[m] += this.#groups[to + m];
    }
  }

  #listRows(): void {
    const view = this.#view;
    const chosen = new Set(this.#accounts);
    const rows: number[][] = Array.from({ length: view.underlyingCount }, () => []);
    for (let row = 0; row < view.rowCount; row++) {
      if (chosen.has(view.accountOfRow(row))) rows[view.underlyingOfRow(row)]?.push(row);
    }
    this.#rows = rows;
    this.#legs = [];
  }
}
