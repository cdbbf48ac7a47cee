import type { UnixMs } from "../base/brand.ts";
import { brokerName } from "../domain/account.ts";
import type { BookView } from "../domain/book_view.ts";
import type { FeedStatus } from "../stream/protocol/messages.ts";

/** What is needed of a feed to tell how its broker's part of the book stands. */
export type PartFeed = Pick<FeedStatus, "feed" | "label" | "state" | "since" | "detail"> & {
  readonly broker?: string;
  readonly carries?: FeedStatus["carries"];
};

/**
 * The part of a book that one broker tells, on a desk with several. `old`: what its accounts hold
 * is known as of `since`; `missing`: its accounts are not in the book, and nobody knows them.
 */
export interface BrokerPart {
  readonly broker: string;
  readonly name: string;
  /** Dense indices of its accounts. */
  readonly accounts: readonly number[];
  readonly state: "current" | "old" | "missing";
  /** Since when it is old or missing, by the source's clock; null while it is current. */
  readonly since: UnixMs | null;
  /** What the broker's feed says of it. */
  readonly detail: string | null;
}

function bringsAccounts({ carries }: PartFeed): boolean {
  return carries !== "prices";
}

function bringsPrices({ carries }: PartFeed): boolean {
  return carries !== "accounts";
}

function isOut({ state }: PartFeed): boolean {
  return state === "down" || state === "stale" || state === "connecting";
}

/** The parts by broker, in the order of the feeds; none on a desk with one broker. */
export function brokerParts(view: BookView, feeds: readonly PartFeed[]): readonly BrokerPart[] {
  const brokers = [...new Set(feeds.flatMap(({ broker }) => broker === undefined ? [] : [broker]))];
  return brokers.map((broker) => {
    const accounts: number[] = [];
    for (let a = 0; a < view.accountCount; a++) {
      if (view.account(a).account.broker === broker) accounts.push(a);
    }
    const out = feeds.filter((feed) =>
      feed.broker === broker && bringsAccounts(feed) && isOut(feed)
    );
    const isKnown = accounts.length > 0;
    return {
      broker,
      name: brokerName(broker),
      accounts,
      state: out.length === 0 ? "current" : isKnown ? "old" : "missing",
      since: out.length === 0 ? null : Math.min(...out.map(({ since }) => since)),
      detail: out[0]?.detail ?? null,
    };
  });
}

/** Parts that totals over the chosen accounts lack or know as of before only. */
export function wantingParts(
  parts: readonly BrokerPart[],
  chosen: readonly number[],
  accountCount: number,
): readonly BrokerPart[] {
  const isAll = chosen.length === accountCount;
  return parts.filter(({ state, accounts }) =>
    state === "missing" ? isAll : state === "old" && accounts.some((a) => chosen.includes(a))
  );
}

/**
 * Which accounts are told now, by index: a sample of any other would record what nobody knows. With
 * several brokers an account needs its own broker's word and prices of any of them.
 */
export function toldAccounts(view: BookView, feeds: readonly PartFeed[]): readonly boolean[] {
  const isLive = ({ state }: PartFeed) => state === "live";
  if (feeds.every(({ broker }) => broker === undefined)) {
    return Array.from({ length: view.accountCount }, () => feeds.every(isLive));
  }
  const hasPrices = feeds.some((feed) => bringsPrices(feed) && isLive(feed));
  return Array.from({ length: view.accountCount }, (_, a) => {
    const { broker } = view.account(a).account;
    const own = feeds.filter((feed) => feed.broker === broker && bringsAccounts(feed));
    return hasPrices && own.length > 0 && own.every(isLive);
  });
}
