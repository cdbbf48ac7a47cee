import { type RunningDesk, startDesk } from "../e2e/desk.ts";
import { type RawAnswer, type RawRequest, send } from "./raw_http.ts";

/** The demo desk that all cases of this run talk to; `http_test.ts` ends it. */
export const desk: RunningDesk = await startDesk();

/** Its port. */
export const port = Number(new URL(desk.url).port);

/** Its address as a Host header says it. */
export const HOST = `127.0.0.1:${port}`;

/** Its own origin. */
export const ORIGIN = `http://${HOST}`;

/** Asks the desk with its own Host and these further header lines. */
export function ask(
  target: string,
  more: RawRequest & { readonly host?: string } = {},
): Promise<RawAnswer> {
  const { host = HOST, headers = [], ...rest } = more;
  return send(port, { ...rest, target, headers: [["host", host], ...headers] });
}
