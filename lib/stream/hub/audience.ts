import type { AccountRef, BookView, RowRef, UnderlyingRef } from "../../domain/book_view.ts";
import { type Scope, type VisiblePart, visiblePart } from "../protocol/audience.ts";
import { type Directory, maskAccount } from "../protocol/directory.ts";
import { FULL_MASK, STRIDE } from "../protocol/frame.ts";
import type { FrameWriter } from "../protocol/frame_writer.ts";
import type { RowSubscription } from "../protocol/messages.ts";
import { EntryLog } from "./entry_log.ts";
import { Shadow } from "./shadow.ts";

/** A place in the flow of flushes: the sequence, and the book's tick at it. */
export interface FlushPoint {
  readonly seq: number;
  readonly tick: number;
  /**
   * True when a copy that stands here has the values of exactly this flush. One that may have newer
   * ones would keep a value for ever that has gone back since: between two flushes nothing changed.
   */
  readonly isExact: boolean;
}

const REMOVED_MAX = 4_096;

function isSameRow(a: RowRef, b: RowRef): boolean {
  return a.instrument === b.instrument && a.strategy === b.strategy &&
    a.mergeGroup === b.mergeGroup && a.accountId === b.accountId &&
    a.underlyingId === b.underlyingId;
}

function isSameUnderlying(a: UnderlyingRef, b: UnderlyingRef): boolean {
  return a.symbol === b.symbol && a.currency === b.currency &&
    a.instrumentKey === b.instrumentKey;
}

function isSameAccount(a: AccountRef, b: AccountRef): boolean {
  const [x, y] = [a.account, b.account];
  return x.id === y.id && x.nickname === y.nickname && x.type === y.type &&
    x.number === y.number && x.currency === y.currency && x.broker === y.broker &&
    x.isPaper === y.isPaper;
}

/**
 * All viewers with the same scope and row subscription: what they see of the book, when it changed,
 * and the one encoding that they share.
 */
export class Audience {
  #part: VisiblePart;
  #layout: number;
  #shadow: Shadow | null = null;
  #shadowSeq = -1;
  #rowsOfSeq: number;
  readonly rowLog: EntryLog<RowRef>;
  readonly underlyingLog: EntryLog<UnderlyingRef>;
  readonly accountLog: EntryLog<AccountRef>;

  /** `seq`: the last flush before it existed; nothing earlier can be resumed from. */
  constructor(
    view: BookView,
    readonly scope: Scope,
    readonly rows: RowSubscription,
    seq: number,
  ) {
    const options = { removedMax: REMOVED_MAX, seq };
    this.rowLog = new EntryLog(isSameRow, options);
    this.underlyingLog = new EntryLog(isSameUnderlying, options);
    this.accountLog = new EntryLog(isSameAccount, options);
    this.#part = visiblePart(view, scope, rows);
    this.#layout = view.layout;
    this.#rowsOfSeq = seq;
    this.#updateLogs(view, seq);
  }

  /** What is visible, by the layout of the last `sync`. */
  get part(): VisiblePart {
    return this.#part;
  }

  /** First sequence from which a resume can be answered. */
  get horizon(): number {
    return Math.max(this.rowLog.horizon, this.underlyingLog.horizon, this.accountLog.horizon);
  }

