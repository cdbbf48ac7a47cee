import { assert } from "../../lib/base/assert.ts";
import type { Timer } from "../../lib/ports/timers.ts";
import { FaultPlan } from "../fault_plan.ts";
import { AccountsFace } from "./accounts/accounts_face.ts";
import type { Feature, LinkChange, RequestHandler } from "./client.ts";
import { ContractRegistry } from "./contracts/registry.ts";
import type { TwsFace } from "./face.ts";
import { FaultyOutlet } from "./faults/outlet.ts";
import { type Fault, INSTANT_KINDS } from "./faults/script.ts";
import { FEATURES } from "./features.ts";
import { Gateway } from "./gateway.ts";
import { MarketFace } from "./market_face.ts";
import { connectInMemory } from "./memory.ts";
import { TWS_DEFAULTS, type TwsOptions } from "./options.ts";
import { OrderIds } from "./order_ids.ts";
import type { ClientEnd, ClientHandlers, Peer, ServerHandlers } from "./peer.ts";
import { Session } from "./session.ts";

const STEP_MS_DEFAULT = 50;
const MESSAGES_KEPT = 5000;

/** A message of a client, for assertions. */
export interface SeenMessage {
  readonly connection: number;
  readonly fields: readonly string[];
}

interface Connection {
  readonly outlet: FaultyOutlet;
  readonly session: Session;
}

/** The whole emulator: a world, TWS in front of it, and the faults between it and its clients. */
export class TwsSim {
  readonly face: TwsFace;
  /** Messages of clients from startApi on, oldest first. */
  readonly seen: SeenMessage[] = [];
  readonly #options: TwsOptions;
  readonly #startedAt: number;
  readonly #timers: Timer[] = [];
  readonly #features: readonly Feature[];
  readonly #handlers = new Map<number, RequestHandler>();
  readonly #connections = new Set<Connection>();
  readonly #gateway: Gateway;
  /** Told when the port closes (restart) and opens again. */
  readonly #portFollowers = new Set<(isOpen: boolean) => void>();
  #isPortOpen = true;
  #tried = 0;

