import { indexOf } from "../../../base/record.ts";
import { marketStateAt } from "../../../calendar/market_state.ts";
import { DATA_LEVELS } from "../../../domain/market_data.ts";
import type { Clock } from "../../../ports/clock.ts";
import { IB_CODES, shownText } from "../codes.ts";
import type { IbLink } from "../link.ts";
import type { IbNotice } from "../wire/client.ts";
import type { LineIds } from "./line_ids.ts";
import type { LineKeeper } from "./line_keeper.ts";
import { LINE_STATUS, type LineTable } from "./line_table.ts";
import { lineReaction } from "./refusals.ts";
import { SEEN, type TickColumns } from "./ticks.ts";

const LEVEL = indexOf(DATA_LEVELS);
/** Types that give delayed values where live ones are not subscribed. */
const DELAYED_TYPE = 3;
const DELAYED_FROZEN_TYPE = 4;
/** How often what another session took is asked for, ms. */
const COMPETING_RETRY_MS = 60_000;
/** Time in which ticks follow a refusal that was mere advice, ms. */
const DOUBT_MS = 5_000;

/** What refusals work on. */
export interface RefusalParts {
  readonly clock: Clock;
  readonly lines: LineTable;
  readonly ids: LineIds;
  readonly ticks: TickColumns;
  readonly keeper: LineKeeper;
}

/**
 * What becomes of a line when IB refuses it: from live to delayed data once, to the broker's own
 * valuation when that is refused too, and back when another session gives the data free.
 */
export class LineRefusals {
  readonly #parts: RefusalParts;
  /** Refusals that may be mere advice, and since when. */
  readonly #doubted = new Map<IbNotice, number>();
  #link: IbLink | null = null;
  #type = 1;
  #competingRetryAt = -Infinity;

  constructor(parts: RefusalParts) {
    this.#parts = parts;
  }

  /** A connection is there: asks for a type of market data. */
  begin(link: IbLink, type: number): void {
    this.#link = link;
    this.#type = type;
    this.askType();
  }

  /** Asks for the type in use again: IB forgot it. */
  askType(): void {
    const type = this.#type;
    this.#doubted.clear();
    this.#link?.send("market", (client) => client.reqMarketDataType(type));
  }

  /** The connection is gone. */
  end(): void {
    this.#link = null;
    this.#doubted.clear();
  }

  /** Market data type of later requests. */
  get type(): number {
    return this.#type;
  }

  /** Takes a notice about a line. */
  take(line: number, notice: IbNotice): void {
    const { lines, ticks, keeper } = this.#parts;
    switch (lineReaction(notice)) {
      case "none":
        return;
      case "delayed":
        return ticks.setLevel(line, LEVEL.delayed);
      case "outOfLines":
        return keeper.outOfLines(line);
      case "noGreeks":
        lines.isWithoutGreeks[line] = 1;
        return;
      case "competing":
        return this.#compete(line);
      case "refused":
        return this.#refuse(line, notice);
      case "dead":
        return this.#bury(line, notice);
    }
  }

  /** Asks again where time has come, and settles what was in doubt. */
  beat(): void {
    const now = this.#parts.clock.monotonic();
    this.#retryCompeting(now);
    this.#settleDoubts(now);
  }

  /** Live data is refused: delayed data is asked for once; refused again, there is none. */
  #refuse(line: number, notice: IbNotice): void {
    const { lines, ticks, keeper, clock } = this.#parts;
    if (lines.requestedType[line] < DELAYED_TYPE) {
      this.#fallBack();
      keeper.close(line, LINE_STATUS.waiting, false);
      lines.servedAt[line] = -Infinity;
      keeper.send();
    } else if ((ticks.seen[line] & SEEN.any) !== 0) ticks.setLevel(line, LEVEL.delayed);
    else if (notice.code === IB_CODES.needsSubscription) {
      this.#doubted.set(notice, clock.monotonic());
    } else this.#bury(line, notice);
  }

  /** Live is still what comes where it is subscribed: one type serves all later requests. */
  #fallBack(): void {
    if (this.#type >= DELAYED_TYPE) return;
    const state = marketStateAt(this.#parts.clock.now(), "equity");
    const isOpen = !state.ok || state.value.phase === "open";
    this.#type = isOpen ? DELAYED_TYPE : DELAYED_FROZEN_TYPE;
    this.#parts.keeper.setType(this.#type);
    this.askType();
  }

  /** 10089 may be mere advice: delayed ticks follow it, or none. */
  #settleDoubts(now: number): void {
    const { ids, ticks } = this.#parts;
    for (const [notice, since] of this.#doubted) {
      if (now - since < DOUBT_MS) continue;
      this.#doubted.delete(notice);
      const line = ids.lineOf(notice.id);
      if (line < 0) continue;
      if ((ticks.seen[line] & SEEN.any) !== 0) ticks.setLevel(line, LEVEL.delayed);
      else this.#bury(line, notice);
    }
  }

  #bury(line: number, { code, text }: IbNotice): void {
    const { lines, ticks, keeper } = this.#parts;
    keeper.close(line, LINE_STATUS.refused, false);
    const subject = lines.subject(line);
    if (subject !== undefined) subject.reason = `${shownText(text)} (${code})`;
    ticks.setLevel(line, LEVEL.withheld);
    ticks.brokerMark(line, lines.portfolioPrice[line]);
    keeper.needsReview();
  }

  #compete(line: number): void {
    const { lines, ticks, clock } = this.#parts;
    const isFirst = ![...lines.lines()].some((one) => lines.isCompeting[one] === 1);
    if (isFirst) this.#competingRetryAt = clock.monotonic() + COMPETING_RETRY_MS;
    lines.isCompeting[line] = 1;
    ticks.setLevel(line, LEVEL.withheld);
    // What it said before is no sign that the data is back.
    ticks.begin(line);
  }

  /** One line asks whether the other session ended; once it has a price, the others follow. */
  #retryCompeting(now: number): void {
    const { lines, ticks } = this.#parts;
    const { isCompeting, isDue } = lines;
    const competing = [...lines.lines()].filter((line) => isCompeting[line] === 1);
    if (competing.length === 0) return;
    const back = competing.filter((line) => ticks.hasPrice(line));
    for (const line of back) isCompeting[line] = 0;
    const isProven = back.length > 0;
    if (!isProven && now < this.#competingRetryAt) return;
    this.#competingRetryAt = now + COMPETING_RETRY_MS;
    for (const line of isProven ? competing : competing.slice(0, 1)) {
      if (isCompeting[line] === 1) isDue[line] = 1;
    }
  }
}