  /** Works out anew what is visible after the layout moved; differences belong to flush `seq`. */
  sync(view: BookView, seq: number): void {
    if (view.layout === this.#layout) return;
    const before = this.#part.rowsOf;
    this.#part = visiblePart(view, this.scope, this.rows);
    this.#layout = view.layout;
    this.#shadow = null;
    this.#shadowSeq = -1;
    if (String(before) !== String(this.#part.rowsOf)) this.#rowsOfSeq = seq;
    this.#updateLogs(view, seq);
  }

  #updateLogs(view: BookView, seq: number): void {
    const { underlyings, accounts, rows } = this.#part;
    this.underlyingLog.update(Array.from(underlyings, (u) => view.underlying(u)), seq);
    this.accountLog.update(Array.from(accounts, (a) => maskAccount(view.account(a))), seq);
    this.rowLog.update(Array.from(rows, (index) => view.row(index)), seq);
  }

  /** Names that changed after `seq`. */
  directorySince(seq: number): Directory {
    const list = <T>(key: string, entries: readonly T[]) =>
      entries.length > 0 ? { [key]: entries } : {};
    return {
      ...list("underlyings", this.underlyingLog.changedSince(seq)),
      ...list("accounts", this.accountLog.changedSince(seq)),
      ...list("rows", this.rowLog.changedSince(seq)),
      ...list("removedUnderlyings", this.underlyingLog.removedSince(seq)),
      ...list("removedAccounts", this.accountLog.removedSince(seq)),
      ...list("removedRows", this.rowLog.removedSince(seq)),
      ...(this.#rowsOfSeq > seq ? { rowsOf: this.#part.rowsOf } : {}),
    };
  }

  /**
   * Puts what changed after `since` up to flush `seq`. When `since` is exactly the flush before it,
   * only the changed fields; otherwise whole entries, because nobody remembers their old values.
   */
  put(writer: FrameWriter, view: BookView, since: FlushPoint, seq: number): void {
    if (this.#shadow !== null && since.isExact && this.#shadowSeq === since.seq) {
      this.#putChangedFields(writer, view, since.tick, this.#shadow);
      this.#shadowSeq = seq;
    } else this.#putChangedEntries(writer, view, since);
  }

  /** Makes the next flush after `seq` one of changed fields. */
  remember(view: BookView, seq: number): void {
    if (this.#shadow !== null && this.#shadowSeq === seq) return;
    if (this.#shadow === null) this.#shadow = new Shadow(view, this.#part);
    else this.#shadow.refill(view);
    this.#shadowSeq = seq;
  }

  #putChangedFields(writer: FrameWriter, view: BookView, tick: number, shadow: Shadow): void {
    const { underlyings, accounts } = this.#part;
    for (let k = 0; k < underlyings.length; k++) {
      const u = underlyings[k];
      if (view.underlyingChanged[u] <= tick) continue;
      const mask = shadow.underlying(view, k);
      if (mask === 0) continue;
      writer.underlying(view.underlyingIds[u], mask, view.underlyingF64, u * STRIDE.underlying);
    }
    for (let k = 0; k < accounts.length; k++) {
      const a = accounts[k];
      if (view.accountChanged[a] <= tick) continue;
      const mask = shadow.account(view, k);
      if (mask !== 0) writer.account(view.accountIds[a], mask, view.accountF64, a * STRIDE.account);
    }
    for (let k = 0; k < underlyings.length; k++) {
      for (let m = 0; m < accounts.length; m++) {
        const cell = underlyings[k] * view.accountCount + accounts[m];
        if (view.cellChanged[cell] <= tick) continue;
        const mask = shadow.cell(view, k, m);
        if (mask === 0) continue;
        writer.cell(view.underlyingIds[underlyings[k]], view.accountIds[accounts[m]]);
        writer.cellValues(mask, view.cellF64, cell * STRIDE.cell);
      }
    }
    this.#putChangedRowFields(writer, view, tick, shadow);
  }

  #putChangedRowFields(writer: FrameWriter, view: BookView, tick: number, shadow: Shadow): void {
    // Read once: the members of a view may be getters, and this loop is the hot one.
    const { rowF64, rowF32, rowU8, rowChanged, rowIds } = view;
    const columns = { rowF64, rowF32, rowU8 };
    const { rows } = this.#part;
    for (let k = 0; k < rows.length; k++) {
      const index = rows[k];
      if (rowChanged[index] <= tick) continue;
      const mask = shadow.row(columns, k);
      if (mask !== 0) writer.row(rowIds[index], mask, columns, index);
    }
  }

  #putChangedEntries(writer: FrameWriter, view: BookView, since: FlushPoint): void {
    const { underlyings, accounts, rows } = this.#part;
    const hasNew = {
      grid: Math.max(this.underlyingLog.lastSeq, this.accountLog.lastSeq) > since.seq,
      rows: this.rowLog.lastSeq > since.seq,
    };
    const isNewUnderlying = (u: number) =>
      hasNew.grid && this.underlyingLog.isChanged(view.underlyingIds[u], since.seq);
    const isNewAccount = (a: number) =>
      hasNew.grid && this.accountLog.isChanged(view.accountIds[a], since.seq);
    for (const u of underlyings) {
      if (view.underlyingChanged[u] <= since.tick && !isNewUnderlying(u)) continue;
      const at = u * STRIDE.underlying;
      writer.underlying(view.underlyingIds[u], FULL_MASK.underlying, view.underlyingF64, at);
    }
    for (const a of accounts) {
      if (view.accountChanged[a] <= since.tick && !isNewAccount(a)) continue;
      writer.account(view.accountIds[a], FULL_MASK.account, view.accountF64, a * STRIDE.account);
    }
    for (const u of underlyings) {
      const isNew = isNewUnderlying(u);
      for (const a of accounts) {
        const cell = u * view.accountCount + a;
        if (view.cellChanged[cell] <= since.tick && !isNew && !isNewAccount(a)) continue;
        writer.cell(view.underlyingIds[u], view.accountIds[a]);
        writer.cellValues(FULL_MASK.cell, view.cellF64, cell * STRIDE.cell);
      }
    }
    for (const index of rows) {
      const id = view.rowIds[index];
      const isNew = hasNew.rows && this.rowLog.isChanged(id, since.seq);
      if (view.rowChanged[index] > since.tick || isNew) {
        writer.row(id, FULL_MASK.row, view, index);
      }
    }
  }
}
