import { Secret } from "@/lib/base/secret.ts";
import { type Desk } from "@/lib/desk/desk.ts";
import { LiveDesk } from "@/lib/desk/live/live_desk.ts";
import { tastytradeLive } from "@/lib/desk/live/tastytrade_live.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import type { Settings } from "@/lib/settings/settings.ts";
import { httpOf, type SimOptions, socketsOf, TastytradeSim } from "@/sims/tastytrade/mod.ts";

const ORIGIN = "http://127.0.0.1:9";
/** Wednesday 2025-03-19, 11:00 in New York. */
const IN_SESSION = Date.UTC(2025, 2, 19, 15);

const SECRETS = { clientSecret: "cs_CANARY_live", refreshToken: "rt_CANARY_live" } as const;

/** A live desk against the simulator in memory, on virtual time; nothing is kept. */
export class LiveDeskRun {
  readonly time = new VirtualTime(IN_SESSION);
  readonly sim: TastytradeSim;
  readonly live: LiveDesk;
  desk: Desk | null = null;
  readonly #idleTimers: number;

  constructor(options: { readonly sim?: Partial<SimOptions>; readonly accounts?: string[] } = {}) {
    const { time } = this;
    const [clock, timers] = [time, time];
    const rest = { ...SECRETS, ...options.sim?.rest };
    this.sim = new TastytradeSim({ clock, timers, eventRate: 60, stepMs: 250, rest });
    this.sim.setOrigin(ORIGIN);
    this.#idleTimers = time.pendingCount;
    const surroundings = {
      clock,
      timers,
      random: { next: () => 0.5, bytes: (count: number) => new Uint8Array(count) },
      http: httpOf(this.sim),
      sockets: socketsOf(this.sim),
      readText: () => Promise.resolve({ ok: false, error: "notFound" } as const),
      giveUp: (why: string): never => {
        throw new Error(why);
      },
    };
    const tastytrade = {
      environment: "production",
      simulator: { rest: ORIGIN, accountStreamer: "ws://127.0.0.1:9/streamer", feed: null },
      clientSecret: new Secret(SECRETS.clientSecret),
      refreshToken: new Secret(SECRETS.refreshToken),
      inUse: [{ name: "DELTADESK_TASTYTRADE_REFRESH_TOKEN", value: "set", origin: ".env" }],
    } as const;
    const accounts = options.accounts ?? [];
    const settings = {
      accounts,
      accountsOrigin: "flag",
      brokers: ["tastytrade"],
    } as unknown as Settings;
    this.live = new LiveDesk({
      ...surroundings,
      brokers: [tastytradeLive(settings, tastytrade, surroundings)],
      store: null,
      reopenStore: () => Promise.resolve(null),
      options: (adapter, store) => ({
        adapter,
        standIn: "simulator",
        accounts,
        requiresAccounts: true,
        capacity: 4_096,
        speed: 1,
        servesDebug: false,
        version: "test",
        epoch: "0011223344556677",
        clock,
        timers,
        isDirectoryWritable: () => true,
        store,
      }),
      onLoaded: (desk) => void (this.desk = desk),
    });
  }

  /** States of all steps in their order. */
  states(): string[] {
    return this.live.connections.state().connections[0].steps.map(({ state }) => state);
  }

  /** Logins that the simulator has seen. */
  logins(): number {
    return this.sim.rest.seen.filter(({ path }) => path === "/oauth/token").length;
  }

  /** Lets time pass in steps of 50 ms. */
  pass(ms: number): Promise<void> {
    return this.time.advanceSettling(ms, 50);
  }

  /** Stops the desk; answers what it leaves: timers and sockets. */
  async leftovers(): Promise<number> {
    const stopped = this.live.stop("SIGTERM");
    await this.pass(3_000);
    await stopped;
    const sockets = this.sim.openCount("dxlink") + this.sim.openCount("streamer");
    const timers = this.time.pendingCount - this.#idleTimers;
    this.sim.close();
    return sockets + Math.max(0, timers);
  }
}
