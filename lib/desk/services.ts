import type { UnixMs } from "../base/brand.ts";
import type { Account } from "../domain/account.ts";
import type { BookView } from "../domain/book_view.ts";
import type { TodayMetric } from "../portfolio/overview/metrics.ts";
import type { TodayHistory, TodayPoints } from "../portfolio/overview/today_line.ts";
import type { DeskMode, Playback } from "../ports/broker.ts";
import type { FeedStatus, MarketStatus, StreamFormat } from "../stream/protocol/messages.ts";
import type { ApiData } from "./api_data.ts";
import type { ReadinessCause } from "./readiness.ts";

/** The book as one text, with where it stands in the stream; an island resumes from it. */
export interface PageSnapshot {
  readonly epoch: string;
  readonly seq: number;
  readonly text: string;
}

/** What a full recomputation found. */
export interface Recalculation {
  /** Σ market value of positions, base currency. */
  readonly netLiq: number;
  /** Largest relative difference between running sums and recomputation. */
  readonly difference: number;
  readonly rows: number;
}

/** What routes may reach of the desk. */
export interface DeskServices {
  readonly mode: DeskMode;
  readonly label: string;
  readonly version: string;
  readonly baseCurrency: string;
  readonly servesDebug: boolean;
  view(): BookView;
  accounts(): readonly Account[];
  snapshot(): PageSnapshot;
  feeds(): readonly FeedStatus[];
  sourceNow(): UnixMs;
  /** Regular session by the exchange calendar at the source's time; null outside its table. */
  market(): MarketStatus | null;
  /** Smoothed time of a board and book update, ms; null before the first. */
  recomputeMs(): number | null;
  /** Every metric of every account since the start, thinned for a page. */
  today(): TodayHistory;
  /** One metric since the start, summed over account indices. */
  trail(metric: TodayMetric, accounts: readonly number[]): TodayPoints;
  playback(): Playback | null;
  data(accounts: readonly number[]): ApiData;
  debug(): unknown;
  recalculate(): Recalculation;
  readiness(): readonly ReadinessCause[];
  metrics(): string;
  /** Hands an open WebSocket to the stream. */
  openStream(socket: WebSocket, format: StreamFormat): void;
}
