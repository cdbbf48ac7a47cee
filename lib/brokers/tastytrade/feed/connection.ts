import type { Clock } from "../../../ports/clock.ts";
import { DxlinkSession } from "../wire/dxlink/session.ts";
import type { SessionOptions } from "../wire/dxlink/session_options.ts";
import { judge, type Verdict } from "./liveness.ts";
import { isDelayed, type QuoteToken, renewAfterMs } from "./quote_tokens.ts";

/**
 * Silence of the reference in the session that is no age yet, but no accident either, ms: what was
 * sent meanwhile may be lost, so everything is asked for anew once it is over.
 */
const GAP_MS = 5_000;

/** When the reference symbol has to speak; since when that holds, awake ms. */
export interface ReferenceDuty {
  readonly isDue: boolean;
  readonly since: number;
}

/** A session with what the supervisor keeps about it. */
export class Connection {
  readonly session: DxlinkSession;
  /** Ids found without data since they were last asked for. */
  silentIds: number[] = [];
  isSettled = false;
  /** Since when it is live without a break, awake ms. */
  liveSince: number | null = null;
  readonly startedAt: number;
  readonly isDelayed: boolean;
  readonly #clock: Clock;
  readonly #renewAtMonotonic: number;
  readonly #renewAtWall: number;
  #seen = 0;
  #lastReferenceAt: number | null = null;

  /** `jitter`: 0 to 1, spreads the renewal. Does not connect yet. */
  constructor(
    options: {
      readonly token: QuoteToken;
      readonly session: SessionOptions;
      readonly clock: Clock;
      readonly jitter: number;
    },
  ) {
    const { token, session, clock, jitter } = options;
    const afterMs = renewAfterMs(token, jitter);
    this.session = new DxlinkSession(session);
    this.startedAt = session.awake();
    this.isDelayed = isDelayed(token);
    this.#clock = clock;
    this.#renewAtMonotonic = clock.monotonic() + afterMs;
    this.#renewAtWall = clock.now() + afterMs;
  }

  /** True once the token wants to be renewed, by either clock: one may have stood still. */
  get isRenewalDue(): boolean {
    return this.#clock.monotonic() >= this.#renewAtMonotonic ||
      this.#clock.now() >= this.#renewAtWall;
  }

  /** True once the reference symbol spoke on it. */
  get hasReference(): boolean {
    return this.#lastReferenceAt !== null;
  }

  /** Judges it as of `now`, awake ms; null while the handshake is under way. */
  judge(now: number, duty: ReferenceDuty): Verdict | null {
    const { session } = this;
    const { eventCount } = session.decoder.reference;
    if (eventCount !== this.#seen) {
      this.#seen = eventCount;
      const silentMs = session.lastFrameAt - (this.#lastReferenceAt ?? session.lastFrameAt);
      if (duty.isDue && silentMs > GAP_MS) session.resync();
      this.#lastReferenceAt = session.lastFrameAt;
    }
    if (session.openedAt === null) return null;
    return judge({
      now,
      isReferenceDue: duty.isDue,
      dueSince: duty.since,
      isLiveBefore: this.liveSince !== null,
      openedAt: session.openedAt,
      lastReferenceAt: this.#lastReferenceAt,
      lastFrameAt: session.lastFrameAt,
      keepaliveTimeoutS: session.keepaliveTimeoutS,
    });
  }

  /** True when it can take the place of `other` without a gap. */
  canReplace(other: Connection): boolean {
    if (this.session.openedAt === null) return false;
    return this.isSettled || this.session.plan.covers(other.session.plan);
  }

  /** Looks after its subscriptions; see `SubscriptionPlan.review`. */
  review(): void {
    const found = this.session.review();
    if (found === null) return;
    this.isSettled = found.isSettled;
    this.silentIds.push(...found.silent);
  }
}
