import { unreachable } from "../../base/assert.ts";
import type { UnixMs } from "../../base/brand.ts";
import { MODEL_VERSION } from "../../domain/measures.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timers } from "../../ports/timers.ts";
import { type Scope, WHOLE_SCOPE } from "../protocol/audience.ts";
import { CODE_LISTS, FIELD_LISTS } from "../protocol/field_lists.ts";
import { CLOSE, PROTOCOL_VERSION, STREAM_LIMITS } from "../protocol/limits.ts";
import type {
  ClientHello,
  ClientMessage,
  EventFact,
  EventKind,
  EventSeverity,
  Principal,
  RowSubscription,
  ServerHello,
  ServerMessage,
  StandIn,
  StreamMode,
} from "../protocol/messages.ts";
import { encodeSnapshot, type PageSnapshot } from "../protocol/page_snapshot.ts";
import { parseClientMessage } from "../protocol/parse_client.ts";
import {
  Admission,
  ADMISSION_LIMITS,
  type AdmissionError,
  type AdmissionLimits,
} from "./admission.ts";
import { Cadence } from "./cadence.ts";
import { EventRing } from "./event_ring.ts";
import { Delivery } from "./delivery.ts";
import { FrameSource, type SourceOptions } from "./frame_source.ts";
import { type DropCause, emptyMetrics, type HubMetrics } from "./metrics.ts";
import type { Socket } from "./socket.ts";
import { Viewer, type ViewerInfo } from "./viewer.ts";

/** What a hub is made of. */
export interface HubOptions extends SourceOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  /** Unpredictable name of this engine run. */
  readonly epoch: string;
  readonly mode: StreamMode;
  /** What stands in for a live broker, as of now; nothing when it is left out. */
  readonly standIn?: () => StandIn | null;
  /** Product version. */
  readonly product: string;
  readonly admission?: AdmissionLimits;
}

/** An event as the desk reports it. */
export interface EventInput {
  readonly kind: EventKind;
  readonly severity: EventSeverity;
  /** Source's time. */
  readonly at: UnixMs;
  /** `Account.id` that it concerns, or null for everybody. */
  readonly account: string | null;
  readonly text: string;
  readonly facts: Readonly<Record<string, EventFact>>;
}

/** What a socket's owner calls. */
export interface Connection {
  /** A message arrived. */
  receive(data: unknown): void;
  /** The socket closed; may come twice. */
  closed(): void;
}

const CLOSE_OF: Readonly<Record<DropCause, number>> = {
  slow: CLOSE.tryLater,
  stalled: CLOSE.tryLater,
  tooLarge: CLOSE.tooLarge,
  badMessage: CLOSE.badMessage,
  tooManyMessages: CLOSE.tooManyMessages,
  version: CLOSE.version,
  timeout: CLOSE.timeout,
  unauthorized: CLOSE.unauthorized,
  restart: CLOSE.restart,
};

const DROP_WORDS: Readonly<Record<DropCause, string>> = {
  slow: "too slow",
  stalled: "too slow",
  tooLarge: "message too large",
  badMessage: "bad message",
  tooManyMessages: "too many messages",
  version: `protocol version ${PROTOCOL_VERSION} is spoken here`,
  timeout: "no hello in time",
  unauthorized: "session ended",
  restart: "restart",
};

const utf8 = new TextEncoder();

function isTooLarge(text: string): boolean {
  const { inboundBytes } = STREAM_LIMITS;
  if (text.length > inboundBytes) return true;
  return text.length * 3 > inboundBytes && utf8.encode(text).length > inboundBytes;
}

/**
 * Sends the book to every viewer: one flush for all on a fixed cadence, what a slow viewer missed
 * once it drains, events at once.
 *
 * It holds no queue: a viewer is two sequence numbers and a socket. Source: docs/stream.md.
 */
