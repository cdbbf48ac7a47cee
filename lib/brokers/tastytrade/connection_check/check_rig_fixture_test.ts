import { ok } from "../../../base/result.ts";
import { httpOf, type SimOptions, socketsOf, TastytradeSim } from "@/sims/tastytrade/mod.ts";
import { failingStep } from "../../../domain/connection.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import type { Http, HttpReply, HttpRequest } from "../../../ports/http.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { Secret } from "../rest/secret.ts";
import { CANARIES, settled } from "../rest/scripted_http_fixture_test.ts";
import { RestTransport } from "../rest/transport.ts";
import { TastytradeCheck, type TastytradeCheckOptions } from "./check.ts";

/** Wednesday 2025-03-19, 11:00 in New York. */
export const IN_SESSION = Date.UTC(2025, 2, 19, 15);

/** Sunday 2025-03-16, noon in New York. */
export const ON_SUNDAY = Date.UTC(2025, 2, 16, 16);

/** What a rig is made from besides the defaults. */
export interface CheckRigOptions {
  readonly startsAt?: number;
  readonly sim?: Partial<SimOptions>;
  readonly check?: Partial<TastytradeCheckOptions>;
  /** Sees every request before the simulator and may answer itself. */
  readonly intercept?: (request: HttpRequest) => HttpReply | "untrusted" | null;
}

/** A check against the simulator, on virtual time and in memory. */
export class CheckRig {
  readonly time: VirtualTime;
  readonly sim: TastytradeSim;
  readonly check: TastytradeCheck;
  readonly transport: RestTransport;
  readonly #idleTimers: number;
  market: FeedHealth | null = null;
  stream: FeedHealth | null = null;

  constructor(options: CheckRigOptions = {}) {
    const { startsAt = IN_SESSION, intercept = () => null } = options;
    this.time = new VirtualTime(startsAt);
    const [clock, timers] = [this.time, this.time];
    const rest = { ...CANARIES, ...options.sim?.rest };
    const sim = { clock, timers, eventRate: 60, stepMs: 250, ...options.sim, rest };
    this.sim = new TastytradeSim(sim);
    this.#idleTimers = this.time.pendingCount;
    const inner = httpOf(this.sim);
    const http: Http = {
      send: (request, signal) => {
        const own = intercept(request);
        if (own === "untrusted") return Promise.resolve({ ok: false, error: "untrusted" });
        return own === null ? inner.send(request, signal) : Promise.resolve(ok(own));
      },
    };
    const opened = RestTransport.open({
      http,
      clock,
      timers,
      random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
      baseUrl: "https://api.tastyworks.com",
      isLoopbackAllowed: false,
      credentials: {
        clientSecret: new Secret(CANARIES.clientSecret),
        refreshToken: new Secret(CANARIES.refreshToken),
      },
      version: "0.4.0",
    });
    if (!opened.ok) throw new Error(opened.error);
    this.transport = opened.value;
    this.check = new TastytradeCheck({
      clock,
      timers,
      sockets: socketsOf(this.sim),
      context: { origin: this.transport.origin, environment: "production" },
      accounts: [],
      requiresAccounts: true,
      isFeedUrlAllowed: () => true,
      ...options.check,
    });
    this.check.use({
      transport: this.transport,
      marketFeed: () => this.market,
      accountStream: () => this.stream,
      retryNow: () => this.transport.tokens.forgive(),
    });
  }

  /** Tests every step, or those up to `through`. */
  run(through: string | null = null) {
    const { signal } = new AbortController();
    return settled(this.time, this.check.run({ through, signal }));
  }

  /** States of all steps in their order. */
  states(): string[] {
    return this.check.steps().map(({ state }) => state);
  }

  /** The failing step. */
  failing() {
    const steps = this.check.steps();
    const step = steps[failingStep(steps)];
    if (step === undefined || step.fault === null) throw new Error("no step fails");
    return { ...step, fault: step.fault };
  }

  /** Ends the connection; answers what is left of it: timers and sockets. */
  async leftovers(): Promise<number> {
    this.transport.close();
    // Goodbyes are on their way.
    await this.time.advanceSettling(1000, 100);
    const left = this.sim.openCount("dxlink") + this.sim.openCount("streamer");
    const timers = this.time.pendingCount - this.#idleTimers;
    this.sim.close();
    return left + Math.max(0, timers);
  }
}

/** An answer of an intercepted request. */
export function reply(status: number, body: unknown): HttpReply {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, text, header: () => null };
}
