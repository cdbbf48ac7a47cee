import type { WorkerLink } from "../../../ports/worker_link.ts";
import type { Carry as WorldCarry, WorldEvent } from "../../../world/mod.ts";
import type * as world from "../../../world/mod.ts";

/** How the market of a demo is made. */
export interface WorldStart {
  readonly seed: number;
  /** "YYYY-MM-DD"; a day without session moves to the next one. */
  readonly date: string;
  readonly positions: number;
  /** Market events per second of open session. */
  readonly eventRate: number;
  /** Market seconds per second. */
  readonly speed: number;
}

/** Where a market goes on, and how long nobody was there. */
export interface WorldResume {
  /** Bytes of a checkpoint, in a buffer of their own: it is transferred. */
  readonly checkpoint: Uint8Array<ArrayBuffer>;
  /** Real time since the checkpoint, ms. */
  readonly awayMs: number;
}

/** How a market came to where it stands. */
export type WorldBegun =
  | { readonly kind: "first" }
  /** It went on from a checkpoint, by that much market time. */
  | { readonly kind: "goesOn"; readonly checkpointAt: number; readonly wentOnMs: number }
  /** A checkpoint could not be used; why, in words that follow a colon. */
  | { readonly kind: "anew"; readonly why: string };

/** Columns of market events on their way; their buffers are transferred and come back empty. */
export interface EventColumns {
  count: number;
  readonly kind: Uint8Array<ArrayBuffer>;
  readonly handle: Int32Array<ArrayBuffer>;
  readonly eventAt: Float64Array<ArrayBuffer>;
  readonly values: Float64Array<ArrayBuffer>;
}

/** What may be asked of the market. Ids are the world's. */
export type WorldQuery =
  | { readonly kind: "positions"; readonly account: string }
  | { readonly kind: "balances"; readonly account: string }
  | { readonly kind: "figures"; readonly account: string }
  | { readonly kind: "fills"; readonly account: string }
  | { readonly kind: "orders"; readonly account: string }
  | { readonly kind: "fx" }
  | { readonly kind: "closes"; readonly ids: readonly number[] }
  | { readonly kind: "carry"; readonly underlyings: readonly string[] }
  | { readonly kind: "chain"; readonly underlying: string }
  | { readonly kind: "bars"; readonly id: number; readonly count: number }
  /** Lists contracts of chains, so that they quote. */
  | { readonly kind: "list"; readonly contracts: readonly world.ContractQuery[] };

/** Positions with the quantity at the previous close. */
export interface HeldPosition extends world.Position {
  readonly overnightQuantity: number;
}

/**
 * Positions of one account that moved, what was closed with quantities of 0; all of them when
 * `isWhole`.
 */
export interface MovedPositions {
  readonly account: string;
  readonly isWhole: boolean;
  readonly positions: readonly HeldPosition[];
}

/** Balances with cash at the previous close, native currency. */
export interface DemoBalances extends world.Balances {
  readonly previousCash: world.Amounts;
}

/** Balances, positions and their marks and previous closes of one instant; NaN is none. */
export interface DemoFigures {
  readonly at: number;
  readonly balances: DemoBalances;
  readonly positions: readonly HeldPosition[];
  /** Marks and closes per unit, in the order of the positions. */
  readonly marks: Float64Array;
  readonly closes: Float64Array;
}

/** Answers by the kind of query. */
export interface WorldAnswers {
  /** Null: no such account. */
  positions: readonly HeldPosition[] | null;
  balances: DemoBalances | null;
  figures: DemoFigures | null;
  fills: readonly world.Fill[];
  orders: readonly world.Order[];
  fx: world.FxRate;
  closes: Float64Array;
  carry: readonly (WorldCarry | null)[];
  chain: readonly world.ChainExpiry[];
  bars: readonly world.Bar[];
  list: readonly (world.Instrument | null)[];
}

/** Anything that a query answers. */
export type WorldAnswer = WorldAnswers[keyof WorldAnswers];

/** Where the market stands. */
export interface WorldMoment {
  readonly now: number;
  readonly isOpen: boolean;
  readonly date: string;
  /** Close of the open session, or the next open. */
  readonly until: number;
}

/** From the adapter to the market. */
export type ToWorld =
  | {
    readonly kind: "start";
    readonly start: WorldStart;
    readonly resume?: WorldResume | null;
    /** Send checkpoints from time to time and when asked. */
    readonly keepsCheckpoints?: boolean;
  }
  | {
    readonly kind: "subscribe";
    /** True: these and no others; false: these change, in this order. */
    readonly isWhole: boolean;
    readonly ids: Int32Array;
    /** Below 0: nobody wants the instrument any more. */
    readonly handles: Int32Array;
  }
  | { readonly kind: "query"; readonly id: number; readonly query: WorldQuery }
  | { readonly kind: "recycle"; readonly columns: EventColumns }
  | { readonly kind: "checkpoint" }
  | { readonly kind: "close" };

/** From the market to the adapter. */
export type FromWorld =
  | {
    readonly kind: "ready";
    readonly begun: WorldBegun;
    readonly moment: WorldMoment;
    readonly accounts: readonly world.Account[];
    readonly instruments: readonly world.Instrument[];
    readonly referenceSymbol: string;
  }
  | { readonly kind: "market"; readonly moment: WorldMoment; readonly columns: EventColumns }
  | {
    readonly kind: "events";
    readonly moment: WorldMoment;
    readonly events: readonly WorldEvent[];
    readonly moved: readonly MovedPositions[];
    readonly balances: readonly DemoBalances[];
  }
  | { readonly kind: "moment"; readonly moment: WorldMoment; readonly lost: number }
  | { readonly kind: "answer"; readonly id: number; readonly answer: WorldAnswer }
  | {
    readonly kind: "checkpoint";
    readonly bytes: Uint8Array<ArrayBuffer>;
    /** Market time of the checkpoint, Unix ms. */
    readonly at: number;
    /** True for the answer to a "checkpoint" message. */
    readonly isAsked: boolean;
  }
  | { readonly kind: "failed"; readonly message: string };

/** A two-way connection to the market, wherever it runs. */
export type WorldLink = WorkerLink<FromWorld, ToWorld>;
