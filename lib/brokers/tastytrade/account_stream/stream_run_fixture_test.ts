import { fail, ok } from "../../../base/result.ts";
import type { FeedHealth } from "../../../ports/broker.ts";
import { seeded, SleepyTime } from "../feed/feed_run_fixture_test.ts";
import { MemoryWire } from "../feed/memory_wire_fixture_test.ts";
import { Drift } from "../map/fields.ts";
import type { StreamerNotice } from "../map/notification.ts";
import { AccessTokens } from "../rest/access_tokens.ts";
import { type RestFailure, restFailure } from "../rest/failure.ts";
import { Secret } from "../rest/secret.ts";
import { AccountStream } from "./account_stream.ts";
import { StreamerPeer } from "./peer_fixture_test.ts";

export const ACCOUNTS = ["5WX00001", "5WX00002"];
export const CANARY = "canary";
const LOAD_MS = 200;
const STEP_MS = 250;

/** What the login does wrong. */
export class LoginFaults {
  failure: RestFailure | null = null;
  /** No answer ever comes. */
  isHanging = false;
  /** Tokens are given out that the streamer does not know. */
  isStale = false;
  lifeMs = 900_000;
  answerMs = 30;
}

/** An account stream with the real login logic, its peer and the wire, under one virtual clock. */
export class StreamRun {
  readonly time = new SleepyTime(Date.UTC(2025, 2, 19, 15));
  readonly peer = new StreamerPeer(this.time);
  readonly wire = new MemoryWire(this.time, this.peer.accept);
  readonly login = new LoginFaults();
  readonly tokens: AccessTokens;
  readonly drift = new Drift();
  readonly stream: AccountStream;
  readonly healths: FeedHealth[] = [];
  readonly healthAt: number[] = [];
  readonly notices: StreamerNotice[] = [];
  readonly subscribedAt: number[] = [];
  /** What a desk knows: loads after each subscription, and notices, the newer version wins. */
  readonly known = new Map<string, number>();
  loginCount = 0;
  /** What a test does after each call of the stream. */
  readonly listener: { after: (name: string) => void } = { after: () => {} };

  constructor(options: { seed?: number; isUrlAllowed?: boolean; accounts?: string[] } = {}) {
    const { seed = 1, isUrlAllowed = true, accounts = ACCOUNTS } = options;
    this.tokens = new AccessTokens(() => this.#login(), this.time);
    this.stream = new AccountStream({
      id: "tastytrade-account",
      label: "Account stream",
      url: "wss://streamer.tastyworks.com",
      isUrlAllowed: () => isUrlAllowed,
      clock: this.time,
      timers: this.time,
      random: seeded(seed),
      sockets: this.wire,
      tokens: this.tokens,
      accountNumbers: accounts,
      source: "deltadesk/0.0.1",
      drift: this.drift,
      listener: {
        subscribed: () => {
          this.#load();
          this.listener.after("subscribed");
        },
        notice: (notice) => {
          this.notices.push(notice);
          this.#know(notice.data);
          this.listener.after("notice");
        },
        health: (health) => {
          this.healths.push(health);
          this.healthAt.push(this.time.monotonic());
          this.listener.after("health");
        },
      },
    });
  }

  /** Starts, and passes time until it is subscribed. */
  async live(): Promise<this> {
    this.stream.start();
    await this.pass(2000);
    return this;
  }

  /** Lets time pass and promises settle. */
  async pass(ms: number): Promise<void> {
    await this.time.advanceSettling(ms, STEP_MS);
  }

  /** States in the order in which they were told. */
  states(): string[] {
    return this.healths.map(({ state }) => state);
  }

  /** First instant from `since` on at which a state was told, monotonic ms. */
  toldAt(state: string, since: number): number {
    const at = this.healths.findIndex((health, index) =>
      health.state === state && this.healthAt[index] >= since
    );
    return this.healthAt[at] ?? Infinity;
  }

  /** True when everything that happened is known here. */
  isUpToDate(): boolean {
    const { versions } = this.peer;
    return [...versions].every(([name, version]) => this.known.get(name) === version);
  }

  /** Ends everything; answers the timers that are left, which must be none. */
  end(): number {
    this.stream.close();
    this.time.advance(60_000);
    return this.time.pendingCount;
  }

  #load(): void {
    this.subscribedAt.push(this.time.monotonic());
    this.time.setTimer(LOAD_MS, () => {
      for (const [name, version] of this.peer.versions) this.#know({ name, version });
    });
  }

  #know(data: unknown): void {
    const { name, version } = (data ?? {}) as { name?: string; version?: number };
    if (name === undefined || version === undefined) return;
    this.known.set(name, Math.max(version, this.known.get(name) ?? 0));
  }

  async #login() {
    const text = `${CANARY}-${++this.loginCount}`;
    const { failure, isHanging, isStale, lifeMs, answerMs } = this.login;
    await new Promise<void>((resolve) => {
      this.time.setTimer(isHanging ? 20_000 : answerMs, () => resolve());
    });
    if (isHanging) return fail(restFailure("timeout", "POST /oauth/token: no answer within 20 s"));
    if (failure !== null) return fail(failure);
    if (!isStale) this.peer.tokens.add(text);
    return ok({ token: new Secret(text), lifeMs });
  }
}
