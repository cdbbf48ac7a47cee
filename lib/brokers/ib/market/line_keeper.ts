import { isOption } from "../../../domain/instrument.ts";
import type { Instrument } from "../../../domain/instrument.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { IbLink } from "../link.ts";
import type { IbContractQuery } from "../wire/contract.ts";
import { DWELL_MAX_MS, DWELL_MIN_MS, REQUESTS_PER_S, shareLines } from "./line_budget.ts";
import type { LineIds } from "./line_ids.ts";
import { LINE_STATUS, type LineTable } from "./line_table.ts";
import { byRisk, riskOf } from "./risk.ts";
import { LINE_FIELD, SET_FIELD } from "./tick_types.ts";
import { SEEN, type TickColumns } from "./ticks.ts";

/** How often requests are sent, ms. */
export const BEAT_MS = 250;
const REQUESTS_PER_BEAT = REQUESTS_PER_S * BEAT_MS / 1000;
/** How often lines are given out anew by what is known then, ms. */
const REVIEW_MS = 10_000;
/** After this time one more line is tried than IB granted last, ms. */
const GROW_MS = 60_000;
/** How much larger a risk has to be to take the line of another. */
const KEEPS_LINE = 1.25;

/** What the keeper of the lines works on. */
export interface KeeperParts {
  readonly clock: Clock;
  readonly lines: LineTable;
  readonly ids: LineIds;
  readonly ticks: TickColumns;
  readonly linesMax: number;
  readonly referenceKey: string;
  /** By what contract IB is asked for an instrument; null while that is not known. */
  readonly contractOf: (instrument: Instrument) => IbContractQuery | null;
  /** Contracts or shares held over all accounts, without sign. */
  readonly heldQuantity: (instrumentKey: string) => number;
}

/**
 * Decides which instruments have a market-data line, and asks for them at a bounded pace: by risk
 * while lines are short, the rest in turns of a known length. What IB grants is learned from its
 * refusals.
 */
