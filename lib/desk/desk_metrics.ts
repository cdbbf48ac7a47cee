import { memoryUse } from "../host/memory.ts";
import type { DeskFigures } from "./debug_report.ts";
import type { Engine } from "./engine.ts";
import type { Store } from "./recording/recording.ts";
import { expose, type MetricFamily, type MetricSample } from "./exposition.ts";

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name: `deltadesk_${name}`, kind: "gauge", help, samples: [{ value }] };
}

function counter(name: string, help: string, samples: readonly MetricSample[]): MetricFamily {
  return { name: `deltadesk_${name}_total`, kind: "counter", help, samples };
}

function byCause(counts: Readonly<Record<string, number>>): MetricSample[] {
  return Object.entries(counts).map(([cause, value]) => ({ value, labels: { cause } }));
}

/** What stands beside engine and stream. */
export interface MetricContext {
  /** Wall time, ms. */
  readonly now: number;
  readonly store: Pick<Store, "journal" | "history"> | null;
}

function storeMetrics(store: MetricContext["store"]): MetricFamily[] {
  if (store === null) return [];
  const [journal, history] = [store.journal.status(), store.history.status()];
  return [
    gauge("journal_durable", "1 while appends reach the disk", journal.isDurable ? 1 : 0),
    gauge("journal_waiting", "Records that wait for the disk", journal.waiting),
    gauge("journal_sequence", "Records on the disk", journal.seq),
    gauge("history_recording", "1 while samples are kept", history.isRecording ? 1 : 0),
    gauge(
      "history_damaged",
      "1 while stretches of the record cannot be read",
      history.isRecording && history.problem !== null ? 1 : 0,
    ),
    gauge("history_bytes", "Size of the record of samples", history.sizeBytes),
    counter("history_samples", "Samples by what became of them", [
      { value: history.written, labels: { outcome: "written" } },
      { value: history.lost, labels: { outcome: "lost" } },
    ]),
  ];
}

/** The desk's measurements as text exposition. */
export function deskMetrics(engine: Engine, figures: DeskFigures, context: MetricContext): string {
  const { board, book, adapter } = engine;
  const { hub } = figures;
  const feeds = adapter.health();
  const memory = memoryUse();
  return expose([
    gauge("uptime_seconds", "Time since the start", (context.now - figures.startedAt) / 1000),
    gauge("resident_bytes", "Memory of the process", memory.residentBytes),
    gauge("heap_bytes", "Objects of the main isolate, uncollected ones included", memory.heapBytes),
    gauge("positions", "Rows of the book", book.rowCount),
    gauge("underlyings", "Underlyings of the book", book.underlyingCount),
    gauge("events_per_second", "Market events of the last second", engine.eventsPerSecond),
    gauge("recompute_seconds", "Board and book update, smoothed", engine.recomputeMs / 1000),
    gauge("event_loop_lag_seconds", "Worst of ten seconds", figures.loopLagMs / 1000),
    gauge(
      "aggregate_difference",
      "Running sums against the last full recomputation, relative",
      engine.verification?.maxRelative ?? NaN,
    ),
    gauge(
      "divergences",
      "Contracts whose broker and model delta differ",
      engine.divergences.length,
    ),
    {
      name: "deltadesk_feed_live",
      kind: "gauge",
      help: "1 while the feed is proven live",
      samples: feeds.map((feed) => ({
        value: feed.state === "live" ? 1 : 0,
        labels: { feed: feed.feed },
      })),
    },
    gauge("ws_clients", "Connected viewers", hub.clients),
    gauge("ws_paused", "Viewers whose diffs wait until they drain", hub.paused),
    gauge("flush_seconds", "Last flush of the stream", hub.flushLastMs / 1000),
    counter("events", "Market events", [{ value: board.eventCount }]),
    counter("dropped", "Market events that could not be used", byCause(board.dropped())),
    counter("ws_frames_sent", "Frames sent", [{ value: hub.framesSent }]),
    counter("ws_bytes_sent", "Bytes sent", [{ value: hub.bytesSent }]),
    counter("ws_resumes", "Connections resumed", [{ value: hub.resumes }]),
    counter("ws_snapshots", "Snapshots sent", [{ value: hub.snapshots }]),
    counter("ws_closed", "Connections that the desk closed", byCause(hub.dropped)),
    ...storeMetrics(context.store),
  ]);
}
