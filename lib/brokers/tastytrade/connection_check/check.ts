import { assert } from "../../../base/assert.ts";
import type { UnixMs } from "../../../base/brand.ts";
import type { ConnectionStep } from "../../../domain/connection.ts";
import { formatAge } from "../../../format/time.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { CheckEnd, CheckRun, ConnectionCheck } from "../../../ports/connections.ts";
import type { Timers } from "../../../ports/timers.ts";
import type { Sockets } from "../../../ports/web_socket.ts";
import { isShareSession } from "../dxlink_feed.ts";
import { MUTE_MS } from "../feed/liveness.ts";
import type { RestTransport } from "../rest/transport.ts";
import { feedFault, MUTE } from "./feed_faults.ts";
import { FeedProbe } from "./feed_probe.ts";
import { liveFinding, quoteFinding } from "./live_steps.ts";
import { type FaultContext, restFault } from "./rest_faults.ts";
import { RestSteps } from "./rest_steps.ts";
import {
  failed,
  type Finding,
  indexOfStep,
  notTested,
  passed,
  type StepId,
  STEPS,
  untouched,
} from "./steps.ts";
import { restFailure } from "../rest/failure.ts";

/** The broker that the steps are tested on. */
export interface CheckedBroker {
  readonly transport: RestTransport;
  /** Health of the market data feed; null while none runs. */
  marketFeed(): FeedHealth | null;
  /** Health of the account stream; null while none runs. */
  accountStream(): FeedHealth | null;
  /** Logins that were given up and feeds that wait try again. */
  retryNow(): void;
}

/** What a check needs. */
export interface TastytradeCheckOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly sockets: Sockets;
  readonly context: FaultContext;
  readonly accounts: readonly string[];
  readonly requiresAccounts: boolean;
  /** May this address be connected to? See `isFeedUrl`. */
  readonly isFeedUrlAllowed: (url: string) => boolean;
}

const REFERENCE = "SPY";
const CLOSED_WAIT_MS = 3_000;
const DONE: CheckEnd = { isPassed: true, isLoginRefused: false, retryAfterMs: null };

/** Tests a connection to tastytrade. Source: tastytrade.md §3, §4; dxlink.md §2; ui.md §10. */
export class TastytradeCheck implements ConnectionCheck {
  readonly #options: TastytradeCheckOptions;
  #steps: readonly ConnectionStep[] = STEPS.map((_, index) => untouched(index));
  #broker: CheckedBroker | null = null;
  #probe: FeedProbe | null = null;
  #isRunning = false;

  constructor(options: TastytradeCheckOptions) {
    this.#options = options;
  }

  /** Makes `broker` the one that is tested; null when it is closed. What was found stays. */
  use(broker: CheckedBroker | null): void {
    this.#broker = broker;
  }

  steps(): readonly ConnectionStep[] {
    return this.#steps.map((step, index) => this.#overlaid(step, index));
  }

  forgive(): void {
    this.#broker?.retryNow();
  }

