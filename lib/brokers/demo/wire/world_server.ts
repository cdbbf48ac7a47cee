import { assert, present } from "../../../base/assert.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Timer, Timers } from "../../../ports/timers.ts";
import { createBatch, EVENT_STRIDE, type World, type WorldEvent } from "../../../world/mod.ts";
import { AccountViews } from "./account_views.ts";
import { beginWorld } from "./begin_world.ts";
import { CheckpointCadence } from "./checkpoint_cadence.ts";
import type {
  EventColumns,
  FromWorld,
  ToWorld,
  WorldAnswer,
  WorldMoment,
  WorldQuery,
} from "./messages.ts";

/** What the server needs from where it runs. */
export interface WorldServerOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly send: (message: FromWorld, transfer?: readonly ArrayBuffer[]) => void;
}

const PERIOD_MS = 25;
const MOMENT_EVERY_MS = 1000;
/** In place of a handle. */
const NOT_WANTED = -1;
const BATCH_CAPACITY = 4096;
/** Batches on their way at most: a stalled receiver misses moves, never the present state. */
const BATCHES_MAX = 8;

function emptyColumns(): EventColumns {
  return {
    count: 0,
    kind: new Uint8Array(BATCH_CAPACITY),
    handle: new Int32Array(BATCH_CAPACITY),
    eventAt: new Float64Array(BATCH_CAPACITY),
    values: new Float64Array(BATCH_CAPACITY * EVENT_STRIDE),
  };
}

/**
 * Runs a world by the real clock and speaks `messages.ts` with the adapter. In a worker, so that
 * the desk's hot path is measured and not the market; in tests beside the adapter on virtual time.
 */
export class WorldServer {
  readonly #options: WorldServerOptions;
  readonly #batch = createBatch(BATCH_CAPACITY);
  readonly #spare: EventColumns[] = Array.from({ length: BATCHES_MAX }, emptyColumns);
  #world: World | null = null;
  #accounts: AccountViews | null = null;
  #cadence: CheckpointCadence | null = null;
  #speed = 1;
  #handleOf = new Int32Array(0);
  /** Instruments that are newly wanted and whose latest values have not gone out yet. */
  readonly #fresh = new Set<number>();
  #lastAt = 0;
  #momentAt = 0;
  #timer: Timer | null = null;
  #latest: Timer | null = null;

  constructor(options: WorldServerOptions) {
    this.#options = options;
  }

