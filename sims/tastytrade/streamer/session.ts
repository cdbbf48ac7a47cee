import type { Clock } from "../../../lib/ports/clock.ts";
import type { Timer, Timers } from "../../../lib/ports/timers.ts";
import type { AccountsFace } from "../accounts_face.ts";
import { writeJson } from "../json.ts";
import type { StreamerOptions } from "../options.ts";
import type { Tokens } from "../tokens.ts";
import type { Outlet, Session } from "../wire.ts";
import { decodeStreamerMessage, type StreamerMessage } from "./codec.ts";
import type { Notification } from "./notifications.ts";

/** What a connection works on. */
export interface StreamerParts {
  readonly accounts: AccountsFace;
  readonly tokens: Tokens;
  readonly options: StreamerOptions;
  readonly clock: Clock;
  readonly timers: Timers;
}

/** One connection of the account streamer: connect, heartbeats, notifications. */
export class StreamerSession implements Session {
  readonly #parts: StreamerParts;
  readonly #outlet: Outlet;
  readonly #id: string;
  readonly #watch: Timer;
  #accounts: ReadonlySet<string> | null = null;
  #token: string | null = null;
  #heardAt: number;
  #isEnded = false;

  constructor(parts: StreamerParts, outlet: Outlet) {
    this.#parts = parts;
    this.#outlet = outlet;
    this.#id = (0x5b6e0000 + outlet.ordinal).toString(16);
    this.#heardAt = parts.clock.monotonic();
    this.#watch = parts.timers.setPeriodic(1000, () => this.#checkSilence());
  }

  /** Accounts that the client connected to; null before. */
  get connected(): ReadonlySet<string> | null {
    return this.#accounts;
  }

  receive(text: string): void {
    if (this.#isEnded) return;
    this.#heardAt = this.#parts.clock.monotonic();
    const message = decodeStreamerMessage(text);
    if (!message.ok) return this.#error("unknown", message.error, null);
    this.#take(message.value);
  }

  ended(): void {
    this.#isEnded = true;
    this.#watch.cancel();
  }

  /** Sends what concerns the accounts of the client. */
  notify(notifications: readonly Notification[]): void {
    const own = notifications.filter(({ account }) => this.#accounts?.has(account) === true);
    if (this.#isEnded || own.length === 0) return;
    const messages = own.map(({ type, data, timestamp }) => ({ type, data, timestamp }));
    if (this.#parts.options.isBatching) {
      return this.#outlet.send(writeJson({ results: messages }), "data");
    }
    for (const message of messages) this.#outlet.send(writeJson(message), "data");
  }

  /** Closes when the token of the connect has ended, if the options say so. */
  checkToken(): void {
    if (!this.#parts.options.closesOnTokenEnd || this.#token === null) return;
    if (this.#parts.tokens.accessEndsAt(this.#token) === null) {
      this.#outlet.close(1000, "token expired");
    }
  }

  #take(message: StreamerMessage): void {
    const { action, name, requestId } = message;
    if (action === null) return this.#error(name, "unknown-action", requestId);
    const isConnect = action === "connect" || action === "account-subscribe";
    if (!isConnect && this.#accounts === null) {
      return this.#error(name, "connect-not-completed", requestId);
    }
    const token = this.#tokenOf(message.authToken);
    if (token === null || this.#parts.tokens.accessEndsAt(token) === null) {
      return this.#error(name, "failed", requestId);
    }
    if (isConnect) {
      const isKnown = message.values.length > 0 &&
        message.values.every((number) => this.#parts.accounts.of(number) !== undefined);
      if (!isKnown) return this.#error(name, "failed", requestId);
      this.#accounts = new Set(message.values);
      this.#token = token;
      return this.#ok(message, message.values);
    }
    this.#ok(message, message.values.length === 0 ? null : message.values);
  }

  /** The token behind "Bearer"; legacy sessions came without. */
  #tokenOf(authToken: string | null): string | null {
    const bearer = /^Bearer (\S+)$/.exec(authToken ?? "");
    if (bearer !== null) return bearer[1];
    return this.#parts.options.takesRawToken ? authToken : null;
  }

  #ok(message: StreamerMessage, value: readonly string[] | null): void {
    this.#answer({
      status: "ok",
      action: message.name,
      "web-socket-session-id": this.#id,
      ...(value === null ? {} : { value }),
      ...(message.requestId === null ? {} : { "request-id": message.requestId }),
    });
  }

  #error(action: string, message: string, requestId: number | null): void {
    this.#answer({
      status: "error",
      action,
      "web-socket-session-id": this.#id,
      message,
      ...(requestId === null ? {} : { "request-id": requestId }),
    });
  }

  #answer(body: Record<string, unknown>): void {
    this.#outlet.send(writeJson(body), "control");
  }

  #checkSilence(): void {
    const silentMs = this.#parts.clock.monotonic() - this.#heardAt;
    if (silentMs > this.#parts.options.idleMs) this.#outlet.close(1000, "idle");
  }
}
