import type { IbClient, IbEvents } from "./wire/client.ts";

/**
 * What a request is for, the most urgent first: pacing lets earlier kinds pass waiting ones of
 * later kinds.
 */
export type RequestKind = "probe" | "account" | "contract" | "market" | "history";

/** One ready connection as the parts of the adapter use it; of no use once it ended. */
export interface IbLink {
  readonly serverVersion: number;
  /** Numbers of all accounts of the login. */
  readonly accounts: readonly string[];
  /** False once the connection ended; nothing is sent any more. */
  isReady(): boolean;
  /** A request id, unique on this desk, from 1,000,000 on. */
  nextId(): number;
  /**
   * Sends when the pace allows, in order within a kind. Returns a function that takes the request
   * back if it still waits, and answers whether it did.
   */
  send(kind: RequestKind, request: (client: IbClient) => void): () => boolean;
}

/** How data flows from IB's servers into TWS, as 1100, 1101, 1102 and farm messages tell. */
export type Upstream = "up" | "down";

/**
 * A part of the adapter that outlives connections. It gets every event of the connection of the
 * moment, in wire order, and picks the ids that it asked for.
 */
export interface IbPart extends Partial<Omit<IbEvents, "connected" | "received" | "closed">> {
  /** A connection is ready (`nextValidId` came): ask and subscribe anew; the old ids are gone. */
  began(link: IbLink): void;
  /** The connection ended: what was asked will not be answered, values are not current. */
  ended(reason: string): void;
  /** TWS lost IB's servers (1100, 2110) or has them back with its data kept (1102). */
  upstream?(state: Upstream): void;
  /** TWS has IB's servers back and forgot every subscription (1101): ask anew. */
  dataLost?(): void;
}

/**
 * What is known of the reference symbol (SPY), by which market data is proven live in the regular
 * session.
 */
export interface ReferenceSigns {
  /** True once it is asked for on the connection of the moment. */
  readonly isAsked: boolean;
  /** Ticks of it on this connection; grows. */
  readonly tickCount: number;
  /** Trading in it is halted: its silence means nothing. */
  readonly isHalted: boolean;
}

/** What a part adds to the health of a feed. */
export interface FeedNotes {
  /** Words for the user, the most important first; null for nothing to say. */
  detail(): string | null;
  /** Events that could not be used, by cause. */
  counts(): Readonly<Record<string, number>>;
}