  /** Takes one message of the adapter. */
  handle(message: ToWorld): void {
    switch (message.kind) {
      case "start":
        return this.#start(message);
      case "subscribe":
        return this.#subscribe(message);
      case "query":
        if (message.query.kind === "figures") this.#sendAsOfNow();
        return this.#options.send({
          kind: "answer",
          id: message.id,
          answer: this.#answer(message.query),
        });
      case "recycle":
        return void (this.#spare.length < BATCHES_MAX && this.#spare.push(message.columns));
      case "checkpoint":
        return this.#sendCheckpoint(true);
      case "close":
        this.#timer?.cancel();
        this.#latest?.cancel();
    }
  }

  #start(message: Extract<ToWorld, { kind: "start" }>): void {
    assert(this.#world === null, "a market is started once");
    const { clock, timers, send } = this.#options;
    const { start, resume = null, keepsCheckpoints = false } = message;
    const { world, begun } = beginWorld(start, resume);
    this.#world = world;
    this.#accounts = new AccountViews(world);
    this.#speed = start.speed;
    this.#lastAt = clock.monotonic();
    if (keepsCheckpoints) this.#cadence = new CheckpointCadence(start.positions, this.#lastAt);
    this.#timer = timers.setPeriodic(PERIOD_MS, () => this.#tick());
    send({
      kind: "ready",
      begun,
      moment: this.#moment(),
      accounts: world.accounts(),
      instruments: world.instruments(),
      referenceSymbol: world.referenceSymbol,
    });
  }

  #get(): World {
    return present(this.#world, "the market");
  }

  #views(): AccountViews {
    return present(this.#accounts, "the accounts");
  }

  #moment(): WorldMoment {
    const world = this.#get();
    const session = world.session();
    return {
      now: world.now(),
      isOpen: session.state === "open",
      date: session.date,
      until: session.until,
    };
  }

  #tick(): void {
    const now = this.#options.clock.monotonic();
    const elapsedMs = now - this.#lastAt;
    this.#lastAt = now;
    this.#get().advanceBy(elapsedMs * this.#speed);
    const events = this.#get().drainEvents();
    this.#sendEvents(events);
    this.#sendMarket();
    if (now - this.#momentAt >= MOMENT_EVERY_MS) {
      this.#momentAt = now;
      const { lost } = this.#get().counters();
      this.#options.send({ kind: "moment", moment: this.#moment(), lost });
      this.#sendAccounts([]);
    }
    // Behind the border of a session at once: a market that goes on never crosses it unseen.
    const isBorder = events.some((e) => e.kind === "sessionOpened" || e.kind === "sessionClosed");
    if (this.#cadence?.isDue(now) || isBorder) this.#sendCheckpoint(false);
  }

  #sendCheckpoint(isAsked: boolean): void {
    const { clock, send } = this.#options;
    if (this.#cadence === null || this.#world === null) return;
    const from = clock.monotonic();
    const bytes = this.#world.save();
    this.#cadence.taken(from, clock.monotonic());
    send({ kind: "checkpoint", bytes, at: this.#world.now(), isAsked }, [bytes.buffer]);
  }

  #sendMarket(): void {
    for (;;) {
      const columns = this.#spare.pop();
      if (columns === undefined) return;
      const drained = this.#get().drain(this.#batch);
      if (drained > 0) this.#copySubscribed(columns);
      else columns.count = 0;
      if (columns.count === 0) {
        this.#spare.push(columns);
      } else {
        this.#options.send(
          { kind: "market", moment: this.#moment(), columns },
          [
            columns.kind.buffer,
            columns.handle.buffer,
            columns.eventAt.buffer,
            columns.values.buffer,
          ],
        );
      }
      if (drained < BATCH_CAPACITY) return;
    }
  }

  #copySubscribed(columns: EventColumns): void {
    const batch = this.#batch;
    let to = 0;
    for (let from = 0; from < batch.count; from++) {
      const id = batch.instrument[from];
      const handle = id < this.#handleOf.length ? this.#handleOf[id] : -1;
      if (handle < 0) continue;
      columns.kind[to] = batch.kind[from];
      columns.handle[to] = handle;
      columns.eventAt[to] = batch.eventAt[from];
      const start = from * EVENT_STRIDE;
      columns.values.set(batch.v.subarray(start, start + EVENT_STRIDE), to * EVENT_STRIDE);
      to++;
    }
    columns.count = to;
  }

  #subscribe({ ids, handles, isWhole }: Extract<ToWorld, { kind: "subscribe" }>): void {
    const before = this.#handleOf;
    const count = this.#get().instruments().length;
    if (isWhole || count > before.length) {
      // Room for what is listed later, so that one more instrument copies nothing.
      this.#handleOf = new Int32Array(count + (count >> 1)).fill(NOT_WANTED);
      if (!isWhole) this.#handleOf.set(before);
    }
    for (let i = 0; i < ids.length; i++) {
      const id = ids[i];
      const isFresh = handles[i] >= 0 && (id >= before.length || before[id] < 0);
      this.#handleOf[id] = handles[i];
      if (isFresh) this.#fresh.add(id);
    }
    // Not from inside the call: a delivery never comes before the answer to what asked for it.
    this.#latest ??= this.#options.timers.setTimer(0, () => this.#sendLatest());
  }

  #sendLatest(): void {
    this.#latest = null;
    const ids = [...this.#fresh];
    this.#fresh.clear();
    for (let from = 0; from < ids.length;) {
      const columns = emptyColumns();
      this.#batch.count = 0;
      while (from < ids.length && this.#batch.count < BATCH_CAPACITY - 16) {
        this.#get().appendLatest(this.#batch, ids[from++]);
      }
      this.#copySubscribed(columns);
      if (columns.count > 0) {
        this.#options.send({ kind: "market", moment: this.#moment(), columns });
      }
    }
  }

  #sendEvents(events: readonly WorldEvent[]): void {
    if (events.length === 0) return;
    if (events.some((event) => event.kind === "sessionOpened")) this.#views().rememberCash();
    this.#sendAccounts(events);
  }

  #sendAccounts(events: readonly WorldEvent[]): void {
    const world = this.#get();
    const isResync = events.some((e) => e.kind === "resync" || e.kind === "sessionOpened");
    const moved = world.accounts().map(({ id }) => this.#views().moved(id, events, isResync));
    this.#options.send({
      kind: "events",
      moment: this.#moment(),
      events,
      moved: moved.filter((one) => one.isWhole || one.positions.length > 0),
      balances: world.accounts().map(({ id }) => this.#views().balances(id)),
    });
  }

  /** What an answer of this instant is to be compared with goes out before it. */
  #sendAsOfNow(): void {
    this.#sendMarket();
    this.#sendAccounts([]);
  }

  #hasAccount(account: string): boolean {
    return this.#get().accounts().some(({ id }) => id === account);
  }

  #answer(query: WorldQuery): WorldAnswer {
    const world = this.#get();
    switch (query.kind) {
      case "positions":
        return this.#hasAccount(query.account) ? this.#views().positions(query.account) : null;
      case "balances":
        return this.#hasAccount(query.account) ? this.#views().balances(query.account) : null;
      case "figures":
        return this.#hasAccount(query.account) ? this.#views().figures(query.account) : null;
      case "fills":
        return world.fillsToday().filter((fill) => fill.account === query.account);
      case "orders":
        return world.orders().filter((order) => order.account === query.account);
      case "fx":
        return world.fxRate();
      case "closes": {
        const closes = world.previousCloses();
        return Float64Array.from(query.ids, (id) => closes[id]);
      }
      case "carry":
        return query.underlyings.map((underlying) => world.carry(underlying) ?? null);
      case "chain":
        return world.chain(query.underlying);
      case "bars":
        return world.bars(query.id, query.count);
      case "list":
        return query.contracts.map((contract) => world.listContract(contract) ?? null);
    }
  }
}
