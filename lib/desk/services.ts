import type { UnixMs } from "../base/brand.ts";
import type { Result } from "../base/result.ts";
import type { Account } from "../domain/account.ts";
import type { BookView } from "../domain/book_view.ts";
import type {
  LastingDifference,
  ReconciliationAnswer,
} from "../portfolio/reconciliation/answer.ts";
import type { TodayMetric } from "../portfolio/overview/metrics.ts";
import type { TodayHistory, TodayPoints } from "../portfolio/overview/today_line.ts";
import type { Playback } from "../ports/broker.ts";
import type { RecordingProblem } from "../ports/journal.ts";
import type {
  FeedStatus,
  FxRateStatus,
  MarketStatus,
  PageMode,
  RecordingStatus,
  StreamFormat,
} from "../stream/protocol/messages.ts";
import type { ApiBody } from "./api_answers.ts";
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
  /** The flush whose positions `netLiq` sums. */
  readonly stream: { readonly epoch: string; readonly seq: number };
}

/** A stretch of one metric that is asked of the record; times by the source's clock. */
export interface MetricQuery {
  readonly metric: TodayMetric;
  /** Indices of accounts to add up. */
  readonly accounts: readonly number[];
  /** Inclusive. */
  readonly from: UnixMs;
  /** Exclusive. */
  readonly to: UnixMs;
  /** Width to draw in; at most four points a pixel come back. */
  readonly pixels: number;
}

/** A stretch of one metric: NaN breaks the line where samples are missing or a value is unknown. */
export interface MetricLine extends TodayPoints {
  /** Time of the oldest sample kept of these accounts, null when there is none. */
  readonly since: UnixMs | null;
}

/** What routes may reach of the desk. */
export interface DeskServices {
  /** What pages and exports are marked with. */
  readonly mode: PageMode;
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
  /** Rates that money of other currencies is converted with. */
  rates(): readonly FxRateStatus[];
  /** Smoothed time of a board and book update, ms; null before the first. */
  recomputeMs(): number | null;
  /** Every metric of every account since the start, thinned for a page. */
  today(): TodayHistory;
  /** One metric over any time that the record reaches; fails while it cannot be read. */
  history(query: MetricQuery): Promise<Result<MetricLine, RecordingProblem>>;
  /** Whether the desk keeps what it shows; null where nothing is kept by design. */
  recording(): RecordingStatus | null;
  playback(): Playback | null;
  /** The book as JSON, of one flush; null while too many large answers are under way. */
  data(accounts: readonly number[]): ApiBody | null;
  /** Broker and desk side by side for the chosen accounts; asks the broker at its pace. */
  reconciliation(accounts: readonly number[]): Promise<ReconciliationAnswer>;
  /** Differences that last, asking nobody; null where the source has no figures of its own. */
  lastingDifferences(): readonly LastingDifference[] | null;
  debug(): unknown;
  recalculate(): Recalculation;
  readiness(): readonly ReadinessCause[];
  metrics(): string;
  /** Hands an open WebSocket to the stream. */
  openStream(socket: WebSocket, format: StreamFormat): void;
}
