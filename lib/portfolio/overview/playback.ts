/** Where a recording stands, as the page shows it. Times in ms by the recording's clock. */
export interface PlaybackView {
  readonly isPaused: boolean;
  readonly at: number;
  readonly from: number;
  readonly to: number;
  /** Recorded seconds per second while it plays. */
  readonly speed: number;
}

/** The recording at the source's time, inside its span; an unknown time moves nothing. */
export function playbackAt(view: PlaybackView, now: number): PlaybackView {
  if (!Number.isFinite(now)) return view;
  return { ...view, at: Math.min(view.to, Math.max(view.from, now)) };
}

/** Reads the answer of `/api/playback`; null when it is none. */
export function readPlayback(raw: unknown): PlaybackView | null {
  if (typeof raw !== "object" || raw === null) return null;
  const at = "at" in raw ? raw.at : null;
  const from = "from" in raw ? raw.from : null;
  const to = "to" in raw ? raw.to : null;
  const speed = "speed" in raw ? raw.speed : null;
  const isPaused = "isPaused" in raw && raw.isPaused === true;
  if (typeof at !== "number" || typeof from !== "number") return null;
  if (typeof to !== "number" || typeof speed !== "number") return null;
  return { isPaused, at, from, to, speed };
}
