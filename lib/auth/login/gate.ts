import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import { type AfterFailure, Attempts } from "./attempts.ts";
import { isSameCode, makeCode, readCode, shownCode } from "./code.ts";
import { clearedCookie, cookieName, readTokens, sessionCookie } from "./cookie.ts";
import { loginAddress } from "./next_path.ts";
import { hasSecretInAddress, isOpenPath, isServicePath } from "./open_paths.ts";
import { bindSocket, type Session, Sessions, type SessionSocket } from "./sessions.ts";
import { failureWords, pauseWords, SHAPE_WORDS } from "./words.ts";

/** What a gate needs from outside. */
export interface GateOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  /** Tells the owner that sign-ins pause; at most a few lines per pause. */
  readonly say: (line: string) => void;
}

/** Who sends a request. */
export interface Caller {
  /** Address of the other end, without its port. */
  readonly address: string;
  /** No Origin, no cookie, no Sec-Fetch header, on loopback. */
  readonly isNativeTool: boolean;
}

/** How a code was taken; of a refusal the words, and the pause where there is one. */
export type SignIn =
  | { readonly kind: "signedIn"; readonly cookie: string }
  | {
    readonly kind: "refused";
    readonly status: 400 | 403 | 429;
    readonly message: string;
    /** Seconds until the next try, null while there is no pause. */
    readonly retryAfterS: number | null;
  };

const BEARER = /^Bearer +(\S.*)$/i;
const CHALLENGE = 'Bearer realm="deltadesk"';
const SIGN_IN = "Sign in at /login, or send the login code as Authorization: Bearer.";
const NO_SECRET = "A secret never stands in an address. " + SIGN_IN;

/**
 * Guards a desk with a real account: a code made at the start, printed once, that opens a session
 * in the browser or goes with every request of a native tool. Source: design.md, "Rules that hold
 * everywhere"; docs/decisions/login_code.md.
 */
export class LoginGate {
  readonly #code: string;
  readonly #attempts: Attempts;
  readonly #sessions: Sessions;
  readonly #say: (line: string) => void;

  constructor(options: GateOptions) {
    this.#code = makeCode(options.random);
    this.#attempts = new Attempts(options.clock);
    this.#sessions = new Sessions(options);
    this.#say = options.say;
  }

  /** The code for the terminal, `K7QM-2XPD`. Secret: nothing else may show it. */
  get shownCode(): string {
    return shownCode(this.#code);
  }

  /** The answer to a request that may not pass; null when it may. */
  refuse(request: Request, caller: Caller): Response | null {
    const url = URL.parse(request.url);
    if (url === null) return answer(400, "Malformed address.");
    if (hasSecretInAddress(url.searchParams)) return answer(400, NO_SECRET);
    if (isOpenPath(url.pathname) || this.isSignedIn(request)) return null;
    const code = BEARER.exec(request.headers.get("authorization") ?? "")?.[1];
    if (code !== undefined && caller.isNativeTool) return this.#refuseCode(code, caller.address);
    return isForPage(request, url)
      ? new Response(null, { status: 303, headers: { location: loginAddress(pathOf(url)) } })
      : answer(401, SIGN_IN);
  }

  /** True when a request carries a session that has not ended; counts as a use of it. */
  isSignedIn(request: Request): boolean {
    return this.#sessionOf(request) !== null;
  }

  /** Takes a typed code. A session that the browser had ends: the new one has a new token. */
  signIn(request: Request, typed: string, address: string): SignIn {
    const after = this.#check(typed, address);
    if (after === "shape") return refused(400, SHAPE_WORDS);
    if (after !== null) return refusedAfter(after);
    this.#attempts.succeed(address);
    this.#endOf(request);
    return { kind: "signedIn", cookie: sessionCookie(nameOf(request), this.#sessions.open()) };
  }

  /** Ends the session of a request and its WebSockets; the result clears the cookie. */
  signOut(request: Request): string {
    this.#endOf(request);
    return clearedCookie(nameOf(request));
  }

  /** Makes the WebSocket of an upgraded request end with the session that asked for it. */
  bind(request: Request, socket: SessionSocket): void {
    const session = this.#sessionOf(request);
    if (session !== null) bindSocket(session, socket);
  }

  /** Ends the timer of the gate. */
  stop(): void {
    this.#sessions.stop();
  }

  #sessionOf(request: Request): Session | null {
    for (const token of tokensOf(request)) {
      const session = this.#sessions.use(token);
      if (session !== null) return session;
    }
    return null;
  }

  #endOf(request: Request): void {
    for (const token of tokensOf(request)) this.#sessions.end(token);
  }

  #refuseCode(typed: string, address: string): Response | null {
    const after = this.#check(typed, address);
    if (after === null) return null;
    if (after === "shape") return answer(401, SHAPE_WORDS);
    return after.kind === "paused"
      ? answer(429, failureWords(after), after.pauseMs)
      : answer(401, failureWords(after));
  }

  /** Null for the right code; during a pause no code is compared. */
  #check(typed: string, address: string): AfterFailure | "shape" | null {
    const pauseMs = this.#attempts.pauseMs(address);
    if (pauseMs > 0) return { kind: "paused", pauseMs, isNew: false };
    const code = readCode(typed);
    if (code === null) return "shape";
    if (isSameCode(code, this.#code)) return null;
    const after = this.#attempts.fail(address, code);
    if (after.kind === "paused" && after.isNew) {
      this.#say(`wrong login codes from ${address}: ${pauseWords(after.pauseMs)}`);
    }
    return after;
  }
}

function nameOf(request: Request): string {
  return cookieName(new URL(request.url));
}

function tokensOf(request: Request): readonly string[] {
  return readTokens(request.headers.get("cookie"), nameOf(request));
}

function pathOf(url: URL): string {
  return url.pathname + url.search;
}

/** A page that somebody opened, not a part of one nor an answer for a program. */
function isForPage(request: Request, url: URL): boolean {
  const isReading = request.method === "GET" || request.method === "HEAD";
  const { headers } = request;
  if (!isReading || headers.has("upgrade") || headers.has("authorization")) return false;
  return !isServicePath(url.pathname) &&
    (headers.get("sec-fetch-dest") ?? "document") === "document";
}

function refused(status: 400 | 403 | 429, message: string, pauseMs: number | null = null): SignIn {
  const retryAfterS = pauseMs === null ? null : Math.ceil(pauseMs / 1000);
  return { kind: "refused", status, message, retryAfterS };
}

function refusedAfter(after: AfterFailure): SignIn {
  return after.kind === "paused"
    ? refused(429, failureWords(after), after.pauseMs)
    : refused(403, failureWords(after));
}

function answer(status: 400 | 401 | 429, error: string, pauseMs: number | null = null): Response {
  const headers = new Headers();
  if (status === 401) headers.set("www-authenticate", CHALLENGE);
  if (pauseMs !== null) headers.set("retry-after", String(Math.ceil(pauseMs / 1000)));
  return Response.json({ error }, { status, headers });
}