  loadingFailed(message: string, fix: string | null): void {
    this.#note(
      indexOfStep("positions"),
      failed("the book is not loaded", {
        headline: "the book cannot be loaded",
        cause: `${message}.`,
        remedy: fix === null ? ["Wait: the desk tries again by itself."] : [fix],
      }),
    );
  }

  async run({ through, signal }: CheckRun): Promise<CheckEnd> {
    assert(!this.#isRunning, "one test at a time");
    const broker = this.#broker;
    if (broker === null) return { ...DONE, isPassed: false };
    this.#isRunning = true;
    try {
      return await this.#run(broker, indexOfStep(through), signal);
    } finally {
      this.#isRunning = false;
      this.#probe?.end();
      this.#probe = null;
    }
  }

  async #run(broker: CheckedBroker, last: number, signal: AbortSignal): Promise<CheckEnd> {
    const { clock, timers, context, accounts, requiresAccounts } = this.#options;
    const { transport } = broker;
    const rest = new RestSteps({ transport, clock, timers, context, accounts, requiresAccounts });
    for (let index = 0; index <= last; index++) {
      if (this.#isProvenLive(broker, STEPS[index].id)) continue;
      this.#begin(index);
      const finding = await this.#test(STEPS[index].id, rest, signal);
      if (signal.aborted) return { ...DONE, isPassed: false };
      this.#note(index, finding);
      if (finding.state !== "failed") continue;
      this.#steps = this.#steps.map((step, at) => at > index ? untouched(at) : step);
      const { isLoginRefused, retryAfterMs } = finding;
      return { isPassed: false, isLoginRefused, retryAfterMs };
    }
    return DONE;
  }

  #isProvenLive(broker: CheckedBroker, id: StepId): boolean {
    if (id === "feed" || id === "firstQuote") return broker.marketFeed() !== null;
    return id === "accountStream" && broker.accountStream() !== null;
  }

  #test(id: StepId, rest: RestSteps, signal: AbortSignal): Promise<Finding> {
    switch (id) {
      case "signIn":
        return rest.signIn(signal);
      case "accounts":
        return rest.accounts(signal);
      case "positions":
        return rest.positions(signal);
      case "quoteToken":
        return rest.quoteTokenStep(signal);
      case "feed":
        return this.#feed(rest, signal);
      case "firstQuote":
        return this.#firstQuote(signal);
      case "accountStream":
        return Promise.resolve(notTested("not tested: it opens with the book"));
    }
  }

  async #feed({ quoteToken }: RestSteps, signal: AbortSignal): Promise<Finding> {
    const { clock, timers, sockets, isFeedUrlAllowed } = this.#options;
    assert(quoteToken !== null, "the step before gave a token");
    const { url, token } = quoteToken;
    if (!isFeedUrlAllowed(url)) {
      return failed("unknown address", feedFault({ code: "badUrl", detail: "" }));
    }
    const startedAt = clock.monotonic();
    this.#probe = new FeedProbe({ url, token, reference: REFERENCE, clock, timers, sockets });
    const failure = await this.#probe.opened(signal);
    const took = `after ${Math.max(1, Math.round(clock.monotonic() - startedAt))} ms`;
    if (failure === null) return passed(`open and authorized ${took}`);
    const verb = failure.code === "unauthorized" ? "refused" : "not open";
    return failed(`${verb} ${took}`, feedFault(failure));
  }

  async #firstQuote(signal: AbortSignal): Promise<Finding> {
    const { clock } = this.#options;
    assert(this.#probe !== null, "the step before opened the feed");
    const isOpen = isShareSession(clock.now());
    const startedAt = clock.monotonic();
    const found = await this.#probe.quoted(isOpen ? MUTE_MS : CLOSED_WAIT_MS, signal);
    if (found === true) {
      const tookMs = Math.max(1, Math.round(clock.monotonic() - startedAt));
      return passed(`${REFERENCE} after ${tookMs} ms`);
    }
    if (found !== false) return failed("the feed ended", feedFault(found));
    return isOpen
      ? failed(`silent for ${MUTE_MS / 1000} s`, MUTE)
      : notTested("not tested: no quote is due, market closed");
  }

  /** A step that is tested anew keeps what it showed, so that nothing on the page jumps. */
  #begin(index: number): void {
    const step = this.#steps[index];
    if (step.state === "passed") return;
    this.#put(index, { ...step, state: "running", detail: "testing" });
  }

  #note(index: number, { state, detail, fault }: Finding): void {
    const { id, title } = STEPS[index];
    this.#put(index, { id, title, state, detail, fault, at: this.#options.clock.now() });
  }

  #put(index: number, step: ConnectionStep): void {
    this.#steps = this.#steps.map((one, at) => at === index ? step : one);
  }

  #overlaid(step: ConnectionStep, index: number): ConnectionStep {
    const finding = this.#liveFinding(STEPS[index].id, this.#options.clock.now());
    if (finding === null) return step;
    const { state, detail, fault } = finding;
    return { ...step, state, detail, fault, at: step.at ?? this.#options.clock.now() };
  }

  #liveFinding(id: StepId, now: UnixMs): Finding | null {
    const broker = this.#broker;
    if (broker === null) return null;
    switch (id) {
      case "signIn":
        return this.#signInNow(broker, now);
      case "feed":
        return liveFinding(broker.marketFeed(), now);
      case "firstQuote":
        return quoteFinding(broker.marketFeed(), now);
      case "accountStream":
        return liveFinding(broker.accountStream(), now);
      default:
        return null;
    }
  }

  #signInNow({ transport }: CheckedBroker, now: UnixMs): Finding | null {
    const { tokens } = transport;
    if (tokens.isStopped) {
      const failure = restFailure("loginNeeded", "login: not tried any more");
      return failed("not tried any more", restFault(failure, this.#options.context));
    }
    const step = this.#steps[0];
    if (step.state !== "passed") return null;
    if (tokens.refusal !== null) {
      return failed("refused", restFault(tokens.refusal, this.#options.context));
    }
    if (tokens.renewsAt === null) return null;
    const left = tokens.renewsAt - now;
    return passed(left > 0 ? `renews in ${formatAge(left)}` : "is being renewed");
  }
}
