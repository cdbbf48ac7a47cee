import assert from "node:assert/strict";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { Http, HttpFailure, HttpReply, HttpRequest } from "../../../ports/http.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { Secret } from "./secret.ts";
import { RestTransport, type TransportOptions } from "./transport.ts";

/** An answer as a script gives it; `afterMs` of virtual time later. */
export interface Scripted {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly afterMs?: number;
}

/** What a script does with a request: an answer, no connection, or silence. */
export type Script = (
  request: HttpRequest,
  index: number,
) => Scripted | "unreachable" | "untrusted" | "silent";

/** Secrets that must be found nowhere. */
export const CANARIES = {
  clientSecret: "cs_CANARY/with+odd=signs",
  refreshToken: "rt_CANARY.with.dots",
} as const;

/** Start of virtual time: 2026-10-30T14:00:00Z. */
export const STARTED_AT = Date.UTC(2026, 9, 30, 14);

/** A service in memory: logins are answered with token-1, token-2 …, the rest by the script. */
export class ScriptedHttp implements Http {
  readonly logins: HttpRequest[] = [];
  readonly calls: HttpRequest[] = [];
  readonly callTimes: number[] = [];
  runningCount = 0;
  runningMax = 0;
  login: Script = (_, index) => ({
    body: { access_token: `token-${index + 1}`, token_type: "Bearer", expires_in: 900 },
  });
  readonly #time: VirtualTime;
  readonly #script: Script;

  constructor(time: VirtualTime, script: Script) {
    this.#time = time;
    this.#script = script;
  }

  async send(request: HttpRequest, signal: AbortSignal): Promise<Result<HttpReply, HttpFailure>> {
    const isLogin = request.url.endsWith("/oauth/token");
    const log = isLogin ? this.logins : this.calls;
    log.push(request);
    if (!isLogin) this.callTimes.push(this.#time.monotonic());
    const scripted = (isLogin ? this.login : this.#script)(request, log.length - 1);
    this.runningMax = Math.max(this.runningMax, ++this.runningCount);
    const isIn = await this.#wait(scripted === "silent" ? null : scripted, signal);
    this.runningCount--;
    if (!isIn) return fail("canceled");
    if (scripted === "untrusted") return fail("untrusted");
    if (scripted === "unreachable" || scripted === "silent") return fail("unreachable");
    const { status = 200, body = { data: {} }, headers = {} } = scripted;
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return ok({ status, text, header: (name) => headers[name] ?? null });
  }

  #wait(scripted: Scripted | string | null, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      if (signal.aborted) return resolve(false);
      signal.addEventListener("abort", () => resolve(false));
      if (scripted === null) return;
      const afterMs = typeof scripted === "string" ? 0 : scripted.afterMs ?? 0;
      if (afterMs === 0) resolve(true);
      else this.#time.setTimer(afterMs, () => resolve(true));
    });
  }
}

/** A transport over a script, on virtual time. */
export interface Rig {
  readonly time: VirtualTime;
  readonly http: ScriptedHttp;
  readonly transport: RestTransport;
  readonly signal: AbortSignal;
}

/** Makes a rig; the random number is always `jitter`. */
export function rig(script: Script, changes: Partial<TransportOptions> = {}): Rig {
  const time = new VirtualTime(STARTED_AT);
  const http = new ScriptedHttp(time, script);
  const opened = RestTransport.open({
    http,
    clock: time,
    timers: time,
    random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
    baseUrl: "https://api.tastyworks.com",
    isLoopbackAllowed: false,
    credentials: {
      clientSecret: new Secret(CANARIES.clientSecret),
      refreshToken: new Secret(CANARIES.refreshToken),
    },
    version: "0.4.0",
    ...changes,
  });
  assert(opened.ok);
  return { time, http, transport: opened.value, signal: new AbortController().signal };
}

/** A GET of a path over the rig's transport. */
export function get({ transport, signal }: Rig, path = "/customers/me") {
  return transport.send({ method: "GET", path, query: "", body: null }, { signal });
}

/** Moves virtual time on until the promise settles; fails after `limitMs`. */
export async function settled<T>(time: VirtualTime, work: Promise<T>, limitMs = 300_000) {
  let result: { value: T } | null = null;
  work.then((value) => void (result = { value }));
  for (let passed = 0; passed <= limitMs && result === null; passed += 100) {
    await time.advanceSettling(100, 100);
  }
  assert(result !== null, "it ended in time");
  return (result as { value: T }).value;
}
