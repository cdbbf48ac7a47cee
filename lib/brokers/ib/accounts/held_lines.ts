import type { UnixMs } from "../../../base/brand.ts";
import type { IbContract } from "../wire/contract.ts";

/** What an account holds of one contract, as IB tells it. */
export interface HeldLine {
  readonly contract: IbContract;
  /** Long > 0, short < 0; never 0. */
  readonly quantity: number;
  /** With multiplier and commissions for derivatives; null when not told. */
  readonly averageCost: number | null;
  readonly at: UnixMs;
}

type Lines = Map<number, HeldLine>;

/** How a position begins on the wire. */
const POSITION = "61|";
/** Lines of one login at most. */
const LINES_MAX = 100_000;

/**
 * Positions by account and contract. A list (`reqPositions`) is collected until its end and then
 * replaces what was known; what comes afterwards changes single lines. An account that held
 * something and is not in a list at all is emptied only when the list is to be believed: TWS sends
 * empty ones around its nightly reset. Source: ib.md §8, §11.
 */
export class HeldLines {
  #byAccount = new Map<string, Lines>();
  /** The list that is under way; null: none. */
  #incoming: Map<string, Lines> | null = null;
  #count = 0;
  /** Lines that closed while that could not be believed. */
  #isUnsettled = false;
  /** A message of the list that is under way may be missing. */
  #isTorn = false;
  /** Positions that could not be read, of the list that is under way, and as told. */
  #unreadNow = 0;
  #unread = 0;

  /**
   * True when something was told that is not believed, or a list has not come to its end: it has to
   * be asked for again.
   */
  get isUnsettled(): boolean {
    return this.#isUnsettled || this.#incoming !== null;
  }

  /** A list was asked for. */
  begin(): void {
    this.#incoming = new Map();
    this.#isTorn = false;
    this.#unreadNow = 0;
    this.#count = 0;
  }

  /** The connection ended: a list that is under way never ends. */
  abandon(): void {
    this.#incoming = null;
  }

  /** Positions of the last list and since then that could not be read: the book lacks them. */
  get unreadCount(): number {
    return this.#unread;
  }

  /**
   * A message could not be read, perhaps one of these: nothing is closed for its absence. `raw`: as
   * it came.
   */
  miss(raw: string): void {
    this.#isTorn = this.#incoming !== null;
    this.#isUnsettled = true;
    if (raw.startsWith(POSITION)) this.#unreadNow++;
    if (this.#incoming === null) this.#unread = this.#unreadNow;
  }

  /**
   * Takes one position; true when what is known of the account changed. `isBelieved`: whether a
   * closed position is to be believed now.
   */
  take(account: string, line: HeldLine, isBelieved: boolean): boolean {
    const { conId } = line.contract;
    if (this.#incoming !== null) {
      if (line.quantity !== 0 && this.#count++ < LINES_MAX) {
        linesOf(this.#incoming, account).set(conId, line);
      } else this.#incoming.get(account)?.delete(conId);
      return false;
    }
    const lines = linesOf(this.#byAccount, account);
    const before = lines.get(conId);
    if (line.quantity === 0) {
      if (before === undefined) return false;
      if (isBelieved) return lines.delete(conId);
      this.#isUnsettled = true;
      return false;
    }
    if (before === undefined && lines.size >= LINES_MAX) return false;
    lines.set(conId, line);
    return before?.quantity !== line.quantity || before.averageCost !== line.averageCost;
  }

  /**
   * The list is complete: it replaces what was known. `isBelieved`: whether an account that is not
   * in it is empty now; what is not believed stays as it was. Answers whose lines changed.
   */
  end(isBelieved: (account: string) => boolean): readonly string[] {
    const incoming = this.#incoming;
    if (incoming === null) return [];
    this.#incoming = null;
    this.#isUnsettled = this.#isTorn;
    this.#unread = this.#unreadNow;
    const changed: string[] = [];
    for (const account of new Set([...this.#byAccount.keys(), ...incoming.keys()])) {
      const before = this.of(account);
      const now = incoming.get(account) ?? new Map<number, HeldLine>();
      if (now.size === 0 && before.size > 0 && !isBelieved(account)) {
        this.#isUnsettled = true;
        continue;
      }
      this.#byAccount.set(account, this.#isTorn ? new Map([...before, ...now]) : now);
      changed.push(account);
    }
    return changed;
  }

  /** What an account holds, by contract. */
  of(account: string): ReadonlyMap<number, HeldLine> {
    return this.#byAccount.get(account) ?? new Map();
  }
}

function linesOf(accounts: Map<string, Lines>, account: string): Lines {
  const known = accounts.get(account);
  if (known !== undefined) return known;
  const lines: Lines = new Map();
  accounts.set(account, lines);
  return lines;
}
