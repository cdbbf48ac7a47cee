import { Secret } from "@/lib/base/secret.ts";
import type { Desk } from "@/lib/desk/desk.ts";
import { LiveDesk } from "@/lib/desk/live/live_desk.ts";
import type { LiveBroker } from "@/lib/desk/live/live_start.ts";
import { tastytradeLive } from "@/lib/desk/live/tastytrade_live.ts";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import type { Settings } from "@/lib/settings/settings.ts";
import { httpOf, type SimOptions, socketsOf, TastytradeSim } from "@/sims/tastytrade/mod.ts";

const ORIGIN = "http://127.0.0.1:9";
/** Wednesday 2025-03-19, 11:00 in New York. */
const IN_SESSION = Date.UTC(2025, 2, 19, 15);
const SECRETS = { clientSecret: "cs_CANARY_live", refreshToken: "rt_CANARY_live" } as const;

/** Ids of the two brokers, the preferred first. */
export const BROKERS = ["tastytrade", "second"] as const;

/** Id of one of the two brokers. */
export type BrokerId = typeof BROKERS[number];

/**
 * A live desk over two simulators in memory, on virtual time: the same market, each its own
 * accounts and connections. Nothing is kept.
 */
export class TwoBrokers {
  readonly time = new VirtualTime(IN_SESSION);
  readonly sims: Readonly<Record<BrokerId, TastytradeSim>>;
  readonly live: LiveDesk;
  desk: Desk | null = null;
  /** Desks that were started. */
  starts = 0;
  readonly #idleTimers: number;

  constructor(sim: Partial<SimOptions> = {}) {
    const { time } = this;
    const make = () => {
      const made = new TastytradeSim({
        clock: time,
        timers: time,
        eventRate: 60,
        stepMs: 250,
        positions: 24,
        ...sim,
        rest: { ...SECRETS, ...sim.rest },
      });
      made.setOrigin(ORIGIN);
      return made;
    };
    this.sims = { tastytrade: make(), second: make() };
    this.#idleTimers = time.pendingCount;
    this.live = new LiveDesk({
      clock: time,
      timers: time,
      random: RANDOM,
      brokers: BROKERS.map((id) => this.#broker(id)),
      store: null,
      reopenStore: () => Promise.resolve(null),
      options: (adapter, store) => ({
        adapter,
        standIn: "simulator",
        accounts: [],
        requiresAccounts: false,
        capacity: 4_096,
        speed: 1,
        servesDebug: false,
        version: "test",
        epoch: "0011223344556677",
        clock: time,
        timers: time,
        isDirectoryWritable: () => true,
        store,
      }),
      onLoaded: (desk) => {
        if (this.desk === null) this.starts++;
        this.desk = desk;
      },
    });
  }

  #broker(id: BrokerId): LiveBroker {
    const { time } = this;
    const surroundings = {
      clock: time,
      timers: time,
      random: RANDOM,
      http: httpOf(this.sims[id]),
      sockets: socketsOf(this.sims[id]),
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
      inUse: [],
    } as const;
    const settings = {
      accounts: [],
      accountsOrigin: "flag",
      brokers: ["tastytrade"],
    } as unknown as Settings;
    return { ...tastytradeLive(settings, tastytrade, surroundings), id, label: id };
  }

  /** The desk's services; the test fails without a desk. */
  get services() {
    if (this.desk === null) throw new Error(JSON.stringify(this.live.connections.state()));
    return this.desk.services;
  }

  /** States of the feeds of a broker, by feed. */
  feeds(broker: BrokerId): Record<string, string> {
    const own = this.services.feeds().filter((feed) => feed.broker === broker);
    return Object.fromEntries(own.map(({ feed, state }) => [feed, state]));
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
    let open = 0;
    for (const sim of Object.values(this.sims)) {
      open += sim.openCount("dxlink") + sim.openCount("streamer");
    }
    const timers = this.time.pendingCount - this.#idleTimers;
    for (const sim of Object.values(this.sims)) sim.close();
    return open + Math.max(0, timers);
  }
}

const RANDOM = { next: () => 0.5, bytes: (count: number) => new Uint8Array(count) };
