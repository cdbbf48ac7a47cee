import { allowedMethods } from "./allowed_methods.ts";
import { isMissing } from "./missing_pages.ts";
import { decideRequest, type GuardPolicy, isNativeTool, readGuarded } from "./request_guard.ts";
import { setSecurityHeaders } from "./security_headers.ts";

/** Answers a request; `info` is what the server knows of the connection. */
export type Handler<Info> = (request: Request, info: Info) => Response | Promise<Response>;

/**
 * A second guard behind the first, as the login code is: the answer to what may not pass, else
 * null. A native tool has no Origin, no cookie and no Sec-Fetch header, and is on loopback.
 */
export type Gatekeeper<Info> = (
  request: Request,
  info: Info,
  isNativeTool: boolean,
) => Response | null;

/**
 * Puts the guard in front of a handler and the security headers on all that comes out of it: what
 * is refused never reaches the app, and error pages, which the app makes outside its middlewares,
 * are as protected as any other. `policy` is asked per request, since the port is known only once
 * the server listens; null refuses everything. `keeper` sees what the guard let through.
 */
export function guarded<Info>(
  policy: () => GuardPolicy | null,
  handler: Handler<Info>,
  keeper: Gatekeeper<Info> = () => null,
): Handler<Info> {
  return async (request, info) => {
    const refused = refuse(request, policy(), (isNative) => keeper(request, info, isNative));
    if (refused !== null) return refused;
    return request.method === "HEAD"
      ? await answerHead(request, info, handler)
      : await answer(request, info, handler);
  };
}

async function answer<Info>(
  request: Request,
  info: Info,
  handler: Handler<Info>,
): Promise<Response> {
  let response: Response;
  try {
    response = await handler(request, info);
  } catch (error) {
    // Fresh reads a path's parameters outside of what catches errors; such a path has bad escapes.
    if (error instanceof URIError) return refusal(400, "Malformed address.");
    throw error;
  }
  // The answer to an upgrade belongs to the socket and must stay as it is.
  if (response.status === 101) return response;
  return withSecurityHeaders(response, isMissing(request) ? 404 : response.status);
}

function refuse(
  request: Request,
  policy: GuardPolicy | null,
  keep: (isNative: boolean) => Response | null,
): Response | null {
  if (policy === null) return refusal(503, "The desk is starting.");
  const read = readGuarded(request);
  const verdict = decideRequest(read, policy);
  // A Host that is no host leaves no address either.
  const allowed = allowedMethods(URL.parse(request.url)?.pathname ?? "/");
  if (!verdict.pass) return refusal(verdict.status, verdict.message, allowed);
  const kept = keep(read.origin === null && isNativeTool(read, policy));
  if (kept !== null) return withSecurityHeaders(kept);
  if (request.method === "OPTIONS") return optionsAnswer(allowed);
  return allowed.includes(request.method) ? null : refusal(405, "Method not allowed.", allowed);
}

/** The answer of a GET without its content, with the length that the content would have. */
async function answerHead<Info>(
  request: Request,
  info: Info,
  handler: Handler<Info>,
): Promise<Response> {
  const whole = await answer(new Request(request, { method: "GET" }), info, handler);
  const headers = new Headers(whole.headers);
  if (whole.body !== null) {
    // Counted as it comes: a large answer is never held as a whole.
    let length = 0;
    for await (const part of whole.body) length += part.byteLength;
    headers.set("content-length", String(length));
  }
  return new Response(null, { status: whole.status, headers });
}

/** In place: a new answer around the body of the old one would copy a text into a stream. */
function withSecurityHeaders(response: Response, status = response.status): Response {
  if (status === response.status && hasTaken(response.headers)) return response;
  const headers = new Headers(response.headers);
  setSecurityHeaders(headers);
  return new Response(response.body, { status, headers });
}

/** Sets the security headers; false for headers that are fixed, as those of a redirect. */
function hasTaken(headers: Headers): boolean {
  try {
    setSecurityHeaders(headers);
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

function optionsAnswer(allowed: readonly string[]): Response {
  const headers = { allow: allowed.join(", ") };
  return withSecurityHeaders(new Response(null, { status: 204, headers }));
}

function refusal(status: number, message: string, allowed: readonly string[] = []): Response {
  const headers = new Headers({ "content-type": "text/plain; charset=utf-8" });
  if (status === 405) headers.set("allow", allowed.join(", "));
  return withSecurityHeaders(new Response(`${message}\n`, { status, headers }));
}
