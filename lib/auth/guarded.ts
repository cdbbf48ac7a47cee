import { decideRequest, type GuardPolicy, readGuarded } from "./request_guard.ts";
import { setSecurityHeaders } from "./security_headers.ts";

/** Answers a request; `info` is what the server knows of the connection. */
export type Handler<Info> = (request: Request, info: Info) => Response | Promise<Response>;

/**
 * Puts the guard in front of a handler: what it refuses never reaches the app. `policy` is asked
 * per request, since the port is known only once the server listens; null refuses everything.
 */
export function guarded<Info>(
  policy: () => GuardPolicy | null,
  handler: Handler<Info>,
): Handler<Info> {
  return (request, info) => {
    const present = policy();
    if (present === null) return refusal(503, "The desk is starting.");
    const verdict = decideRequest(readGuarded(request), present);
    return verdict.pass ? handler(request, info) : refusal(verdict.status, verdict.message);
  };
}

function refusal(status: number, message: string): Response {
  const response = new Response(`${message}\n`, {
    status,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
  if (status === 405) response.headers.set("allow", "GET, HEAD, OPTIONS, POST");
  setSecurityHeaders(response.headers);
  return response;
}
