import type { Result } from "../base/result.ts";

/** Method of a request. */
export type HttpMethod = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** One request. Redirects are never followed: their status is the answer. */
export interface HttpRequest {
  readonly method: HttpMethod;
  /** Absolute address; must hold no secret, because systems on the way may write it down. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Null: without a body. */
  readonly body: string | null;
}

/** An answer, read to its end. */
export interface HttpReply {
  readonly status: number;
  /** Value of a header by its lower-case name, or null. */
  header(name: string): string | null;
  /** The body as text; what is not UTF-8 is replaced. Untrusted. */
  readonly text: string;
}

/**
 * Why there is no answer. `canceled`: the signal was aborted. `unreachable`: no connection, or it
 * broke. `untrusted`: the other side cannot prove who it is (its certificate). `tooLarge`: the body
 * is above the bound of the implementation.
 */
export type HttpFailure = "canceled" | "unreachable" | "untrusted" | "tooLarge";

/** Requests to other machines; the real one is in `lib/host`, tests have theirs in memory. */
export interface Http {
  /** Never rejects. After `signal` is aborted nothing is left running. */
  send(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpReply, HttpFailure>>;
}
