import type { Clock } from "../../lib/ports/clock.ts";
import type { Timer, Timers } from "../../lib/ports/timers.ts";
import type { FaultPlan } from "../fault_plan.ts";
import type { Client, RequestHandler } from "./client.ts";
import type { FaultyOutlet } from "./faults/outlet.ts";
import type { Fault } from "./faults/script.ts";
import type { TwsBehaviour } from "./options.ts";
import { connectionTime } from "./times.ts";
import { FieldError, FieldReader } from "./wire/field_reader.ts";
import { FieldWriter } from "./wire/field_writer.ts";
import { type ClientFrame, ClientReader } from "./wire/frame_reader.ts";
import { MESSAGE, REQUEST } from "./wire/message_ids.ts";

/** Messages here have the fields of 178 and later; older clients find no version in common. */
const OLDEST_VERSION = 178;
/** Connect option of clients that want to be slowed down instead of refused. */
const PACE_OPTION = "+PACEAPI";
const WINDOW_MS = 1000;
/** Seconds with too many messages after which the client is dropped. */
const VIOLATIONS_MAX = 3;
const EARLY_FRAMES_MAX = 1000;
const ERROR_VERSION = 2;

/** What a session works on. */
export interface SessionParts {
  readonly outlet: FaultyOutlet;
  readonly behaviour: TwsBehaviour;
  readonly plan: FaultPlan<Fault>;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Market time, Unix ms. */
  readonly now: () => number;
  /** Whether a client id is free now. */
  readonly isFree: (clientId: number) => boolean;
  /** The client is known from here on. */
  readonly joined: (session: Session) => void;
  readonly handlerOf: (messageId: number) => RequestHandler | undefined;
  /** Every message of the client, for assertions. */
  readonly seen: (fields: readonly string[]) => void;
}

/** One client connection: greeting, startApi, then requests to whoever answers them. */
export class Session implements Client {
  readonly ordinal: number;
  clientId = -1;
  serverVersion = 0;
  readonly #parts: SessionParts;
  readonly #reader = new ClientReader();
  readonly #early: ClientFrame[] = [];
  #state: "greeting" | "greeted" | "ready" | "over" = "greeting";
  #timer: Timer | null = null;
  #windowAt = -Infinity;
  #inWindow = 0;
  #violations = 0;
  #isPaced = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.ordinal = parts.outlet.ordinal;
  }

  /** True from startApi on until the end. */
  get isReady(): boolean {
    return this.#state === "ready";
  }

  send(message: FieldWriter): void {
    if (this.#state !== "over") this.#parts.outlet.send(message.values);
  }

  error(id: number, code: number, text: string, reject = ""): void {
    const message = new FieldWriter(MESSAGE.error).int(ERROR_VERSION).int(id).int(code);
    this.send(message.escaped(text).escaped(reject));
  }

  close(): void {
    this.#parts.outlet.close();
  }

  /** Bytes of the client. */
  receive(bytes: Uint8Array): void {
    for (const frame of this.#reader.push(bytes)) {
      // Also what the client sent before the server found words waits its turn.
      if (frame.kind === "message" && this.#state === "greeting") {
        if (this.#early.length < EARLY_FRAMES_MAX) this.#early.push(frame);
      } else this.#take(frame);
    }
  }

  /** The connection is gone. */
  ended(): void {
    this.#state = "over";
    this.#timer?.cancel();
    this.#timer = null;
  }

  #take(frame: ClientFrame): void {
    if (this.#state === "over" || !this.#parts.outlet.hears()) return;
    switch (frame.kind) {
      case "bad":
        return this.#parts.outlet.cut();
      case "hello":
        return this.#greet(frame.text);
      case "message":
        this.#parts.seen(frame.fields);
        return this.#request(new FieldReader(frame.fields));
    }
  }

  #greet(text: string): void {
    const match = /^v(\d{1,5})(?:\.\.(\d{1,5}))?(?: .*)?$/.exec(text);
    const { behaviour, plan, timers } = this.#parts;
    const least = Number(match?.[1]);
    const version = Math.min(behaviour.serverVersion, Number(match?.[2] ?? match?.[1]));
    if (match === null || version < least || version < OLDEST_VERSION) {
      return this.#parts.outlet.close();
    }
    this.#isPaced = text.includes(PACE_OPTION);
    const scope = { connection: this.ordinal };
    const fault = plan.take("gateway", "handshake", scope);
    if (fault === null) return this.#answerGreeting(version);
    if (fault.latencyMs === undefined) return;
    this.#timer = timers.setTimer(fault.latencyMs, () => this.#answerGreeting(version));
  }

  #answerGreeting(version: number): void {
    this.serverVersion = version;
    this.#state = "greeted";
    // The only message without an id: its two fields are all there is.
    this.#parts.outlet.send([String(version), connectionTime(this.#parts.now())]);
    for (const frame of this.#early.splice(0)) this.#take(frame);
  }

  #request(request: FieldReader): void {
    const id = request.messageId;
    if (this.#state === "greeted") {
      if (id === REQUEST.startApi) this.#start(request);
      return;
    }
    if (!this.#isWithinRate()) return;
    const handler = this.#parts.handlerOf(id);
    if (handler === undefined) {
      return this.error(-1, 320, `Error reading request: Unknown message id ${id}`);
    }
    try {
      handler(this, request);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      this.error(-1, 320, `Error reading request. Message id ${id}: ${error.message}`);
    }
  }

  #start(request: FieldReader): void {
    try {
      request.int();
      this.clientId = request.int();
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      return this.close();
    }
    const { plan, isFree, joined } = this.#parts;
    const scope = { connection: this.ordinal };
    const isTaken = plan.take("gateway", "clientInUse", scope) !== null;
    if (isTaken || !isFree(this.clientId)) {
      this.error(-1, 326, CLIENT_IN_USE);
      return this.close();
    }
    this.#state = "ready";
    joined(this);
  }

  #isWithinRate(): boolean {
    const { clock, behaviour: { messagesPerS } } = this.#parts;
    const now = clock.monotonic();
    if (now - this.#windowAt >= WINDOW_MS) {
      this.#windowAt = now;
      this.#inWindow = 0;
    }
    this.#inWindow++;
    if (this.#inWindow <= messagesPerS || this.#isPaced) return true;
    if (this.#inWindow > messagesPerS + 1) return false;
    this.#violations++;
    const rate = `max=${messagesPerS} rec=${this.#inWindow} (${this.#violations})`;
    this.error(-1, 100, `Max rate of messages per second has been exceeded:${rate}`);
    if (this.#violations >= VIOLATIONS_MAX) this.close();
    return false;
  }
}

const CLIENT_IN_USE = "Unable to connect as the client id is already in use. " +
  "Retry with a unique client id.";
