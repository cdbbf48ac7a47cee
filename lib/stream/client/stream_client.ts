import { unreachable } from "../../base/assert.ts";
import { frameFromJson } from "../protocol/frame_json.ts";
import { CLOSE, PROTOCOL_VERSION } from "../protocol/limits.ts";
import type {
  ClientMessage,
  EventsMessage,
  RowSubscription,
  ServerHello,
  ServerMessage,
  StreamEvent,
} from "../protocol/messages.ts";
import { readServerMessage } from "../protocol/parse_server.ts";
import { BACKOFF, reconnectDelayMs } from "./backoff.ts";
import { type Applied, BookCopy } from "./book_copy.ts";
import type { ClientSocket, ClientSocketEvents } from "./client_socket.ts";
import { ServerClock } from "./server_clock.ts";

/**
 * How the stream stands: `connecting` before the first data; `live`; `late` after 3 s of silence;
 * `down` without a connection; `reload` when the server speaks another protocol version;
 * `signedOut` when the session ended. The last two are final.
 */
export type StreamState = "connecting" | "live" | "late" | "down" | "reload" | "signedOut";

/** State with the local monotonic instant since when it holds. */
export interface StreamStatus {
  readonly state: StreamState;
  readonly sinceMs: number;
}

/** What a client needs from outside. */
export interface StreamClientOptions {
  /** Opens a connection and reports through `events`. */
  readonly connect: (events: ClientSocketEvents) => ClientSocket;
  /** Local monotonic clock, ms. */
  readonly monotonic: () => number;
  readonly setTimer: (delayMs: number, work: () => void) => { cancel(): void };
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Copy to go on with, from the page's snapshot; a new one otherwise. */
  readonly copy?: BookCopy;
  /** Which rows travel, "all" by default; of a given copy, what its snapshot was made with. */
  readonly rows?: RowSubscription;
  /** After every frame that changed the copy. */
  readonly onFrame?: (applied: Applied & { readonly kind: "applied" }) => void;
  readonly onEvents?: (events: readonly StreamEvent[], missed: number) => void;
  readonly onStatus?: (status: StreamStatus) => void;
}

/** Times of the client, in ms. */
export const CLIENT_TIMES = {
  checkMs: 1_000,
  pingMs: 10_000,
  lateMs: 3_000,
  /** Silence after which the connection is given up. */
  deadMs: 15_000,
  connectMs: 10_000,
  /** Time between frames while the page is hidden. */
  hiddenMs: 1_000,
  askAgainMs: 5_000,
} as const;

const ABNORMAL = 1006;

/**
 * Keeps a `BookCopy` equal to the server's book over one connection after another. Clock, timers
 * and sockets are given to it. Source: docs/stream.md, "Keeping a copy".
 */
export class StreamClient {
  readonly copy: BookCopy;
  readonly clock = new ServerClock();
  readonly #options: StreamClientOptions;
  #rows: RowSubscription;
  #status: StreamStatus;
  #socket: ClientSocket | null = null;
  #generation = 0;
  #attempt = 0;
  #eventSeq = 0;
  #epoch: string | null = null;
  #isStopped = true;
  #isGreeted = false;
  #isVisible = true;
  #openedMs = 0;
  #heardMs = 0;
  #framedMs = 0;
  #pingedMs = 0;
  #pingId = 0;
  #healthySinceMs: number | null = null;
  #snapshotAskedMs: number | null = null;
  #retryTimer: { cancel(): void } | null = null;
  #checkTimer: { cancel(): void } | null = null;

  constructor(options: StreamClientOptions) {
    this.#options = options;
    this.copy = options.copy ?? new BookCopy();
    this.#rows = options.rows ?? "all";
    this.#status = { state: "connecting", sinceMs: options.monotonic() };
    const { hello } = this.copy;
    if (hello === null) return;
    this.#epoch = hello.epoch;
    this.#eventSeq = hello.eventSeq;
    this.clock.note(hello.serverTime, options.monotonic());
    this.#noteSource();
  }

  /** How the stream stands and since when. */
  get status(): StreamStatus {
    return this.#status;
  }