export class Hub {
  readonly #options: HubOptions;
  readonly #metrics = emptyMetrics();
  readonly #source: FrameSource;
  readonly #events = new EventRing(STREAM_LIMITS.resumeEvents);
  readonly #delivery: Delivery;
  readonly #admission: Admission;
  readonly #viewers = new Set<Viewer>();
  readonly #cadence: Cadence;
  #isStopped = false;
  #lastFlushMs: number;
  #lastStatusMs = -Infinity;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#source = new FrameSource(options, this.#metrics);
    this.#delivery = new Delivery({
      source: this.#source,
      events: this.#events,
      metrics: this.#metrics,
      timers: options.timers,
      clock: options.clock,
    });
    this.#admission = new Admission(options.admission ?? ADMISSION_LIMITS);
    this.#cadence = new Cadence(
      { clock: options.clock, timers: options.timers, periodMs: STREAM_LIMITS.flushMs },
      () => this.flush(),
    );
    this.#lastFlushMs = options.clock.monotonic();
    this.#source.readStatus();
    this.#source.audience(WHOLE_SCOPE, "all");
  }

  /** Starts flushing. */
  start(): void {
    this.#cadence.start();
  }

  /** Says goodbye to every viewer (close code 1012) and stops; idempotent. */
  stop(reason: string): void {
    this.#isStopped = true;
    this.#cadence.stop();
    this.#delivery.stop();
    for (const viewer of [...this.#viewers]) {
      this.#tell(viewer, { type: "bye", reason });
      this.#end(viewer, "restart");
    }
  }

  /** Counts since the start. */
  metrics(): HubMetrics {
    let paused = 0;
    for (const viewer of this.#viewers) if (viewer.isPaused) paused++;
    const clients = this.#viewers.size;
    return { ...this.#metrics, clients, closing: this.#admission.sockets - clients, paused };
  }

  /** Sequence of the last flush. */
  get seq(): number {
    return this.#source.seq;
  }

  #hello(principal: Principal, scope: Scope): ServerHello {
    const { clock, sourceNow, epoch, mode, product, book } = this.#options;
    return {
      type: "hello",
      version: PROTOCOL_VERSION,
      product,
      modelVersion: MODEL_VERSION,
      mode,
      standIn: this.#options.standIn?.() ?? null,
      epoch,
      scope: scope.id,
      baseCurrency: book().baseCurrency,
      principal,
      commands: [],
      flushMs: STREAM_LIMITS.flushMs,
      heartbeatMs: STREAM_LIMITS.heartbeatMs,
      serverTime: clock.now(),
      sourceTime: sourceNow(),
      seq: this.#source.seq,
      eventSeq: this.#events.lastFor(scope),
      fields: FIELD_LISTS,
      codes: CODE_LISTS,
    };
  }

  /** What a page carries so that its island goes on from the server's paint. */
  pageSnapshot(
    principal: Principal,
    scope: Scope = WHOLE_SCOPE,
    rows: RowSubscription = "all",
  ): PageSnapshot {
    const hello = this.#hello(principal, scope);
    const context = { hello, scope, rows, ...this.#source.status };
    return encodeSnapshot(this.#options.book(), context);
  }

  /**
   * Takes a connected socket. One that is over the caps is closed at once with 1013, one that comes
   * after the stop with 1012.
   */
  connect(socket: Socket, info: ViewerInfo): Result<Connection, AdmissionError | "stopped"> {
    const nowMs = this.#options.clock.monotonic();
    const entered = this.#isStopped
      ? fail("stopped" as const)
      : this.#admission.enter(info.principal.id, nowMs);
    if (!entered.ok) {
      this.#metrics.refused++;
      socket.close(this.#isStopped ? CLOSE.restart : CLOSE.tryLater, entered.error);
      return entered;
    }
    this.#metrics.connects++;
    const viewer = new Viewer(socket, info, nowMs, this.#metrics);
    this.#viewers.add(viewer);
    this.#tell(viewer, this.#hello(info.principal, info.scope));
    return ok({
      receive: (data) => this.#receive(viewer, data),
      closed: () => this.#closed(viewer),
    });
  }

  /** Ends all connections of a principal whose session ended. */
  revoke(principalId: string): void {
    for (const viewer of [...this.#viewers]) {
      if (viewer.info.principal.id === principalId) {
        this.#end(viewer, "unauthorized");
      }
    }
  }

  /** Reports an event: sent at once to all who may see it, kept for those who come back. */
  publish(input: EventInput): void {
    const { account, ...facts } = input;
    const accountId = account === null ? null : this.#accountId(account);
    const kept = this.#events.push(
      { ...facts, accountId, flush: this.#source.seq + 1 },
      account,
    );
    this.#delivery.sendEvent(kept, this.#viewers);
  }

  #accountId(account: string): number | null {
    const view = this.#options.book();
    for (let a = 0; a < view.accountCount; a++) {
      const ref = view.account(a);
      if (ref.account.id === account) return ref.id;
    }
    return null;
  }

  /** Tells at the next flush that feeds or market changed, instead of within a second. */
  statusChanged(): void {
    this.#lastStatusMs = -Infinity;
  }

  /** One turn of the cadence. */
  flush(): void {
    const { clock } = this.#options;
    const startedMs = clock.monotonic();
    if (startedMs - this.#lastStatusMs >= STREAM_LIMITS.heartbeatMs) {
      this.#lastStatusMs = startedMs;
      this.#source.readStatus();
      this.#source.forgetSnapshots();
      this.#source.forgetUnused((audience) => this.#isUsed(audience));
    }
    const isSilent = startedMs - this.#lastFlushMs >= STREAM_LIMITS.heartbeatMs;
    if (this.#source.advance(isSilent)) this.#lastFlushMs = startedMs;
    for (const viewer of [...this.#viewers]) {
      const drop = this.#delivery.serve(viewer, startedMs);
      if (drop !== null) this.#end(viewer, drop);
    }
    this.#delivery.remember(this.#viewers);
    this.#metrics.flushes++;
    this.#metrics.flushLastMs = clock.monotonic() - startedMs;
    this.#metrics.flushMaxMs = Math.max(this.#metrics.flushMaxMs, this.#metrics.flushLastMs);
  }

  #isUsed(audience: Viewer["audience"]): boolean {
    for (const viewer of this.#viewers) if (viewer.audience === audience) return true;
    return false;
  }

  #receive(viewer: Viewer, data: unknown): void {
    if (viewer.isEnded) return;
    if (!viewer.bucket.take(this.#options.clock.monotonic())) {
      return this.#end(viewer, "tooManyMessages");
    }
    if (typeof data !== "string") return this.#refuse(viewer, "messages are text");
    if (isTooLarge(data)) return this.#end(viewer, "tooLarge");
    const message = parseClientMessage(data);
    if (!message.ok) return this.#refuse(viewer, message.error.message);
    this.#handle(viewer, message.value);
  }

  #refuse(viewer: Viewer, message: string): void {
    this.#tell(viewer, { type: "error", code: "malformed", message });
    this.#end(viewer, "badMessage");
  }

  #handle(viewer: Viewer, message: ClientMessage): void {
    if (message.type === "ping") return this.#answerPing(viewer, message.id);
    if (message.type === "hello") return this.#handleHello(viewer, message);
    if (viewer.audience === null) return this.#refuse(viewer, "the first message is a hello");
    switch (message.type) {
      case "subscribe":
        viewer.audience = this.#source.audience(viewer.info.scope, message.rows);
        viewer.job = null;
        viewer.wantsSnapshot = true;
        return;
      case "rate":
        viewer.intervalMs = message.intervalMs;
        viewer.nextDueMs = 0;
        return;
      case "snapshot":
        viewer.wantsSnapshot = true;
        return;
      default:
        return unreachable(message);
    }
  }

  #answerPing(viewer: Viewer, id: number): void {
    const { clock, sourceNow } = this.#options;
    this.#tell(viewer, { type: "pong", id, serverTime: clock.now(), sourceTime: sourceNow() });
  }

  #handleHello(viewer: Viewer, hello: ClientHello): void {
    if (viewer.audience !== null) return this.#refuse(viewer, "one hello per connection");
    if (hello.version !== PROTOCOL_VERSION) {
      this.#tell(viewer, { type: "error", code: "version", message: DROP_WORDS.version });
      return this.#end(viewer, "version");
    }
    const { scope } = viewer.info;
    const { resume } = hello;
    viewer.audience = this.#source.audience(scope, hello.rows);
    viewer.intervalMs = hello.intervalMs;
    const isSame = resume !== null && resume.epoch === this.#options.epoch &&
      resume.scope === scope.id;
    viewer.eventSeq = isSame ? resume.eventSeq : this.#events.lastFor(scope);
    viewer.hasPendingEvents = isSame;
    const point = isSame ? this.#source.resumePoint(viewer.audience, resume.seq) : null;
    if (point === null) return this.#delivery.beginSnapshot(viewer);
    this.#metrics.resumes++;
    // Served with the next flush: until then the book may be ahead of the flush that a diff names.
    viewer.point = point;
  }

  #tell(viewer: Viewer, message: ServerMessage): void {
    viewer.send(JSON.stringify(message));
  }

  #end(viewer: Viewer, cause: DropCause): void {
    if (viewer.isEnded) return;
    this.#metrics.dropped[cause]++;
    this.#remove(viewer);
    viewer.socket.close(CLOSE_OF[cause], DROP_WORDS[cause]);
  }

  /** Forgets a viewer, once: a socket may report its end more than once. */
  #remove(viewer: Viewer): void {
    if (viewer.isEnded) return;
    viewer.isEnded = true;
    viewer.job = null;
    this.#viewers.delete(viewer);
  }

  /**
   * The socket is gone. Only now its place is free: Deno keeps the connection of a mute peer after
   * `close`, and places that were given away earlier would let such connections pile up (R76).
   */
  #closed(viewer: Viewer): void {
    this.#remove(viewer);
    if (viewer.hasLeft) return;
    viewer.hasLeft = true;
    this.#admission.leave(viewer.info.principal.id);
  }
}

/** Makes a hub; it flushes after `start`. */
export function createHub(options: HubOptions): Hub {
  return new Hub(options);
}
