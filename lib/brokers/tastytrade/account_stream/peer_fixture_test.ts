import type { VirtualTime } from "../../../ports/virtual_time.ts";
import type { Accepting, ServerSocket } from "../feed/memory_wire_fixture_test.ts";

/** A message of the client as the peer read it. */
export interface ClientMessage {
  readonly at: number;
  readonly connection: number;
  readonly action: string;
  readonly token: string;
  readonly value: unknown;
  readonly source: unknown;
}

/** What the scripted server does wrong; every field may change at any time. */
export class StreamerFaults {
  isMute = false;
  refusal: "refuse" | "hang" | null = null;
  /** Words of the error that answers everything. */
  complaint: string | null = null;
  /** Subscribes with any token and answers "failed" to every heartbeat. */
  hatesHeartbeats = false;
  isDoubling = false;
  answerDelayMs = 0;
  isGarbling = false;
  /** What is sent instead of every message. */
  page: string | null = null;
  /** Connections that it bears; more are told so and closed. */
  connectionsMax = Infinity;
  hasRequestId = true;
}

/** An account streamer with versioned objects, written from the protocol page alone. */
export class StreamerPeer {
  faults = new StreamerFaults();
  readonly tokens = new Set<string>();
  readonly received: ClientMessage[] = [];
  /** Latest version of each object: what a load over REST answers. */
  readonly versions = new Map<string, number>();
  readonly sessions = new Set<PeerSession>();
  acceptedCount = 0;
  readonly time: VirtualTime;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  readonly accept: Accepting = (socket) => {
    if (this.faults.refusal !== null) return this.faults.refusal;
    const session = new PeerSession(this, socket, ++this.acceptedCount);
    this.sessions.add(session);
    if (this.sessions.size > this.faults.connectionsMax) {
      socket.close(1008, "connection limit exceeded");
    }
    return session;
  };

  /** An object changes; who is subscribed is told. */
  change(name: string): void {
    this.versions.set(name, (this.versions.get(name) ?? 0) + 1);
    this.tell(name);
  }

  /** Tells the present version of an object. */
  tell(name: string): void {
    const version = this.versions.get(name) ?? 0;
    this.broadcast({
      type: "CurrentPosition",
      data: { name, version },
      timestamp: this.time.now(),
    });
  }

  /** Sends something to who is subscribed. */
  broadcast(message: unknown): void {
    for (const session of this.sessions) if (session.isSubscribed) session.send(message);
  }

  /** Closes every connection with a code and words. */
  closeAll(code: number, reason: string): void {
    for (const session of [...this.sessions]) session.close(code, reason);
  }

  /** Ends every fault that lasts; what was held back arrives. */
  heal(): void {
    this.faults = new StreamerFaults();
    for (const session of this.sessions) session.flush();
  }

  /** Messages of one action. */
  of(action: string): ClientMessage[] {
    return this.received.filter((message) => message.action === action);
  }
}

/** One connection of the peer. */
export class PeerSession {
  isSubscribed = false;
  /** This connection alone says nothing any more. */
  isMute = false;
  readonly #peer: StreamerPeer;
  readonly #socket: ServerSocket;
  readonly #ordinal: number;
  #held: string[] = [];
  #isGone = false;

  constructor(peer: StreamerPeer, socket: ServerSocket, ordinal: number) {
    this.#peer = peer;
    this.#socket = socket;
    this.#ordinal = ordinal;
  }

  text(message: string): void {
    const { action, value, source, ...rest } = JSON.parse(message);
    const token = /^Bearer (\S+)$/.exec(rest["auth-token"])?.[1] ?? "";
    const { time, received, faults } = this.#peer;
    received.push({
      at: time.monotonic(),
      connection: this.#ordinal,
      action,
      token,
      value,
      source,
    });
    const answer = this.#answer(action, token, value);
    const id = faults.hasRequestId ? { "request-id": rest["request-id"] } : {};
    const whole = { ...answer, action, "web-socket-session-id": "5b6e27ab", ...id };
    if (faults.answerDelayMs === 0) return this.send(whole);
    time.setTimer(faults.answerDelayMs, () => this.send(whole));
  }

  gone(): void {
    this.#isGone = true;
    this.#peer.sessions.delete(this);
  }

  send(message: unknown): void {
    if (this.#isGone) return;
    const { faults } = this.#peer;
    const text = faults.page ?? JSON.stringify(message);
    if (faults.isMute || this.isMute) return void this.#held.push(text);
    this.#socket.send(faults.isGarbling ? text.slice(0, text.length / 2) : text);
    if (faults.isDoubling) this.#socket.send(text);
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  flush(): void {
    for (const text of this.#held.splice(0)) this.#socket.send(text);
  }

  #answer(action: string, token: string, value: unknown): Record<string, unknown> {
    const { faults, tokens } = this.#peer;
    if (faults.complaint !== null) return { status: "error", message: faults.complaint };
    if (faults.hatesHeartbeats && action === "heartbeat") {
      return { status: "error", message: "failed" };
    }
    if (!tokens.has(token)) return { status: "error", message: "failed" };
    if (action === "connect") this.isSubscribed = true;
    else if (!this.isSubscribed) return { status: "error", message: "connect-not-completed" };
    return { status: "ok", ...(action === "connect" ? { value } : {}) };
  }
}
