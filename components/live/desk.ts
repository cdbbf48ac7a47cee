import { signal } from "@preact/signals";
import type { BookView } from "@/lib/domain/book_view.ts";
import { frozenView } from "@/lib/portfolio/overview/frozen_view.ts";
import { type LinkState, type LinkStatus, NO_LINK } from "@/lib/portfolio/overview/feed_bar.ts";
import type { LastingDifference } from "@/lib/portfolio/reconciliation/answer.ts";
import { BookScope } from "@/lib/portfolio/overview/scope.ts";
import type {
  FeedStatus,
  FxRateStatus,
  MarketStatus,
  RecordingStatus,
  StreamEvent,
} from "@/lib/stream/protocol/messages.ts";
import { type CanvasPart, CanvasTurns } from "@/components/live/canvas_turns.ts";
import { type Frame, FrameLoop } from "@/components/live/frame.ts";

/** What the live page hears from: the copy of the book and its clock. */
export interface LiveSource {
  readonly view: BookView;
  readonly feeds: readonly FeedStatus[];
  readonly market: MarketStatus | null;
  readonly recording: RecordingStatus | null;
  readonly rates: readonly FxRateStatus[];
  /** Source's clock now, ms. */
  now(): number;
}

/** Called inside a frame. */
export type FrameListener = (frame: Frame) => void;

/** Ages and slow parts are written at this pace. */
const BEAT_MS = 500;

/**
 * What all islands of a page share: the book, the choice of accounts, pause, and the one frame in
 * which everything is written. It does nothing on the server; in the browser `begin` sets it going.
 */
export class LiveDesk {
  /** How the page's line to the desk stands, since when by the source's clock. */
  readonly link = signal<LinkStatus>(NO_LINK);
  readonly feeds = signal<readonly FeedStatus[]>([]);
  readonly market = signal<MarketStatus | null>(null);
  readonly recording = signal<RecordingStatus | null>(null);
  readonly rates = signal<readonly FxRateStatus[]>([]);
  /** Differences from the broker that last; null where nothing is compared. */
  readonly lasting = signal<readonly LastingDifference[] | null>(null);
  /** Dense indices of the chosen accounts. */
  readonly chosen = signal<readonly number[]>([]);
  readonly isPaused = signal(false);
  /** Source's clock, twice a second: what ages are written from. */
  readonly beat = signal(NaN);
  /** "away 12 min" after the page was hidden for long. */
  readonly away = signal("");
  readonly #canvases = new CanvasTurns();
  readonly #frames = new Set<FrameListener>();
  readonly #beats = new Set<FrameListener>();
  readonly #events = new Set<(events: readonly StreamEvent[]) => void>();
  readonly #changes = new Set<(view: BookView, now: number) => void>();
  #loop: FrameLoop | null = null;
  #source: LiveSource | null = null;
  #scope: BookScope | null = null;
  #held: BookView | null = null;
  #heldAt = Infinity;
  /** Accounts that the choice was made of. */
  #accounts = 0;

