import type { UnixMs } from "../../../base/brand.ts";
import type { IbLink } from "../link.ts";
import { knownAmount } from "../map/amount.ts";

/** Subscriptions of single positions at most: each is a stream of one message a second. */
const SINGLES_MAX = 100;

/** Profit and loss that IB computes itself, in the account's currency; null: not computed yet. */
export interface ToldPnl {
  readonly daily: number | null;
  readonly unrealized: number | null;
  readonly at: UnixMs;
}

interface Subscribed {
  readonly account: string;
  /** Null: of the whole account. */
  readonly conId: number | null;
}

function nameOf({ account, conId }: Subscribed): string {
  return `${account} ${conId ?? ""}`;
}

/**
 * IB's own daily and unrealised profit and loss, of accounts and of their positions, the first
 * `SINGLES_MAX` of those. Source: ib.md §8.
 */
export class PnlWatch {
  #link: IbLink | null = null;
  readonly #byId = new Map<number, Subscribed>();
  readonly #idByName = new Map<string, number>();
  readonly #told = new Map<string, ToldPnl>();

  /** A connection began: accounts are subscribed anew; positions when they are known. */
  begin(link: IbLink, accounts: readonly string[]): void {
    this.#link = link;
    this.#byId.clear();
    this.#idByName.clear();
    for (const account of accounts) {
      const id = this.#note({ account, conId: null }, link);
      link.send("account", (client) => client.reqPnl(id, account));
    }
  }

  /** TWS forgot the subscriptions: all are asked for anew, under their ids. */
  renew(): void {
    const link = this.#link;
    if (link === null) return;
    for (const [id, { account, conId }] of [...this.#byId]) {
      link.send("account", (client) => {
        if (conId === null) client.reqPnl(id, account);
        else client.reqPnlSingle(id, account, conId);
      });
    }
  }

  /** The connection ended: what was told is of before. */
  end(): void {
    this.#link = null;
    this.#told.clear();
    this.#byId.clear();
    this.#idByName.clear();
  }

  /** Makes `held` the positions of an account that are listened to. */
  hold(account: string, held: readonly number[]): void {
    const link = this.#link;
    if (link === null) return;
    const wanted = new Set(held);
    for (const [id, subscribed] of [...this.#byId]) {
      const { conId } = subscribed;
      if (subscribed.account !== account || conId === null || wanted.has(conId)) continue;
      this.#forget(id, subscribed);
      link.send("account", (client) => client.cancelPnlSingle(id));
    }
    for (const conId of held) {
      const isKnown = this.#idByName.has(nameOf({ account, conId }));
      if (isKnown || this.#idByName.size >= SINGLES_MAX) continue;
      const id = this.#note({ account, conId }, link);
      link.send("account", (client) => client.reqPnlSingle(id, account, conId));
    }
  }

  /** Takes figures of a subscription. */
  take(
    id: number,
    pnl: { readonly daily: number | null; readonly unrealized: number | null },
    at: UnixMs,
  ): void {
    const subscribed = this.#byId.get(id);
    if (subscribed === undefined) return;
    const daily = knownAmount(pnl.daily);
    const unrealized = knownAmount(pnl.unrealized);
    this.#told.set(nameOf(subscribed), { daily, unrealized, at });
  }

  /** True when a refusal is of one of these subscriptions, which then ends. */
  refused(id: number): boolean {
    const subscribed = this.#byId.get(id);
    if (subscribed === undefined) return false;
    this.#byId.delete(id);
    this.#told.delete(nameOf(subscribed));
    return true;
  }

  /** What IB said last of an account, or of one position of it; null: nothing. */
  of(account: string, conId: number | null): ToldPnl | null {
    return this.#told.get(nameOf({ account, conId })) ?? null;
  }

  #note(subscribed: Subscribed, link: IbLink): number {
    const id = link.nextId();
    this.#byId.set(id, subscribed);
    this.#idByName.set(nameOf(subscribed), id);
    return id;
  }

  #forget(id: number, subscribed: Subscribed): void {
    this.#byId.delete(id);
    this.#idByName.delete(nameOf(subscribed));
    this.#told.delete(nameOf(subscribed));
  }
}
