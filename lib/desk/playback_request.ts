import { fail, ok, type Result } from "../base/result.ts";
import type { Playback, PlaybackState } from "../ports/broker.ts";

/** What a page may ask of a recording. */
export type PlaybackRequest =
  | { readonly action: "pause" }
  | { readonly action: "resume" }
  | { readonly action: "seek"; readonly at: number };

const BODY_MAX = 1024;
const USE = 'send {"action": "pause"}, {"action": "resume"} or {"action": "seek", "at": MS}';

/** Reads the body of `POST /api/playback`; the failure is the line to answer with. */
export function parsePlaybackRequest(text: string): Result<PlaybackRequest, string> {
  if (text.length > BODY_MAX) return fail(`the body is too long: ${USE}`);
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return fail(`the body is not JSON: ${USE}`);
    throw error;
  }
  if (typeof raw !== "object" || raw === null || !("action" in raw)) return fail(USE);
  const keys = Object.keys(raw).sort().join(",");
  if (raw.action === "pause" && keys === "action") return ok({ action: "pause" });
  if (raw.action === "resume" && keys === "action") return ok({ action: "resume" });
  const at = "at" in raw ? raw.at : null;
  if (raw.action === "seek" && keys === "action,at" && Number.isFinite(at)) {
    return ok({ action: "seek", at: Number(at) });
  }
  return fail(USE);
}

/** Carries a request out; a seek outside the recording is refused with its bounds. */
export function applyPlayback(
  playback: Playback,
  request: PlaybackRequest,
): Result<PlaybackState, string> {
  switch (request.action) {
    case "pause":
      playback.pause();
      break;
    case "resume":
      playback.resume();
      break;
    case "seek": {
      const { from, to } = playback.state();
      if (request.at < from || request.at > to) {
        const [first, last] = [from, to].map((ms) => new Date(ms).toISOString());
        return fail(`the recording runs from ${first} to ${last}: seek between them`);
      }
      playback.seek(request.at);
    }
  }
  return ok(playback.state());
}