  constructor(options: TwsOptions) {
    this.#options = options;
    const { clock, timers, seed = 1, stepMs = STEP_MS_DEFAULT } = options;
    this.#startedAt = clock.monotonic();
    const { positions, eventRate, fillGapMs, date, pace = "calendar" } = options;
    const world = { seed, stepMs, positions, eventRate, fillGapMs, date };
    const market = new MarketFace({ clock, pace, ...world });
    const behaviour = { ...TWS_DEFAULTS, ...given(options) };
    const plan = new FaultPlan<Fault>({
      faults: options.faults?.faults ?? [],
      seed: options.faults?.seed ?? seed,
      elapsedMs: () => this.elapsedMs(),
      instantKinds: INSTANT_KINDS,
    });
    const clients = (): Iterable<Session> => this.#ready();
    const changed = (link: LinkChange): void => {
      for (const feature of this.#features) feature.linkChanged?.(link);
    };
    this.#gateway = new Gateway({ plan, clock, clients, changed });
    this.face = {
      clock,
      timers,
      seed,
      behaviour,
      market,
      contracts: new ContractRegistry(market, seed, behaviour.hasLastTradeDay),
      accounts: new AccountsFace(market, behaviour),
      orderIds: new OrderIds(behaviour.firstOrderId),
      plan,
      gateway: this.#gateway,
      clients,
    };
    this.#features = FEATURES.map((make) => make(this.face));
    for (const { requests } of this.#features) this.#register(requests);
    this.#timers.push(timers.setPeriodic(stepMs, () => this.#step()));
  }

  /** Milliseconds since the start: the time that a script's `afterMs` counts. */
  elapsedMs(): number {
    return this.#options.clock.monotonic() - this.#startedAt;
  }

  /** Open connections. */
  get openCount(): number {
    return this.#connections.size;
  }

  /** Connections that were tried so far. */
  get tried(): number {
    return this.#tried;
  }

  /** False while the script restarts TWS: nobody listens. */
  get isPortOpen(): boolean {
    return this.#isPortOpen;
  }

  /** Tells when the port closes or opens; the returned function ends it. */
  followPort(changed: (isOpen: boolean) => void): () => void {
    this.#portFollowers.add(changed);
    return () => void this.#portFollowers.delete(changed);
  }

  /** Adds a fault and lets it strike at once if its time has come. */
  inject(fault: Fault): void {
    this.face.plan.add(fault);
    this.strike();
  }

  /** Connects in memory. */
  connect(client: ClientHandlers): ClientEnd {
    return connectInMemory(this.#options.timers, client, this.accept());
  }

  /** Decides on a new connection: its handlers, or null when nobody listens. */
  accept(): ServerHandlers | null {
    const ordinal = ++this.#tried;
    if (!this.#isPortOpen) return null;
    let connection: Connection | null = null;
    return {
      opened: (peer) => {
        // As with an untrusted address: TCP accepts, then the connection is gone.
        const isRefused = this.face.plan.take("gateway", "refuse", { connection: ordinal });
        if (isRefused !== null) return peer.close();
        connection = this.#open(ordinal, peer);
      },
      data: (bytes) => connection?.session.receive(bytes),
      closed: () => {
        if (connection !== null) this.#ended(connection);
        connection = null;
      },
    };
  }

  /** Lets the script's faults act on what is open now. */
  strike(): void {
    const restarts = this.face.plan.holding("gateway", "restart", {});
    const isOpen = restarts.length === 0;
    if (isOpen !== this.#isPortOpen) {
      this.#isPortOpen = isOpen;
      if (!isOpen) this.#cutAll();
      if (restarts.some(({ forgetsIds }) => forgetsIds === true)) this.face.orderIds.forget();
      for (const changed of this.#portFollowers) changed(isOpen);
    }
    for (const { outlet } of [...this.#connections]) outlet.check();
    this.#gateway.check();
  }

  /** Ends every connection and every timer. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    for (const feature of this.#features) feature.closed?.();
    this.#cutAll();
    for (const connection of [...this.#connections]) this.#ended(connection);
  }

  #step(): void {
    this.face.market.advance();
    this.strike();
    for (const feature of this.#features) feature.stepped?.();
  }

  #register(requests: Feature["requests"]): void {
    for (const [id, handler] of Object.entries(requests)) {
      assert(!this.#handlers.has(Number(id)), `two parts answer request ${id}`);
      this.#handlers.set(Number(id), handler);
    }
  }

  *#ready(): Generator<Session> {
    for (const { session } of [...this.#connections]) if (session.isReady) yield session;
  }

  #open(ordinal: number, peer: Peer): Connection {
    const { clock, timers, plan, behaviour, market } = this.face;
    const outlet = new FaultyOutlet({ ordinal, peer, plan, clock, timers });
    const session = new Session({
      outlet,
      behaviour,
      plan,
      clock,
      timers,
      now: () => market.now(),
      isFree: (clientId) => [...this.#ready()].every((one) => one.clientId !== clientId),
      joined: (client) => {
        for (const feature of this.#features) feature.joined?.(client);
      },
      handlerOf: (id) => this.#handlers.get(id),
      seen: (fields) => {
        this.seen.push({ connection: ordinal, fields });
        if (this.seen.length > MESSAGES_KEPT) this.seen.shift();
      },
    });
    const connection = { outlet, session };
    this.#connections.add(connection);
    return connection;
  }

  #ended(connection: Connection): void {
    if (!this.#connections.delete(connection)) return;
    connection.outlet.ended();
    connection.session.ended();
    for (const feature of this.#features) feature.left?.(connection.session);
  }

  #cutAll(): void {
    for (const { outlet } of [...this.#connections]) outlet.cut();
  }
}

/** The behaviour that options name, without what they leave open. */
function given(options: TwsOptions): Partial<TwsOptions> {
  const isGiven = ([key, value]: [string, unknown]): boolean =>
    value !== undefined && key in TWS_DEFAULTS;
  return Object.fromEntries(Object.entries(options).filter(isGiven));
}