  /** Connects, and keeps connecting until `stop`. */
  start(): void {
    if (!this.#isStopped) return;
    this.#isStopped = false;
    this.#dial();
    this.#scheduleCheck();
  }

  /** Ends the connection and all timers; idempotent. */
  stop(): void {
    this.#isStopped = true;
    this.#retryTimer?.cancel();
    this.#checkTimer?.cancel();
    this.#retryTimer = this.#checkTimer = null;
    this.#hangUp();
  }

  /** Changes which rows travel; the server answers with a snapshot. */
  subscribe(rows: RowSubscription): void {
    this.#rows = rows;
    // The copy holds other rows than are now kept up to date: it cannot resume.
    this.copy.invalidate();
    if (!this.#isGreeted) return;
    this.#snapshotAskedMs = this.#options.monotonic();
    this.#send({ type: "subscribe", rows });
  }

  /** Slows the stream while the page is hidden; on return one frame brings what changed. */
  setVisible(isVisible: boolean): void {
    const isChanged = isVisible !== this.#isVisible;
    this.#isVisible = isVisible;
    if (isChanged && this.#isGreeted) {
      this.#send({ type: "rate", intervalMs: this.#intervalMs });
    }
    if (isVisible) this.wake();
  }

  /** Looks after the connection at once: after sleep, a frozen page or a network change. */
  wake(): void {
    if (this.#isStopped) return;
    if (this.#socket === null) {
      this.#retryTimer?.cancel();
      this.#dial();
    } else this.#check();
  }

  /** Server's time now by the offset of its clock; NaN before the first message. */
  serverNow(): number {
    return this.clock.serverNow(this.#options.monotonic());
  }

  /** Source's time now; ages are differences to it. */
  sourceNow(): number {
    return this.clock.sourceNow(this.#options.monotonic());
  }

  get #intervalMs(): number {
    return this.#isVisible ? 0 : CLIENT_TIMES.hiddenMs;
  }

  #setState(state: StreamState): void {
    if (state === this.#status.state) return;
    this.#status = { state, sinceMs: this.#options.monotonic() };
    this.#options.onStatus?.(this.#status);
  }

  #dial(): void {
    const generation = ++this.#generation;
    this.#retryTimer = null;
    this.#isGreeted = false;
    this.#snapshotAskedMs = null;
    this.#openedMs = this.#heardMs = this.#framedMs = this.#options.monotonic();
    const isCurrent = () => generation === this.#generation && !this.#isStopped;
    this.#socket = this.#options.connect({
      message: (data) => {
        if (isCurrent()) this.#receive(data);
      },
      closed: (code) => {
        if (isCurrent()) this.#lose(code);
      },
    });
  }

  /** Leaves the present socket; what it still reports is not heard. */
  #hangUp(): void {
    this.#generation++;
    this.#isGreeted = false;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  #lose(code: number): void {
    this.#hangUp();
    if (code === CLOSE.version) return this.#giveUp("reload");
    if (code === CLOSE.unauthorized) return this.#giveUp("signedOut");
    this.#setState("down");
    const nowMs = this.#options.monotonic();
    const isHealthy = this.#healthySinceMs !== null &&
      nowMs - this.#healthySinceMs >= BACKOFF.healthyMs;
    if (isHealthy) this.#attempt = 0;
    this.#healthySinceMs = null;
    const delayMs = reconnectDelayMs(this.#attempt++, code, this.#options.random());
    this.#retryTimer = this.#options.setTimer(delayMs, () => this.#dial());
  }

  #giveUp(state: "reload" | "signedOut"): void {
    this.#setState(state);
    this.stop();
  }

