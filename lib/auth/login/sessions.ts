import { hash } from "node:crypto";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import { CLOSE } from "../../stream/protocol/limits.ts";

/** Bounds of sessions. Source: reliability.md §9 (ASVS 7.3.1, 7.3.2). */
export const SESSION_LIMITS = {
  /** At most; the one that was used longest ago gives way. */
  count: 32,
  idleMs: 12 * 3_600_000,
  absoluteMs: 7 * 24 * 3_600_000,
  sweepMs: 60_000,
  tokenBytes: 32,
} as const;

/** What is needed of a WebSocket that belongs to a session. */
export type SessionSocket = Pick<WebSocket, "close" | "addEventListener">;

interface Instant {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** Somebody who signed in. */
export interface Session {
  readonly openedAt: Instant;
  usedAt: Instant;
  readonly sockets: Set<SessionSocket>;
}

/**
 * Who is signed in, kept in memory: of a token only its SHA-256 is held. A session ends by signing
 * out, 12 h after its last use (a page that streams uses it), 7 days after the sign-in, or with the
 * desk; with it end its WebSockets.
 */
export class Sessions {
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sessions = new Map<string, Session>();
  readonly #sweeper: { cancel(): void };

  constructor(
    outside: { readonly clock: Clock; readonly random: Random; readonly timers: Timers },
  ) {
    this.#clock = outside.clock;
    this.#random = outside.random;
    this.#sweeper = outside.timers.setPeriodic(SESSION_LIMITS.sweepMs, () => this.#sweep());
  }

  /** Number of sessions that were not ended yet. */
  get count(): number {
    return this.#sessions.size;
  }

  /** Opens a session; the result is its token, 256 random bits in base64url. Secret. */
  open(): string {
    if (this.#sessions.size >= SESSION_LIMITS.count) this.#endOldest();
    const bytes = this.#random.bytes(SESSION_LIMITS.tokenBytes);
    const token = bytes.toBase64({ alphabet: "base64url", omitPadding: true });
    const now = this.#now();
    this.#sessions.set(keyOf(token), { openedAt: now, usedAt: now, sockets: new Set() });
    return token;
  }

  /** The session of a token, and a use of it; null when there is none or it has ended. */
  use(token: string): Session | null {
    const key = keyOf(token);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    if (this.#isOver(session)) {
      this.#end(key, session);
      return null;
    }
    session.usedAt = this.#now();
    return session;
  }

  /** Ends the session of a token, if there is one. */
  end(token: string): void {
    const key = keyOf(token);
    const session = this.#sessions.get(key);
    if (session !== undefined) this.#end(key, session);
  }

  /** Ends the timer; sessions need no farewell, the desk closes its sockets itself. */
  stop(): void {
    this.#sweeper.cancel();
  }

  #now(): Instant {
    return { wallMs: this.#clock.now(), monotonicMs: this.#clock.monotonic() };
  }

  /** The longer of both clocks counts: one stands still in a sleep, the other can be set back. */
  #elapsedMs(since: Instant): number {
    const now = this.#now();
    return Math.max(now.wallMs - since.wallMs, now.monotonicMs - since.monotonicMs);
  }

  #isOver(session: Session): boolean {
    return this.#elapsedMs(session.usedAt) >= SESSION_LIMITS.idleMs ||
      this.#elapsedMs(session.openedAt) >= SESSION_LIMITS.absoluteMs;
  }

  #sweep(): void {
    for (const [key, session] of [...this.#sessions]) {
      if (session.sockets.size > 0) session.usedAt = this.#now();
      if (this.#isOver(session)) this.#end(key, session);
    }
  }

  #endOldest(): void {
    let oldest: [string, Session] | null = null;
    for (const entry of this.#sessions) {
      const isOlder = oldest === null ||
        entry[1].usedAt.monotonicMs < oldest[1].usedAt.monotonicMs;
      if (isOlder) oldest = entry;
    }
    if (oldest !== null) this.#end(...oldest);
  }

  #end(key: string, session: Session): void {
    this.#sessions.delete(key);
    for (const socket of session.sockets) socket.close(CLOSE.unauthorized, "session ended");
    session.sockets.clear();
  }
}

/** Makes a WebSocket end with its session, and a use of it as long as it is open. */
export function bindSocket(session: Session, socket: SessionSocket): void {
  session.sockets.add(socket);
  socket.addEventListener("close", () => session.sockets.delete(socket));
}

function keyOf(token: string): string {
  return hash("sha256", token);
}
