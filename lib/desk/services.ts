import type { UnixMs } from "../base/brand.ts";
import type { MarketState } from "../calendar/market_state.ts";
import type { Account } from "../domain/account.ts";
import type { BookView } from "../domain/book_view.ts";
import type { DeskMode, FeedHealth, Playback } from "../ports/broker.ts";
import type { ApiData } from "./api_data.ts";
import type { ReadinessCause } from "./readiness.ts";
import type { TrailMetric } from "./recorder.ts";
import type { TrailPoints } from "./trail.ts";

/** The book as one text, with where it stands in the stream; an island resumes from it. */
export interface PageSnapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly text: string;
}

/** Something the desk wants the reader to know; accounts are indices of the book's list. */
export interface DeskNotice {
  readonly id: string;
  readonly severity: "info" | "caution" | "critical";
  readonly title: string;
  readonly text: string;
  readonly at: UnixMs;
}

/** Figures about the engine itself. */
export interface EngineFigures {
  /** Market events in the last second. */
  readonly eventsPerSecond: number;
  /** Time of the newest board and book update; NaN before the first. */
  readonly recomputeMs: number;
  readonly loopLagMs: number;
  readonly clients: number;
}

/** What routes may reach of the desk. */
export interface DeskServices {
  readonly mode: DeskMode;
  readonly label: string;
  readonly version: string;
  readonly baseCurrency: string;
  /** Key of the reference instrument, e.g. SPY. */
  readonly referenceKey: string;
  readonly servesDebug: boolean;
  view(): BookView;
  accounts(): readonly Account[];
  snapshot(): PageSnapshot;
  feeds(): readonly FeedHealth[];
  figures(): EngineFigures;
  notices(): readonly DeskNotice[];
  sourceNow(): UnixMs;
  /** Regular session by the exchange calendar at the source's time; null outside its table. */
  market(): MarketState | null;
  trail(metric: TrailMetric, accounts: readonly number[]): TrailPoints;
  playback(): Playback | null;
  data(accounts: readonly number[]): ApiData;
  debug(): unknown;
  /** Recomputes everything from the inputs; answers how far the running sums were off. */
  recalculate(): { readonly netLiq: number; readonly difference: number; readonly rows: number };
  readiness(): readonly ReadinessCause[];
  metrics(): string;
  /** Hands an open WebSocket to the stream. */
  openStream(socket: WebSocket, format: "binary" | "json"): void;
}