  #scheduleCheck(): void {
    this.#checkTimer = this.#options.setTimer(CLIENT_TIMES.checkMs, () => {
      this.#check();
      if (!this.#isStopped) this.#scheduleCheck();
    });
  }

  #check(): void {
    if (this.#socket === null) return;
    const nowMs = this.#options.monotonic();
    // Answered pings prove the transport; only frames prove the stream.
    const silentMs = nowMs - this.#framedMs;
    const isUnanswered = !this.#isGreeted && nowMs - this.#openedMs > CLIENT_TIMES.connectMs;
    if (isUnanswered || silentMs > CLIENT_TIMES.deadMs) return this.#lose(ABNORMAL);
    if (!this.#isGreeted) return;
    if (silentMs > CLIENT_TIMES.lateMs && this.#status.state === "live") this.#setState("late");
    if (nowMs - this.#pingedMs >= CLIENT_TIMES.pingMs) this.#ping(nowMs);
    const isForgotten = this.#snapshotAskedMs !== null &&
      nowMs - this.#snapshotAskedMs > CLIENT_TIMES.askAgainMs;
    if (isForgotten) this.#askSnapshot();
  }

  #ping(nowMs: number): void {
    this.#pingedMs = nowMs;
    this.#send({ type: "ping", id: ++this.#pingId });
  }

  #send(message: ClientMessage): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #askSnapshot(): void {
    this.#snapshotAskedMs = this.#options.monotonic();
    this.#send({ type: "snapshot" });
  }

  #receive(data: unknown): void {
    this.#heardMs = this.#options.monotonic();
    if (data instanceof ArrayBuffer) return this.#applyFrame(new Uint8Array(data));
    if (data instanceof Uint8Array) return this.#applyFrame(data);
    const json = typeof data === "string" ? parse(data) : undefined;
    if (json === undefined) return this.#lose(ABNORMAL);
    if (isFrame(json)) {
      const bytes = frameFromJson(json);
      return bytes.ok ? this.#applyFrame(bytes.value) : this.#recover();
    }
    const message = readServerMessage(json);
    if (!message.ok) return this.#lose(ABNORMAL);
    if (message.value !== null) this.#handle(message.value);
  }

  #handle(message: ServerMessage): void {
    switch (message.type) {
      case "hello":
        return this.#greet(message);
      case "events":
        return this.#takeEvents(message);
      case "pong":
        if (message.id !== this.#pingId) return;
        return this.clock.notePong({
          askedMs: this.#pingedMs,
          heardMs: this.#heardMs,
          serverTime: message.serverTime,
        });
      case "error":
      case "bye":
        return;
      default:
        return unreachable(message);
    }
  }

  #greet(hello: ServerHello): void {
    if (hello.version !== PROTOCOL_VERSION) {
      this.#hangUp();
      return this.#giveUp("reload");
    }
    this.clock.note(hello.serverTime, this.#heardMs);
    this.copy.adopt(hello);
    if (hello.epoch !== this.#epoch) this.#eventSeq = hello.eventSeq;
    this.#epoch = hello.epoch;
    this.#isGreeted = true;
    const resume = this.copy.resumePoint(this.#eventSeq);
    this.#send({
      type: "hello",
      version: PROTOCOL_VERSION,
      rows: this.#rows,
      resume,
      intervalMs: this.#intervalMs,
    });
    if (resume === null) this.#snapshotAskedMs = this.#heardMs;
    this.#ping(this.#heardMs);
  }

  #applyFrame(bytes: Uint8Array): void {
    this.#framedMs = this.#heardMs;
    const applied = this.copy.apply(bytes);
    switch (applied.kind) {
      case "malformed":
      case "gap":
        return this.#recover();
      case "chunk":
        this.#snapshotAskedMs = this.#heardMs;
        return this.#noteTimes();
      case "duplicate":
        this.#noteTimes();
        return this.#noteHealth();
      case "applied":
        this.#noteTimes();
        if (applied.isSnapshot) this.#snapshotAskedMs = null;
        this.#noteHealth();
        this.#options.onFrame?.(applied);
        // Events travel in front of the frame that counts them: a count ahead means one is lost.
        if (this.copy.eventSeq > this.#eventSeq) this.#lose(CLOSE.restart);
        return;
      default:
        return unreachable(applied);
    }
  }

  #noteTimes(): void {
    this.clock.note(this.copy.serverTime, this.#heardMs);
    this.#noteSource();
  }

  #noteSource(): void {
    const speed = this.copy.market?.sourceSpeed ?? 1;
    this.clock.noteSource(this.copy.sourceTime, this.copy.serverTime, speed);
  }

  #noteHealth(): void {
    if (this.copy.seq === null) return;
    this.#healthySinceMs ??= this.#heardMs;
    this.#setState("live");
  }

  #recover(): void {
    if (this.#isGreeted && this.#snapshotAskedMs === null) this.#askSnapshot();
  }

  #takeEvents(message: EventsMessage): void {
    const { missed, through } = message;
    const fresh = message.events.filter((event) => event.seq > this.#eventSeq);
    const isGap = missed === 0 && fresh.length > 0 && fresh[0].previous > this.#eventSeq;
    if (isGap) return this.#lose(CLOSE.restart);
    this.#eventSeq = Math.max(this.#eventSeq, through);
    if (fresh.length > 0 || missed > 0) this.#options.onEvents?.(fresh, missed);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isFrame(json: unknown): boolean {
  return typeof json === "object" && json !== null && "type" in json && json.type === "frame";
}