  /** Sets the page going with the book of its first paint. */
  begin(source: LiveSource, chosen: readonly number[]): void {
    this.#source = source;
    this.chosen.value = chosen;
    this.#scope = new BookScope(source.view, chosen, source.feeds);
    this.#accounts = source.view.accountCount;
    this.#loop = new FrameLoop({
      requestFrame: (draw) => requestAnimationFrame(draw),
      setTimer: (run, ms) => setTimeout(run, ms),
      now: () => performance.now(),
    }, (part) => this.#draw(part));
    this.heard();
    this.refresh();
  }

  /** The page's book and accounts; null before it was set going. */
  get scope(): BookScope | null {
    return this.#scope;
  }

  /** Source's clock now, NaN before the page was set going. */
  now(): number {
    return this.#source?.now() ?? NaN;
  }

  /** What the desk told of itself beside the book, as needs are found from. */
  told() {
    return { recording: this.recording.peek(), lasting: this.lasting.peek() };
  }

  /** The line to the desk changed. */
  linked(state: LinkState): void {
    this.link.value = { state, since: this.now() };
  }

  /** The copy changed: a frame is drawn, and feeds, market and recording are taken over. */
  heard(): void {
    if (this.#source === null) return;
    this.feeds.value = this.#source.feeds;
    this.market.value = this.#source.market;
    this.recording.value = this.#source.recording;
    this.rates.value = this.#source.rates;
    this.#takeAccounts(this.#source.view);
    const now = this.now();
    for (const listener of this.#changes) listener(this.#source.view, now);
    this.#loop?.ask();
  }

  /** Who saw all accounts sees those of a broker that was late as well. */
  #takeAccounts({ accountCount }: BookView): void {
    const wasAll = this.chosen.peek().length === this.#accounts;
    if (wasAll && accountCount > this.#accounts && this.#held === null) {
      this.chosen.value = Array.from({ length: accountCount }, (_, index) => index);
    }
    if (this.#held === null) this.#accounts = accountCount;
  }

  /** Draws everything anew whatever its pace: the reader acted. */
  refresh(): void {
    this.#loop?.ask(true);
  }

  /** Chooses accounts; every figure follows in one frame. */
  choose(accounts: readonly number[]): void {
    this.chosen.value = accounts;
    this.refresh();
  }

  /** Source's clock when the display was held; Infinity while it goes on. */
  get heldAt(): number {
    return this.#heldAt;
  }

  /** Holds the display, or lets it go on. Ages go on either way. */
  pause(isPaused: boolean): void {
    if (this.#source === null) return;
    this.isPaused.value = isPaused;
    this.#held = isPaused ? frozenView(this.#source.view) : null;
    this.#heldAt = isPaused ? this.now() : Infinity;
    this.refresh();
  }

  /** Calls a listener in every frame, and at once when the page is going. */
  onFrame(listener: FrameListener): () => void {
    this.#frames.add(listener);
    this.refresh();
    return () => this.#frames.delete(listener);
  }

  /**
   * Draws a chart in frames that are its turn, before all that `onFrame` calls: text on a canvas
   * makes the browser style everything written before it, at once.
   */
  onCanvasFrame(part: CanvasPart): () => void {
    const remove = this.#canvases.add(part);
    this.refresh();
    return remove;
  }

  /** Calls a listener twice a second with the book as it is shown. */
  onBeat(listener: FrameListener): () => void {
    this.#beats.add(listener);
    return () => this.#beats.delete(listener);
  }

  /**
   * Calls a listener with the live book at every change, also while the page is hidden or held:
   * for what must not miss anything. It must be cheap.
   */
  onChange(listener: (view: BookView, now: number) => void): () => void {
    this.#changes.add(listener);
    return () => this.#changes.delete(listener);
  }

  /** Calls a listener with fills, alerts and the like as they arrive. */
  onEvents(listener: (events: readonly StreamEvent[]) => void): () => void {
    this.#events.add(listener);
    return () => this.#events.delete(listener);
  }

  /** Passes events on. */
  tell(events: readonly StreamEvent[]): void {
    for (const listener of this.#events) listener(events);
  }

  /** One beat: ages move, slow parts follow. Called by the island that owns the stream. */
  strike(): void {
    if (this.#scope === null || document.hidden) return;
    const now = this.now();
    this.beat.value = now;
    const frame = {
      scope: this.#scope,
      now,
      at: performance.now(),
      isForced: false,
      tick: () => {},
      defer: () => {},
    };
    for (const listener of this.#beats) listener(frame);
  }

  #draw(part: Omit<Frame, "scope" | "now">): void {
    if (this.#source === null || this.#scope === null) return;
    const view = this.#held ?? this.#source.view;
    this.#scope.update(view, this.chosen.peek(), this.feeds.peek());
    const frame: Frame = { ...part, scope: this.#scope, now: this.now() };
    this.#canvases.draw(frame);
    for (const listener of this.#frames) listener(frame);
    if (part.isForced) this.strike();
  }
}

/** Pace of ages. */
export const BEAT = BEAT_MS;

/** The live desk of this page. */
export const desk = new LiveDesk();
