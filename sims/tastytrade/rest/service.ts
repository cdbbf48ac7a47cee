import type { Timer, Timers } from "../../../lib/ports/timers.ts";
import type { FaultPlan } from "../faults/plan.ts";
import { malformed, withField } from "../faults/malformed.ts";
import type { Fault } from "../faults/script.ts";
import { RestContext, type RestParts } from "./context.ts";
import { html, refusal, type SimReply, type SimRequest } from "./reply.ts";
import { answer, isProductionOnly, isPublic } from "./routes.ts";

const REQUESTS_KEPT = 2000;
/** Requests that wait at a time: a mute service loses the oldest beyond it. */
const WAITING_MAX = 1000;
const VERSIONS = ["20250813", "20260211", "20261012"];

/** What becomes of a request: an answer, or one that is cut after so many bytes. */
export type Outcome =
  | { readonly kind: "reply"; readonly reply: SimReply }
  | { readonly kind: "cut"; readonly reply: SimReply; readonly bytes: number };

/** A request that was seen, for assertions. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
}

/** The REST service: checks of every request, the routes, and the script's faults around them. */
export class RestService {
  /** The last requests, oldest first; tokens and secrets are in them. */
  readonly seen: SeenRequest[] = [];
  readonly #parts: RestParts;
  readonly #plan: FaultPlan;
  readonly #timers: Timers;
  readonly #waiting = new Set<(outcome: Outcome) => void>();
  readonly #running = new Set<Timer>();

  constructor(parts: RestParts, plan: FaultPlan, timers: Timers) {
    this.#parts = parts;
    this.#plan = plan;
    this.#timers = timers;
  }

  /** What becomes of a request; a muted one waits until the service closes. */
  request(request: SimRequest): Promise<Outcome> {
    const { method, path, query, body } = request;
    this.seen.push({ method, path, query, body });
    if (this.seen.length > REQUESTS_KEPT) this.seen.shift();
    const scope = { path, method };
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      if (this.#waiting.size > WAITING_MAX) this.#loseOldest();
      const settle = (outcome: Outcome): void => {
        if (this.#waiting.delete(resolve)) resolve(outcome);
      };
      const slow = this.#plan.take("rest", "slow", scope);
      if (slow === null) return this.#answer(request, settle);
      const { latencyMs = 0, jitterMs = 0 } = slow;
      const timer = this.#timers.setTimer(latencyMs + jitterMs * this.#plan.uniform(), () => {
        this.#running.delete(timer);
        this.#answer(request, settle);
      });
      this.#running.add(timer);
    });
  }

  #loseOldest(): void {
    for (const resolve of this.#waiting) {
      this.#waiting.delete(resolve);
      return resolve(lost());
    }
  }

  /** Ends what waits: every open request loses its connection. */
  close(): void {
    for (const timer of this.#running) timer.cancel();
    for (const resolve of this.#waiting) resolve(lost());
    this.#running.clear();
    this.#waiting.clear();
  }

  #answer(request: SimRequest, settle: (outcome: Outcome) => void): void {
    const { path, method } = request;
    const scope = { path, method };
    const before = (kind: "status" | "mute" | "drop"): Fault | null =>
      this.#plan.take("rest", kind, scope, (fault) => fault.isAfter !== true);
    if (before("mute") !== null) return;
    const drop = before("drop");
    const status = drop === null ? before("status") : null;
    if (status !== null) return settle({ kind: "reply", reply: faultReply(status) });
    if (drop !== null && drop.byte === undefined) return settle(lost());
    if (this.#plan.take("rest", "html", scope) !== null) {
      return settle({ kind: "reply", reply: html(200, "Welcome. Please sign in to the network") });
    }
    const reply = this.#dated(this.#served(request));
    if (drop !== null) return settle({ kind: "cut", reply, bytes: drop.byte ?? 0 });
    this.#afterwards(scope, reply, settle);
  }

  /** The request was carried out; now it may fail all the same. */
  #afterwards(
    scope: { path: string; method: string },
    reply: SimReply,
    settle: (outcome: Outcome) => void,
  ): void {
    const after = (kind: "status" | "mute" | "drop"): Fault | null =>
      this.#plan.take("rest", kind, scope, (fault) => fault.isAfter === true);
    if (after("mute") !== null) return;
    if (after("drop") !== null) return settle(lost());
    const status = after("status");
    if (status !== null) return settle({ kind: "reply", reply: faultReply(status) });
    const field = this.#plan.take("rest", "override", scope);
    const whole = field === null ? reply.body : withField(reply.body, field);
    const damage = this.#plan.take("rest", "malformed", scope);
    const body = damage === null ? whole : malformed(whole, damage.how, this.#plan.uniform());
    settle({ kind: "reply", reply: { ...reply, body } });
  }

  #dated(reply: SimReply): SimReply {
    const { clock, options } = this.#parts;
    const date = new Date(clock.now() + options.skewMs).toUTCString();
    return { ...reply, headers: { ...reply.headers, date } };
  }

  #served(request: SimRequest): SimReply {
    const { options, tokens } = this.#parts;
    if (!isDecodable(request.path)) return refusal(400, "bad_request", "Malformed path");
    const agent = request.headers["user-agent"] ?? "";
    if (options.isUserAgentChecked && !/^\S+\/\S+/.test(agent)) {
      // It is the proxy in front that refuses: the body is a page.
      return html(401, "401 Authorization Required");
    }
    const version = request.headers["accept-version"];
    if (version !== undefined && !VERSIONS.some((one) => one <= version)) {
      return refusal(406, 406, `Version ${version} is not supported`);
    }
    if (!isPublic(request.path)) {
      const bearer = /^Bearer (\S+)$/.exec(request.headers.authorization ?? "");
      if (bearer === null) return refusal(401, "unauthorized", "Unauthorized");
      if (tokens.accessEndsAt(bearer[1]) === null) {
        return refusal(401, "token_invalid", "This token is invalid or has expired");
      }
    }
    if (options.environment === "sandbox" && isProductionOnly(request.path)) {
      return html(502, "502 Bad Gateway");
    }
    return answer(new RestContext(this.#parts, request));
  }
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch (error) {
    if (error instanceof URIError) return false;
    throw error;
  }
}

function faultReply(fault: Fault): SimReply {
  const status = fault.status ?? 500;
  const retry: Record<string, string> = fault.retryAfterS === undefined
    ? {}
    : { "retry-after": String(fault.retryAfterS) };
  switch (fault.body ?? "json") {
    case "html": {
      const page = html(status, `${status} from the script`);
      return { ...page, headers: { ...page.headers, ...retry } };
    }
    case "empty":
      return { status, headers: retry, body: "" };
    default: {
      const code = fault.error ?? (status === 429 ? "rate_limited" : "server_error");
      const reply = refusal(status, code, fault.message ?? `${status} from the script`);
      return { ...reply, headers: { ...reply.headers, ...retry } };
    }
  }
}

function lost(): Outcome {
  return { kind: "cut", reply: { status: 200, headers: {}, body: "" }, bytes: 0 };
}