export class LineKeeper {
  readonly #parts: KeeperParts;
  #link: IbLink | null = null;
  #type = 1;
  /** Lines that IB grants, as far as is known. */
  #granted: number;
  #grantedAt = -Infinity;
  /** Requests that may be sent now; below 0 when an exchange took one too many. */
  #credit = REQUESTS_PER_BEAT;
  /** Lines in the order of risk, those that may have a request. */
  #order: readonly number[] = [];
  #cadenceMs = NaN;
  #turning = 0;
  #reviewAt = -Infinity;
  #unwantedIds: number[] = [];
  /** Takes back a request that still waits for its turn, by line. */
  readonly #takeBack = new Map<number, () => boolean>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#granted = parts.linesMax;
  }

  /** Lines that may have a request, in the order of risk. */
  get order(): readonly number[] {
    return this.#order;
  }

  /** Lines that IB grants, as far as is known. */
  get granted(): number {
    return this.#granted;
  }

  /** Instruments that take turns. */
  get turning(): number {
    return this.#turning;
  }

  /** Time in which every instrument without a line of its own has its turn, ms; NaN: all have. */
  get cadenceMs(): number {
    return this.#cadenceMs;
  }

  /** A connection is there; requests are made under a market data type. */
  begin(link: IbLink, type: number): void {
    this.#link = link;
    this.#type = type;
    this.#forgetRequests();
    this.needsReview();
  }

  /** Later requests are made under another type. */
  setType(type: number): void {
    this.#type = type;
  }

  /** IB knows of no request any more; nothing is cancelled. */
  forget(): void {
    const { lines } = this.#parts;
    this.#forgetRequests();
    for (const line of lines.lines()) {
      if (lines.status[line] !== LINE_STATUS.unnamed) lines.close(line, LINE_STATUS.waiting);
    }
    this.needsReview();
  }

  /** The connection is gone. */
  end(): void {
    this.#link = null;
    this.forget();
  }

  /** The lines are to be given out anew at the next beat. */
  needsReview(): void {
    this.#reviewAt = -Infinity;
  }

  /** Ends the request of a line. `isKnown`: IB still holds it. */
  close(line: number, status: number, isKnown: boolean): void {
    const { lines, ids } = this.#parts;
    const id = lines.id[line];
    if (id >= 0) {
      ids.release(id);
      const isTakenBack = this.#takeBack.get(line)?.() ?? false;
      if (isKnown && !isTakenBack) this.#unwantedIds.push(id);
    }
    this.#takeBack.delete(line);
    lines.close(line, status);
  }

  /** IB has no line for this request: there are only as many as are open beside it. */
  outOfLines(line: number): void {
    const { lines, clock } = this.#parts;
    this.close(line, LINE_STATUS.waiting, false);
    lines.servedAt[line] = -Infinity;
    this.#granted = Math.max(1, Math.min(this.#granted, lines.openCount));
    this.#grantedAt = clock.monotonic();
    this.needsReview();
  }

  /** One beat: gives out lines anew when that is due, and sends what the pace allows. */
  beat(): void {
    const now = this.#parts.clock.monotonic();
    this.#grow(now);
    if (now >= this.#reviewAt) this.#review(now);
    this.#credit = Math.min(REQUESTS_PER_BEAT, this.#credit + REQUESTS_PER_BEAT);
    this.send();
  }

  /** Sends as far as the pace allows now. */
  send(): void {
    const link = this.#link;
    if (link === null || !link.isReady()) return;
    const now = this.#parts.clock.monotonic();
    if (now >= this.#reviewAt) this.#review(now);
    while (this.#credit > 0 && this.#step(link, now));
  }

  #step(link: IbLink, now: number): boolean {
    const { lines } = this.#parts;
    const unwanted = this.#unwantedIds.shift();
    if (unwanted !== undefined) {
      this.#cancel(link, unwanted);
      return true;
    }
    const due = this.#order.find((line) => lines.isDue[line] === 1);
    if (due !== undefined) {
      this.#reopen(link, due, now);
      return true;
    }
    const next = this.#next();
    if (next < 0) return false;
    if (lines.openCount >= this.#granted && !this.#makeRoom(link, next, now)) return false;
    this.#open(link, next, now);
    return true;
  }

  #reopen(link: IbLink, line: number, now: number): void {
    const { lines } = this.#parts;
    const isCompeting = lines.isCompeting[line];
    this.close(line, LINE_STATUS.waiting, true);
    const id = this.#unwantedIds.pop();
    if (id !== undefined) this.#cancel(link, id);
    this.#open(link, line, now);
    lines.isCompeting[line] = isCompeting;
  }

  #cancel(link: IbLink, id: number): void {
    this.#credit--;
    link.send("market", (client) => client.cancelMarketData(id));
  }

  #open(link: IbLink, line: number, now: number): void {
    const { lines, ids, ticks } = this.#parts;
    const contract = lines.subject(line)?.contract;
    if (contract === null || contract === undefined) return;
    this.#credit--;
    const id = ids.claim(link, line);
    ticks.begin(line);
    lines.open(line, id, this.#type, now);
    this.#takeBack.set(
      line,
      link.send("market", (client) => client.reqMarketData(id, contract, "")),
    );
  }

  /** Who is next: what keeps a line, in the order of risk, else who waits longest for a turn. */
  #next(): number {
    const { lines } = this.#parts;
    let next = -1;
    for (const line of this.#order) {
      if (lines.status[line] !== LINE_STATUS.waiting) continue;
      if (lines.isTurning[line] === 0) return line;
      if (next < 0 || lines.servedAt[line] < lines.servedAt[next]) next = line;
    }
    return next;
  }

  /** Closes a line whose turn is over; false when nobody's is. */
  #makeRoom(link: IbLink, next: number, now: number): boolean {
    const { lines } = this.#parts;
    let oldest = -1;
    for (const line of this.#order) {
      if (lines.status[line] !== LINE_STATUS.open || lines.isTurning[line] === 0) continue;
      if (oldest < 0 || lines.openedAt[line] < lines.openedAt[oldest]) oldest = line;
    }
    if (oldest < 0) return false;
    if (lines.isTurning[next] === 1 && !this.#isServed(oldest, now)) return false;
    this.close(oldest, LINE_STATUS.waiting, true);
    const id = this.#unwantedIds.pop();
    if (id !== undefined) this.#cancel(link, id);
    return true;
  }

  #isServed(line: number, now: number): boolean {
    const { lines, ticks } = this.#parts;
    const forMs = now - lines.openedAt[line];
    const wants = SEEN.quote | SEEN.greeks;
    const isComplete = (ticks.seen[line] & wants) === wants;
    return forMs >= (isComplete ? DWELL_MIN_MS : DWELL_MAX_MS);
  }

  #review(now: number): void {
    this.#reviewAt = now + REVIEW_MS;
    const { lines, ticks } = this.#parts;
    const ranked: { readonly line: number; readonly isDriver: boolean; readonly risk: number }[] =
      [];
    for (const line of lines.lines()) {
      const subject = lines.subject(line);
      if (subject === undefined || lines.status[line] === LINE_STATUS.refused) continue;
      if (!this.#isNamed(line, subject.instrument)) continue;
      const { instrument } = subject;
      const bonus = lines.id[line] >= 0 && lines.isTurning[line] === 0 ? KEEPS_LINE : 1;
      const risk = instrument.key === this.#parts.referenceKey
        ? Infinity
        : this.#riskOf(line, instrument) * bonus;
      ranked.push({ line, isDriver: !isOption(instrument), risk });
    }
    ranked.sort(byRisk);
    const drivers = ranked.findIndex(({ isDriver }) => !isDriver);
    const share = shareLines(this.#granted, ranked.length, drivers < 0 ? ranked.length : drivers);
    ranked.forEach(({ line }, place) => {
      const isTurning = place >= share.kept;
      lines.isTurning[line] = isTurning ? 1 : 0;
      ticks.setCadence(line, isTurning ? share.cadenceMs : NaN);
    });
    this.#order = ranked.map(({ line }) => line);
    this.#cadenceMs = share.cadenceMs;
    this.#turning = ranked.length - share.kept;
  }

  /** Looks for the contract of a line that has none. A line that is open stays as it is. */
  #isNamed(line: number, instrument: Instrument): boolean {
    const { lines, contractOf } = this.#parts;
    const subject = lines.subject(line);
    if (subject === undefined || subject.contract !== null) return subject !== undefined;
    const contract = contractOf(instrument);
    if (contract === null) lines.status[line] = LINE_STATUS.unnamed;
    else lines.name(line, contract);
    return contract !== null;
  }

  #riskOf(line: number, instrument: Instrument): number {
    const { lines, ticks, heldQuantity } = this.#parts;
    const driver = isOption(instrument) ? lines.lineOfKey(instrument.underlyingKey) : line;
    return riskOf({
      instrument,
      quantity: heldQuantity(instrument.key),
      spot: driver < 0 ? NaN : spotOf(ticks, driver),
      delta: ticks.greek(line, SET_FIELD.delta),
      gamma: ticks.greek(line, SET_FIELD.gamma),
    });
  }

  #grow(now: number): void {
    const { lines, linesMax } = this.#parts;
    const isShort = this.#granted < linesMax && this.#turning > 0;
    if (!isShort || now - this.#grantedAt < GROW_MS || lines.openCount < this.#granted) return;
    this.#granted++;
    this.#grantedAt = now;
    this.needsReview();
  }

  #forgetRequests(): void {
    this.#parts.ids.clear();
    this.#unwantedIds = [];
    for (const takeBack of this.#takeBack.values()) takeBack();
    this.#takeBack.clear();
  }
}

/** What is known of a price: the middle of the quote, the last trade, the previous close. */
function spotOf(ticks: TickColumns, line: number): number {
  const middle = (ticks.value(line, LINE_FIELD.bid) + ticks.value(line, LINE_FIELD.ask)) / 2;
  if (middle > 0) return middle;
  const last = ticks.value(line, LINE_FIELD.last);
  return last > 0 ? last : ticks.value(line, LINE_FIELD.previousClose);
}
