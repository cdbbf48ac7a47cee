import { assert } from "../../lib/base/assert.ts";
import type { Timer } from "../../lib/ports/timers.ts";
import { AccountsFace } from "./accounts_face.ts";
import { CandleFace } from "./dxlink/candles.ts";
import { Coin } from "./dxlink/coin.ts";
import { DxlinkSession } from "./dxlink/session.ts";
import { FaultyOutlet } from "./faults/outlet.ts";
import { FaultPlan } from "./faults/plan.ts";
import type { Fault } from "./faults/script.ts";
import { MarketFace } from "./market_face.ts";
import {
  type ClientEnd,
  type ClientHandlers,
  connectInMemory,
  type ServerHandlers,
} from "./memory.ts";
import { NetLiqHistory } from "./net_liq_history.ts";
import { DXLINK_DEFAULTS, REST_DEFAULTS, type SimOptions, STREAMER_DEFAULTS } from "./options.ts";
import { OrdersFace } from "./orders_face.ts";
import type { SimReply, SimRequest } from "./rest/reply.ts";
import { type Outcome, RestService } from "./rest/service.ts";
import { Notifications } from "./streamer/notifications.ts";
import { StreamerSession } from "./streamer/session.ts";
import { Tokens } from "./tokens.ts";
import type { Peer } from "./wire.ts";

/** Faces with sockets. */
export type SocketPlace = "dxlink" | "streamer";

/** Paths of the faces with sockets, on the address of the REST service. */
export const SOCKET_PATHS = { dxlink: "/dxlink/realtime", streamer: "/streamer" } as const;

/** Path of the sandbox's feed; clients read from it that prices are late. */
const DELAYED_PATH = "/dxlink/delayed";
/** Address that the in-memory faces pretend to have. */
const MEMORY_ORIGIN = "https://sim.invalid";
const STEP_MS_DEFAULT = 50;
const TOKEN_CHECK_MS = 1000;
const FRAMES_KEPT = 5000;

/** A frame of a client, for assertions. */
export interface SeenFrame {
  readonly place: SocketPlace;
  readonly connection: number;
  readonly text: string;
}

/** A lost connection, as the in-memory `request` throws it. */
export class ConnectionLost extends Error {
  override readonly name = "ConnectionLost";
}

interface Connection {
  readonly outlet: FaultyOutlet;
  readonly session: DxlinkSession | StreamerSession;
}

/** The whole simulator: a world, its three faces, and the faults between them and their clients. */
export class TastytradeSim {
  readonly market: MarketFace;
  readonly accounts: AccountsFace;
  readonly tokens: Tokens;
  readonly faults: FaultPlan;
  readonly rest: RestService;
  /** Frames of clients, oldest first; tokens are in them. */
  readonly seen: SeenFrame[] = [];
  /** Connections that were tried so far, by face. */
  readonly tried = { dxlink: 0, streamer: 0 };
  readonly #options: SimOptions;
  readonly #startedAt: number;
  readonly #candles: CandleFace;
  readonly #notifications: Notifications;
  readonly #timers: Timer[] = [];
  readonly #connections = { dxlink: new Set<Connection>(), streamer: new Set<Connection>() };
  #origin = MEMORY_ORIGIN;

  constructor(options: SimOptions) {
    this.#options = options;
    const { clock, timers, seed = 1, stepMs = STEP_MS_DEFAULT } = options;
    this.#startedAt = clock.monotonic();
    this.market = new MarketFace({
      clock,
      pace: options.pace ?? "calendar",
      seed,
      stepMs,
      positions: options.positions,
      eventRate: options.eventRate,
      fillGapMs: options.fillGapMs,
      date: options.date,
    });
    const { market } = this;
    this.accounts = new AccountsFace(market, options.accounts ?? 3);
    const rest = { ...REST_DEFAULTS, ...options.rest };
    this.tokens = new Tokens(clock, rest, seed);
    this.faults = new FaultPlan(options.faults ?? { faults: [] }, seed, () => this.elapsedMs());
    this.#candles = new CandleFace(market);
    const orders = new OrdersFace(market, this.accounts);
    const { accounts, tokens } = this;
    const hasOtherKinds = rest.hasOtherKinds;
    this.#notifications = new Notifications({ market, accounts, orders, hasOtherKinds });
    const history = new NetLiqHistory(market, this.accounts);
    const dxlinkUrl = (): string => this.url("dxlink");
    const parts = { market, accounts, orders, history, tokens, options: rest, clock, dxlinkUrl };
    this.rest = new RestService(parts, this.faults, timers);
    market.follow({
      touched: (id, kind) => this.#touched(id, kind),
      stepped: () => this.#stepped(),
    });
    this.#timers.push(timers.setPeriodic(stepMs, () => market.advance()));
    this.#timers.push(timers.setPeriodic(TOKEN_CHECK_MS, () => this.#checkTokens()));
    for (const at of this.faults.instants()) {
      this.#timers.push(timers.setTimer(at, () => this.strike()));
    }
  }

  /** Milliseconds since the start: the time that a script's `afterMs` counts. */
  elapsedMs(): number {
    return this.#options.clock.monotonic() - this.#startedAt;
  }

  /** Address of the REST service ("rest") or of a face with sockets. */
  url(place: SocketPlace | "rest"): string {
    if (place === "rest") return this.#origin;
    const isDelayed = place === "dxlink" && this.#options.rest?.environment === "sandbox";
    const path = isDelayed ? DELAYED_PATH : SOCKET_PATHS[place];
    return `${this.#origin.replace(/^http/, "ws")}${path}`;
  }

  /** Names the address that the faces have now; the loopback server does. */
  setOrigin(origin: string): void {
    this.#origin = origin;
  }

