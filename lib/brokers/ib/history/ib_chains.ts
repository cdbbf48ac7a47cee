import type { IsoDate } from "../../../base/brand.ts";
import { ok } from "../../../base/result.ts";
import { parseDay, weekdayOf } from "../../../calendar/date.ts";
import { listedOptionClass } from "../../../calendar/option_class.ts";
import { nextSession } from "../../../calendar/sessions.ts";
import { optionKey } from "../../../domain/instrument.ts";
import type { Answer, ChainExpiry, ChainStrike } from "../../../ports/broker.ts";
import type { Timers } from "../../../ports/timers.ts";
import { IbAsks } from "../asks.ts";
import type { IbLink, IbPart } from "../link.ts";
import { keyRoot } from "../map/symbols.ts";
import { ibDate } from "../map/time.ts";
import type { IbChainPart, IbNotice } from "../wire/client.ts";

const ANSWER_MS = 30_000;
const FRIDAY = 5;
const WEDNESDAY = 3;
const STANDARD_MULTIPLIER = 100;

/** What a chain is asked of. */
export interface ChainUnderlying {
  readonly conId: number;
  readonly symbol: string;
  /** STK, IND or FUT. */
  readonly secType: string;
  readonly currency: string;
  /** Of the future; empty for anything else. */
  readonly exchange: string;
}

/**
 * Chains as IB lists them: expirations and strikes of each trading class, a cross product. It holds
 * contracts that do not exist: a key of it is a name to ask for, and what IB does not list under it
 * is unknown then ("unknownInstrument"). Source: ib.md §7.2.
 */
export class IbChains implements IbPart {
  readonly #asks: IbAsks<IbChainPart>;
  #link: IbLink | null = null;

  constructor({ timers }: { readonly timers: Timers }) {
    this.#asks = new IbAsks({ timers, kind: "contract", what: "chain", timeoutMs: ANSWER_MS });
  }

  /** Expiries of an underlying by date and root; empty when it has no options. */
  async chain(underlying: ChainUnderlying, signal: AbortSignal): Answer<readonly ChainExpiry[]> {
    const { conId, symbol, secType, exchange } = underlying;
    const parts = await this.#asks.ask(this.#link, signal, {
      send: (client, id) => client.reqChain(id, { symbol, secType, conId, exchange }),
    });
    return parts.ok ? ok(chainOf(parts.value, underlying)) : parts;
  }

  began(link: IbLink): void {
    this.#link = link;
  }

  ended(reason: string): void {
    this.#link = null;
    this.#asks.ended(reason);
  }

  notice(notice: IbNotice): void {
    this.#asks.notice(notice);
  }

  chainPart(id: number, part: IbChainPart): void {
    this.#asks.add(id, part);
  }

  chainEnd(id: number): void {
    this.#asks.end(id);
  }
}

/** One part per trading class and multiplier: that of SMART, else the one with the most strikes. */
function chosenParts(parts: readonly IbChainPart[]): IbChainPart[] {
  const chosen = new Map<string, IbChainPart>();
  for (const part of parts) {
    const name = `${part.tradingClass} ${part.multiplier}`;
    const other = chosen.get(name);
    const isBetter = other === undefined || part.exchange === "SMART" ||
      (other.exchange !== "SMART" && part.strikes.length > other.strikes.length);
    if (isBetter) chosen.set(name, part);
  }
  return [...chosen.values()];
}

function chainOf(
  parts: readonly IbChainPart[],
  { currency, secType }: ChainUnderlying,
): ChainExpiry[] {
  const expiries = chosenParts(parts).flatMap((part) => {
    const root = keyRoot(part.tradingClass, currency === "" ? "USD" : currency);
    const multiplier = part.multiplier ?? STANDARD_MULTIPLIER;
    const strikes = [...new Set(part.strikes)].sort((a, b) => a - b);
    const dates = part.expirations.map((text) => expiryOf(text, part.tradingClass, secType));
    return [...new Set(dates)].filter((date) => date !== null).map((expiry): ChainExpiry => ({
      expiry,
      root,
      strikes: strikes.map((strike): ChainStrike => ({
        strike,
        callKey: optionKey({ root, expiry, right: "call", strike, multiplier }),
        putKey: optionKey({ root, expiry, right: "put", strike, multiplier }),
      })),
    }));
  });
  return expiries.sort((a, b) => a.expiry < b.expiry ? -1 : a.expiry > b.expiry ? 1 : byRoot(a, b));
}

function byRoot(a: ChainExpiry, b: ChainExpiry): number {
  return a.root < b.root ? -1 : a.root > b.root ? 1 : 0;
}

/**
 * Expiry of an option by its last trading day. What settles at the open stops trading the session
 * before: such a date is told by its day of the week, which is not that of the class's expiries.
 */
function expiryOf(text: string, root: string, secType: string): IsoDate | null {
  const date = ibDate(text);
  if (date === null || secType === "FUT") return date;
  if (listedOptionClass(root).settlement !== "AM") return date;
  const day = parseDay(date);
  const expiryDay = root.startsWith("VIX") ? WEDNESDAY : FRIDAY;
  if (!day.ok || weekdayOf(day.value) === expiryDay) return date;
  const next = nextSession(date);
  return next.ok ? next.value : date;
}
