import { type Account, maskAccountNumber } from "../../../domain/account.ts";
import { listed } from "../../../format/words.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import type { TastytradeServices } from "../rest/services.ts";

/** Accounts are opened seldom: the list is asked for this often. */
const LOOK_EVERY_MS = 600_000;
const NAMED_MAX = 3;

/** What a look for new accounts works with. */
export interface NewAccountsParts {
  readonly services: Pick<TastytradeServices, "accounts">;
  readonly timers: Timers;
  /** Open accounts that the desk began with. */
  readonly known: readonly Account[];
  /** What is found is not what was found before. */
  readonly changed: () => void;
}

/**
 * Looks for accounts that were opened at the broker since the desk started. It does not take them
 * in: streams and books are made for the accounts of a start, and a restart takes a minute.
 */
export class NewAccounts {
  readonly #parts: NewAccountsParts;
  readonly #known: ReadonlySet<string>;
  readonly #closing = new AbortController();
  #timer: Timer | null = null;
  #found: readonly Account[] = [];
  #isLooking = false;

  constructor(parts: NewAccountsParts) {
    this.#parts = parts;
    this.#known = new Set(parts.known.map(({ number }) => number));
  }

  /** Begins to look; call once. */
  start(): void {
    this.#timer = this.#parts.timers.setPeriodic(LOOK_EVERY_MS, () => void this.look());
  }

  /** Ends it. */
  close(): void {
    this.#timer?.cancel();
    this.#closing.abort();
  }

  /** What is not shown and how to see it, as a sentence; null when all accounts are there. */
  notice(): string | null {
    const names = this.#found.slice(0, NAMED_MAX)
      .map(({ nickname, number }) => `${nickname} ${maskAccountNumber(number)}`);
    if (names.length === 0) return null;
    const rest = this.#found.length - names.length;
    const all = listed(rest > 0 ? [...names, `${rest} more`] : names);
    return `Opened at tastytrade since the desk started: ${all}. Start the desk anew to see ` +
      `${this.#found.length === 1 ? "it" : "them"}.`;
  }

  /** Asks for the list now; a failure leaves what is known. */
  async look(): Promise<void> {
    const { signal } = this.#closing;
    if (this.#isLooking || signal.aborted) return;
    this.#isLooking = true;
    const records = await this.#parts.services.accounts(signal);
    this.#isLooking = false;
    if (!records.ok || signal.aborted) return;
    const found = records.value.filter(({ isClosed, account }) =>
      !isClosed && !this.#known.has(account.number)
    ).map(({ account }) => account);
    const before = this.notice();
    this.#found = found;
    if (this.notice() !== before) this.#parts.changed();
  }
}
