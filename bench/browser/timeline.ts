/** What became of one flush in a page. */
export interface FlushTimes {
  /** From the frame's arrival to its pixels on the screen, ms. */
  readonly paintedMs: number;
  /** Processor time of the script that took it over and wrote it, ms. */
  readonly scriptMs: number;
  /** Part of the script's frame in which a measuring call made the browser style or lay out, ms. */
  readonly forcedMs: number;
}

/** Trace categories that `flushTimes` reads. */
export const CATEGORIES = [
  "devtools.timeline",
  "blink.user_timing",
  "disabled-by-default-devtools.timeline.frame",
] as const;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** µs. */
  readonly ts: number;
  readonly dur: number;
  /** Processor time of the thread, µs. */
  readonly tdur: number;
  readonly id2?: { readonly local?: string };
}

function isInside(event: TraceEvent, outer: TraceEvent): boolean {
  return event.tid === outer.tid && event.ts >= outer.ts && event.ts < outer.ts + outer.dur;
}

function sumOf(events: readonly TraceEvent[]): number {
  return events.reduce((sum, event) => sum + event.tdur, 0) / 1000;
}

/**
 * Stage of a frame's pipeline that ends when it was presented. The whole pipeline ends then, but
 * where its first stage began before it, the trace gives that end the stage's name, and the next
 * end of the pipeline's name is another frame's.
 */
const PRESENTING = "SubmitCompositorFrameToPresentationCompositorFrame";

/**
 * Times of every "flush" mark of a trace: the animation frame that follows it wrote it, the commit
 * that follows that carried it to the compositor, and that frame's pipeline says when it was
 * presented. A flush whose frame the trace no longer holds is left out.
 */
export function flushTimes(trace: Uint8Array): FlushTimes[] {
  const text = new TextDecoder().decode(trace);
  const { traceEvents }: { readonly traceEvents: readonly TraceEvent[] } = JSON.parse(text);
  const ordered = [...traceEvents].sort((a, b) => a.ts - b.ts);
  const marks = ordered.filter(({ name }) => name === "flush");
  const own = ordered.filter(({ pid }) => pid === marks[0]?.pid);
  const named = (name: string, ph: string) =>
    own.filter((event) => event.name === name && event.ph === ph);
  const frames = named("FireAnimationFrame", "X");
  const commits = named("Commit", "b");
  const ends = named(PRESENTING, "e");
  const messages = named("EventDispatch", "X");
  const forced = [...named("UpdateLayoutTree", "X"), ...named("Layout", "X")];
  return marks.flatMap((mark): FlushTimes[] => {
    const frame = frames.find(({ ts }) => ts >= mark.ts);
    const commit = commits.find(({ ts }) => frame !== undefined && ts >= frame.ts);
    if (frame === undefined || commit === undefined) return [];
    const end = ends.find(({ ts, id2 }) => ts >= commit.ts && id2?.local === commit.id2?.local);
    if (end === undefined) return [];
    const isOfFlush = (event: TraceEvent) =>
      event.tid === frame.tid && event.ts >= mark.ts && event.ts < frame.ts;
    const forcedMs = sumOf(forced.filter((event) => isInside(event, frame)));
    return [{
      paintedMs: (end.ts - mark.ts) / 1000,
      scriptMs: sumOf([...messages.filter(isOfFlush), frame]) - forcedMs,
      forcedMs,
    }];
  });
}
