import { define } from "@/define.ts";
import { applyPlayback, parsePlaybackRequest } from "@/lib/desk/playback_request.ts";

const NO_RECORDING = { error: "nothing is being replayed", fix: "start with --replay DIR" };

/** `GET` and `POST /api/playback`: where a recording stands; pause, resume, seek. */
export const handler = define.handlers({
  GET: (ctx) => {
    const playback = ctx.state.desk?.playback() ?? null;
    if (playback === null) return ctx.json(NO_RECORDING, { status: 404 });
    return ctx.json(playback.state());
  },
  POST: async (ctx) => {
    const playback = ctx.state.desk?.playback() ?? null;
    if (playback === null) return ctx.json(NO_RECORDING, { status: 404 });
    const request = parsePlaybackRequest(await ctx.req.text());
    if (!request.ok) return ctx.json({ error: request.error }, { status: 400 });
    const state = applyPlayback(playback, request.value);
    if (!state.ok) return ctx.json({ error: state.error }, { status: 400 });
    return ctx.json(state.value);
  },
});
