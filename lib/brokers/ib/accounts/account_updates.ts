import { ok } from "../../../base/result.ts";
import type { UnixMs } from "../../../base/brand.ts";
import type { Answer } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import type { IbLink } from "../link.ts";
import type { IbPortfolioLine } from "../wire/client.ts";
import { Stages } from "./stages.ts";

/** How long one account is listened to before the next one's turn, ms. */
const TURN_MS = 20_000;
/** A download that was not told complete ends its turn, ms. */
const DOWNLOAD_MS = 15_000;
/** A download of less age answers a question, ms. */
const FRESH_MS = 2_000;
const LINES_MAX = 50_000;

/** A line of a portfolio with the time of its arrival, for TWS tells none. */
export interface TimedLine {
  readonly line: IbPortfolioLine;
  readonly at: UnixMs;
}

interface Download {
  /** Null: none is under way, lines come one by one. */
  incoming: Map<number, TimedLine> | null;
  lines: Map<number, TimedLine>;
  /** Monotonic ms; null: never. */
  completedAt: number | null;
}

/**
 * Portfolio lines of the accounts. TWS tells them for one account at a time: with several, each has
 * its turn, and one that is asked for has it at once. Source: ib.md §8.
 */
export class AccountUpdates {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #stages: Stages;
  readonly #downloads = new Map<string, Download>();
  #link: IbLink | null = null;
  #accounts: readonly string[] = [];
  #current: string | null = null;
  #turn: Timer | null = null;

  constructor(clock: Clock, timers: Timers) {
    this.#clock = clock;
    this.#timers = timers;
    this.#stages = new Stages(timers, DOWNLOAD_MS);
  }

  /** A connection began: the accounts are listened to in turn. */
  begin(link: IbLink, accounts: readonly string[]): void {
    this.#link = link;
    this.#accounts = accounts;
    this.#current = null;
    this.#stages.begin();
    const [first] = accounts;
    if (first !== undefined) this.#listen(first);
  }

  /** The connection ended; what was told stays. */
  end(reason: string): void {
    this.#link = null;
    this.#turn?.cancel();
    this.#turn = null;
    for (const download of this.#downloads.values()) download.incoming = null;
    this.#stages.end(reason);
  }

  /** TWS forgot the subscription: the account of the moment is listened to anew. */
  renew(): void {
    if (this.#current !== null) this.#listen(this.#current);
  }

  /** Takes a line. */
  take(line: IbPortfolioLine): void {
    const download = this.#downloadOf(line.account);
    const lines = download.incoming ?? download.lines;
    const { conId } = line.contract;
    if (line.position === 0) lines.delete(conId);
    else if (lines.size < LINES_MAX || lines.has(conId)) {
      lines.set(conId, { line, at: this.#clock.now() });
    }
  }

  /** Everything of an account was told. */
  complete(account: string): void {
    const download = this.#downloadOf(account);
    if (download.incoming !== null) download.lines = download.incoming;
    download.incoming = null;
    download.completedAt = this.#clock.monotonic();
    this.#stages.reach(stageOf(account));
    if (account === this.#current) this.#armTurn(TURN_MS);
  }

  /** Lines of an account as they were told last; null before its first download is complete. */
  of(account: string): ReadonlyMap<number, TimedLine> | null {
    const download = this.#downloads.get(account);
    return download === undefined || download.completedAt === null ? null : download.lines;
  }

  /** Lines of an account, downloaded now. */
  async fresh(account: string, signal: AbortSignal): Answer<ReadonlyMap<number, TimedLine>> {
    const { completedAt, incoming } = this.#downloadOf(account);
    const ageMs = this.#clock.monotonic() - (completedAt ?? -Infinity);
    const isUnderWay = this.#current === account && incoming !== null;
    if (ageMs > FRESH_MS && !isUnderWay) {
      this.#stages.reset(stageOf(account));
      this.#listen(account);
    }
    const there = await this.#stages.wait(stageOf(account), signal);
    return there.ok ? ok(this.#downloadOf(account).lines) : there;
  }

  #listen(account: string): void {
    const link = this.#link;
    if (link === null) return;
    const before = this.#current;
    this.#current = account;
    this.#downloadOf(account).incoming = new Map();
    link.send("account", (client) => {
      if (before !== null) client.reqAccountUpdates(false, before);
      client.reqAccountUpdates(true, account);
    });
    this.#armTurn(DOWNLOAD_MS);
  }

  #armTurn(afterMs: number): void {
    this.#turn?.cancel();
    this.#turn = null;
    if (this.#accounts.length < 2) return;
    this.#turn = this.#timers.setTimer(afterMs, () => {
      const next = this.#accounts.indexOf(this.#current ?? "") + 1;
      this.#listen(this.#accounts[next % this.#accounts.length]);
    });
  }

  #downloadOf(account: string): Download {
    const known = this.#downloads.get(account);
    if (known !== undefined) return known;
    const download: Download = { incoming: null, lines: new Map(), completedAt: null };
    this.#downloads.set(account, download);
    return download;
  }
}

function stageOf(account: string): string {
  return `portfolio of account ${account.slice(-4)}`;
}
