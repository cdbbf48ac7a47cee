import { define } from "@/define.ts";

/**
 * `GET /api/session`: nothing but that whoever asks may see the book; the guard in front answers
 * 401 to all others. A page asks when its stream is refused.
 */
export const handler = define.handlers({
  GET: () => new Response(null, { status: 204 }),
});