  /** Open connections of a face. */
  openCount(place: SocketPlace): number {
    return this.#connections[place].size;
  }

  /** Adds a fault and lets it strike at once if its time has come. */
  inject(fault: Fault): void {
    this.faults.add(fault);
    this.strike();
  }

  /** A REST request in memory; throws ConnectionLost when a fault takes the connection. */
  async request(request: SimRequest): Promise<SimReply> {
    const outcome = await this.outcome(request);
    if (outcome.kind === "cut") throw new ConnectionLost("the connection was lost");
    return outcome.reply;
  }

  /** What becomes of a REST request, for a server that can cut an answer short. */
  outcome(request: SimRequest): Promise<Outcome> {
    return this.rest.request(request);
  }

  /** Connects in memory to `url("dxlink")` or `url("streamer")`; another path is refused. */
  connect(url: string, client: ClientHandlers): ClientEnd {
    const { pathname } = new URL(url);
    const { timers } = this.#options;
    const place = socketPlaceOf(pathname);
    if (place === null) return connectInMemory(timers, client, null);
    const server = this.accept(place);
    return connectInMemory(timers, client, "refused" in server ? null : server);
  }

  /** Decides on a new connection of a face: its handlers, or the HTTP status of the refusal. */
  accept(place: SocketPlace): ServerHandlers | { readonly refused: number } {
    const ordinal = ++this.tried[place];
    const refusal = this.faults.take(place, "refuse", { connection: ordinal });
    if (refusal !== null) return { refused: refusal.status ?? 503 };
    const { connectionsMax } = { ...DXLINK_DEFAULTS, ...this.#options.dxlink };
    if (place === "dxlink" && this.openCount(place) >= connectionsMax) return { refused: 429 };
    let connection: Connection | null = null;
    return {
      opened: (peer) => void (connection = this.#open(place, ordinal, peer)),
      message: (text) => {
        this.seen.push({ place, connection: ordinal, text });
        if (this.seen.length > FRAMES_KEPT) this.seen.shift();
        connection?.outlet.receive(text);
      },
      closed: () => {
        if (connection === null) return;
        this.#connections[place].delete(connection);
        connection.outlet.ended();
      },
    };
  }

  /** Lets the script's instants act on what is open now. */
  strike(): void {
    const { faults, tokens } = this;
    const isNow = (kind: "expireAccess" | "expireQuote" | "revokeRefresh"): boolean =>
      faults.take("tokens", kind, {}) !== null;
    if (isNow("expireAccess")) tokens.expireAccess();
    if (isNow("expireQuote")) tokens.expireQuote();
    if (isNow("revokeRefresh")) tokens.isRefreshRevoked = true;
    this.#checkTokens();
    for (const place of ["dxlink", "streamer"] as const) {
      for (const { outlet } of [...this.#connections[place]]) outlet.check();
    }
    for (const { outlet, session } of [...this.#connections.dxlink]) {
      if (!(session instanceof DxlinkSession)) continue;
      const scope = { connection: outlet.ordinal, frame: outlet.frames };
      const error = faults.take("dxlink", "error", scope);
      if (error !== null) session.error(0, error.error ?? "UNKNOWN", error.message ?? "");
      if (faults.take("dxlink", "closeChannel", scope) !== null) session.closeChannels();
    }
  }

  /** Ends every connection and every timer. */
  close(): void {
    for (const timer of this.#timers) timer.cancel();
    this.rest.close();
    for (const place of ["dxlink", "streamer"] as const) {
      for (const { outlet } of [...this.#connections[place]]) outlet.close(1001, "going away");
      for (const { outlet } of [...this.#connections[place]]) outlet.ended();
      this.#connections[place].clear();
    }
  }

  #open(place: SocketPlace, ordinal: number, peer: Peer): Connection {
    const { clock, timers } = this.#options;
    const { market, accounts, tokens, faults: plan } = this;
    const outlet = new FaultyOutlet({ place, ordinal, peer, plan, clock, timers });
    const session = place === "dxlink"
      ? new DxlinkSession({
        market,
        candles: this.#candles,
        coin: this.#options.rest?.hasOtherKinds === true ? new Coin(market) : null,
        options: { ...DXLINK_DEFAULTS, ...this.#options.dxlink },
        plan,
        clock,
        timers,
        tokens,
      }, outlet)
      : new StreamerSession({
        accounts,
        tokens,
        options: { ...STREAMER_DEFAULTS, ...this.#options.streamer },
        clock,
        timers,
      }, outlet);
    outlet.attach(session);
    const connection = { outlet, session };
    this.#connections[place].add(connection);
    assert(this.openCount(place) <= this.tried[place], "a connection is counted once");
    return connection;
  }

  #touched(instrument: number, kind: number): void {
    for (const { session } of this.#connections.dxlink) {
      if (session instanceof DxlinkSession) session.touched(instrument, kind);
    }
  }

  #stepped(): void {
    const notifications = this.#notifications.drain();
    for (const { session } of this.#connections.streamer) {
      if (session instanceof StreamerSession) session.notify(notifications);
    }
    for (const { session } of [...this.#connections.dxlink]) {
      if (session instanceof DxlinkSession) session.flush();
    }
  }

  #checkTokens(): void {
    for (const place of ["dxlink", "streamer"] as const) {
      for (const { session } of [...this.#connections[place]]) session.checkToken();
    }
  }
}

/** The face that a path belongs to; null for REST. */
export function socketPlaceOf(path: string): SocketPlace | null {
  if (path === SOCKET_PATHS.dxlink || path === DELAYED_PATH) return "dxlink";
  return path === SOCKET_PATHS.streamer || path === "/" ? "streamer" : null;
}
