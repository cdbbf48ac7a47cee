import { takesForm } from "./allowed_methods.ts";

/** What the guard looks at; header names are lower case, absent headers null. */
export interface GuardedRequest {
  readonly method: string;
  readonly host: string | null;
  /** Host of the address asked for; another one than `host` in a request written in full. */
  readonly addressHost: string | null;
  readonly origin: string | null;
  readonly secFetchSite: string | null;
  /** True with any `Sec-Fetch-*` header: a browser sent it. */
  readonly hasSecFetch: boolean;
  readonly hasCookie: boolean;
  readonly contentType: string | null;
  /** Value of `X-Deltadesk`. */
  readonly ownHeader: string | null;
  readonly isUpgrade: boolean;
  /** True when a POST to its path is a plain form. */
  readonly takesForm: boolean;
  readonly contentLength: string | null;
  /** True when the body comes in chunks, without a length. */
  readonly isChunked: boolean;
}

/** Which hosts and origins belong to this desk. Exact strings, lower case. */
export interface GuardPolicy {
  readonly hosts: ReadonlySet<string>;
  readonly origins: ReadonlySet<string>;
  /** True when the server listens on a loopback address only. */
  readonly isLoopback: boolean;
}

/** The guard's answer: pass, or the status and the line to send. */
export type Verdict = { readonly pass: true } | {
  readonly pass: false;
  readonly status: RefusalStatus;
  readonly message: string;
};

/** Statuses with which the guard refuses. */
export type RefusalStatus = 403 | 405 | 411 | 413 | 415;

/** Largest body of a POST, bytes. */
export const BODY_BYTES_MAX = 64 * 1024;

const PASS: Verdict = { pass: true };
const METHODS = new Set(["GET", "HEAD", "OPTIONS", "POST"]);
const READING = new Set(["GET", "HEAD", "OPTIONS"]);

function refuse(status: RefusalStatus, message: string): Verdict {
  return { pass: false, status, message };
}

/** The hosts and origins of a desk that listens on `port` of the loopback interface. */
export function loopbackPolicy(port: number): GuardPolicy {
  const names = ["127.0.0.1", "localhost", "[::1]"];
  const hosts = names.map((name) => `${name}:${port}`);
  if (port === 80) hosts.push(...names);
  return {
    hosts: new Set(hosts),
    origins: new Set(hosts.map((host) => `http://${host}`)),
    isLoopback: true,
  };
}

function isOwnAddress(request: GuardedRequest, policy: GuardPolicy): boolean {
  return [request.host, request.addressHost]
    .every((host) => host !== null && policy.hosts.has(host.toLowerCase()));
}

function isForeign(request: GuardedRequest, policy: GuardPolicy): boolean {
  if (request.origin !== null && !policy.origins.has(request.origin.toLowerCase())) return true;
  const site = request.secFetchSite;
  return site !== null && site !== "same-origin" && site !== "none";
}

/**
 * True when a request without Origin may act: a native tool on the same machine, no browser. Of a
 * request with an Origin it says nothing.
 */
export function isNativeTool(request: GuardedRequest, policy: GuardPolicy): boolean {
  return policy.isLoopback && !request.hasCookie && !request.hasSecFetch;
}

/**
 * Decides whether a request may reach any handler. Checks, in this order: Host against the list
 * (DNS rebinding), method, Origin and Sec-Fetch-Site (foreign pages), and for a WebSocket upgrade
 * or a POST the Origin rule of docs/api.md, the own header, the JSON content type and the size; the
 * form of the sign-in needs an own Origin instead of the header.
 *
 * Errors: 403 for a foreign host, origin or site, 405 for a method the desk does not know,
 * 415 for a POST of another content type, 413 for one that is too large, 411 for one that does not
 * tell its length.
 * Source: reliability.md §9, P16, R82, R83.
 */
export function decideRequest(request: GuardedRequest, policy: GuardPolicy): Verdict {
  if (!isOwnAddress(request, policy)) {
    return refuse(403, "This desk answers only to the address it printed at start.");
  }
  if (!METHODS.has(request.method)) return refuse(405, "Method not allowed.");
  if (isForeign(request, policy)) {
    return refuse(403, "Requests from other web pages are refused.");
  }
  if (request.isUpgrade || !READING.has(request.method)) return decideAct(request, policy);
  return PASS;
}

function decideAct(request: GuardedRequest, policy: GuardPolicy): Verdict {
  if (request.origin === null && !isNativeTool(request, policy)) {
    return refuse(403, "A request without Origin must carry no cookie and no Sec-Fetch header.");
  }
  if (request.isUpgrade) return PASS;
  if (request.takesForm) return decideForm(request);
  if (request.origin !== null && request.ownHeader !== "1") {
    return refuse(403, "A POST from a page needs the header X-Deltadesk: 1.");
  }
  const type = mediaType(request);
  if (type !== "application/json") return refuse(415, "A POST must be application/json.");
  return decideBody(request);
}

/** A form sends no header of its own: its Origin has to be there, and is ours by now. */
function decideForm(request: GuardedRequest): Verdict {
  const isOwnPage = request.origin !== null &&
    (request.secFetchSite ?? "same-origin") === "same-origin";
  if (!isOwnPage) return refuse(403, "The sign-in takes the form of its own page.");
  if (mediaType(request) !== "application/x-www-form-urlencoded") {
    return refuse(415, "The sign-in takes a form.");
  }
  return decideBody(request);
}

function mediaType(request: GuardedRequest): string {
  return (request.contentType ?? "").split(";", 1)[0].trim().toLowerCase();
}

function decideBody(request: GuardedRequest): Verdict {
  if (request.isChunked) return refuse(411, "A POST must tell its length.");
  if (Number(request.contentLength ?? "0") <= BODY_BYTES_MAX) return PASS;
  return refuse(413, `A POST may have ${BODY_BYTES_MAX} bytes.`);
}

/** Reads what the guard looks at from a request. */
export function readGuarded(request: Request): GuardedRequest {
  const headers = request.headers;
  const url = URL.parse(request.url);
  return {
    method: request.method,
    host: headers.get("host"),
    addressHost: url?.host ?? null,
    origin: headers.get("origin"),
    secFetchSite: headers.get("sec-fetch-site"),
    hasSecFetch: [...headers.keys()].some((name) => name.startsWith("sec-fetch-")),
    hasCookie: headers.has("cookie"),
    contentType: headers.get("content-type"),
    ownHeader: headers.get("x-deltadesk"),
    isUpgrade: headers.has("upgrade"),
    takesForm: takesForm(url?.pathname ?? "/"),
    contentLength: headers.get("content-length"),
    isChunked: headers.has("transfer-encoding"),
  };
}
