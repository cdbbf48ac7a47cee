import type { Timer, Timers } from "../../../ports/timers.ts";
import type { Socket, SocketClosing, Sockets } from "../../../ports/web_socket.ts";
import type { Drift } from "../map/fields.ts";
import { readStreamerFrame, type StreamerAck, type StreamerNotice } from "../map/notification.ts";
import { cleanText } from "../rest/clean_text.ts";
import { brokerErrorOf, type RestFailure } from "../rest/failure.ts";
import type { Secret } from "../rest/secret.ts";
import type { StreamCause, StreamCounters } from "./counters.ts";
import {
  failureOfAnswer,
  failureOfClose,
  type StreamFailure,
  type StreamFailureCode,
} from "./failure.ts";
import { connectMessage, heartbeatMessage, parseFrame } from "./frames.ts";
import type { AccessTokenSource } from "./options.ts";
import type { RecentTokens } from "./recent_tokens.ts";
import { AccessTokenRequest } from "./token_request.ts";

const OPENING_MS = 8_000;
/** Time within which the subscription and each heartbeat must be answered. */
const ANSWER_MS = 10_000;
/** The documented period is 2 to 60 s; at 10 s a mute server is stale within 15 s (P1). */
const HEARTBEAT_MS = 10_000;
const STALE_MS = 15_000;
/** Nothing, although no heartbeat could be sent for want of a token. */
const DEAD_MS = 45_000;
/** A heartbeat may wait so long behind other messages that do arrive. */
const ANSWER_MAX_MS = 30_000;
const CONNECT_ID = 1;
const NORMAL_CLOSE = 1000;

/** What a connection tells. */
export interface SessionEvents {
  subscribed(): void;
  notice(notice: StreamerNotice): void;
  /** A frame was lost that may have held a notice. */
  missed(): void;
  /** The token in use was accepted. */
  accepted(): void;
  /** The token of a heartbeat was refused; true when it may be tried once more with another. */
  refused(token: Secret): boolean;
  /** It is over; the last call. */
  ended(failure: StreamFailure): void;
}

/** What a connection needs. */
export interface SessionOptions {
  readonly url: string;
  readonly sockets: Sockets;
  readonly timers: Timers;
  /** Awake ms. */
  readonly awake: () => number;
  /** For the subscription; heartbeats ask `tokens` for theirs. */
  readonly token: Secret;
  readonly tokens: AccessTokenSource;
  /** Of this connection and those before it. */
  readonly recentTokens: RecentTokens;
  readonly accountNumbers: readonly string[];
  readonly source: string;
  readonly counters: StreamCounters;
  readonly drift: Drift;
  readonly events: SessionEvents;
}

/** What is to be thought of a subscribed connection: "silent" is stale, "dead" wants another. */
export type StreamVerdict = "live" | "silent" | "dead";

/**
 * One connection of the account streamer from its opening to its end: subscription, heartbeats on
 * a timer of their own, answers, notices. It never reconnects; that is the stream's.
 * Source: tastytrade.md §8, §11.
 */
export class AccountSession {
  readonly #options: SessionOptions;
  readonly #token: AccessTokenRequest;
  /** Token of the last message. */
  #used: Secret;
  #phase: "opening" | "connecting" | "open" | "ended" = "opening";
  #socket: Socket | null = null;
  #deadline: Timer | null = null;
  #heartbeat: Timer | null = null;
  #requestId = CONNECT_ID;
  /** The oldest heartbeat without an answer. */
  #unanswered: { readonly requestId: number; readonly sentAt: number } | null = null;
  #lastFrameAt: number;
  #lastMessageAt: number;
  #lastAnswerAt: number | null = null;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#token = new AccessTokenRequest(options.tokens, options.timers);
    this.#used = options.token;
    this.#lastFrameAt = options.awake();
    this.#lastMessageAt = this.#lastFrameAt;
  }

  /** Begins to connect; call once. */
  start(): void {
    const { sockets, url } = this.#options;
    this.#wait(OPENING_MS, "unreachable", "no answer to the connection");
    const connected = sockets.connect(url, {
      opened: () => this.#opened(),
      text: (message) => this.#received(message),
      binary: () => this.#lost("binary"),
      closed: (closing) => this.#closed(closing),
    });
    if (connected.ok) this.#socket = connected.value;
    else this.#fail("badUrl", "the address of the account stream is none");
  }

  /** Ends it for good, in silence; idempotent. */
  end(): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.#deadline?.cancel();
    this.#heartbeat?.cancel();
    this.#token.cancel();
    this.#socket?.close(NORMAL_CLOSE, "");
  }

  /** Judges it as of `now`, awake ms; null until it is subscribed. */
  judge(now: number): StreamVerdict | null {
    if (this.#phase !== "open") return null;
    const silentMs = now - this.#lastMessageAt;
    const unansweredMs = this.#unanswered === null ? 0 : now - this.#unanswered.sentAt;
    const isUnanswered = unansweredMs > ANSWER_MS && silentMs > ANSWER_MS;
    if (isUnanswered || unansweredMs > ANSWER_MAX_MS || silentMs > DEAD_MS) return "dead";
    return silentMs > STALE_MS ? "silent" : "live";
  }

  /** Awake time of the last frame, whatever was in it; of the start when none came. */
  get lastFrameAt(): number {
    return this.#lastFrameAt;
  }

  /** Awake time of the last answer. */
  get lastAnswerAt(): number | null {
    return this.#lastAnswerAt;
  }

  #wait(forMs: number, code: StreamFailureCode, detail: string): void {
    this.#deadline?.cancel();
    this.#deadline = this.#options.timers.setTimer(forMs, () => this.#fail(code, detail));
  }

  #opened(): void {
    if (this.#phase !== "opening") return;
    const { accountNumbers, token, source, recentTokens } = this.#options;
    this.#phase = "connecting";
    recentTokens.use(token);
    this.#wait(ANSWER_MS, "timeout", "no answer to the subscription");
    this.#send(connectMessage(accountNumbers, { token, requestId: CONNECT_ID, source }));
  }

  #closed({ code, reason }: SocketClosing): void {
    const failure = failureOfClose(code, reason, this.#phase !== "opening");
    this.#fail(failure.code, failure.detail);
  }

  #received(text: string): void {
    if (this.#isEnded()) return;
    const json = parseFrame(text);
    if (!json.ok) return this.#lost(json.error);
    this.#lastFrameAt = this.#options.awake();
    const messages = readStreamerFrame(json.value, this.#options.drift);
    if (messages.length === 0) this.#options.counters.add("unknownMessage");
    else this.#lastMessageAt = this.#lastFrameAt;
    for (const message of messages) {
      if (this.#isEnded()) return;
      if (message.kind === "ack") this.#answered(message);
      else if (this.#phase === "open") this.#options.events.notice(message);
      else this.#options.counters.add("early");
    }
  }

  #lost(cause: StreamCause): void {
    if (this.#isEnded()) return;
    this.#lastFrameAt = this.#options.awake();
    this.#options.counters.add(cause);
    if (this.#phase === "open") this.#options.events.missed();
  }

  #isEnded(): boolean {
    return this.#phase === "ended";
  }

  #answered(ack: StreamerAck): void {
    this.#lastAnswerAt = this.#lastMessageAt;
    if (!ack.isOk) this.#options.counters.add("error");
    if (this.#phase === "connecting") this.#connectAnswered(ack);
    else if (ack.isOk) this.#heartbeatAnswered(ack);
    else this.#heartbeatRefused(ack);
  }

  #connectAnswered({ isOk, action, text }: StreamerAck): void {
    if (!isOk) {
      const words = text ?? "";
      return this.#fail(failureOfAnswer(words), `the subscription was refused: ${words}`);
    }
    if (action !== null && action !== "connect") return this.#options.counters.add("unexpected");
    this.#deadline?.cancel();
    this.#phase = "open";
    this.#heartbeat = this.#options.timers.setPeriodic(HEARTBEAT_MS, () => this.#beat());
    this.#options.events.accepted();
    this.#options.events.subscribed();
  }

  #heartbeatAnswered({ action, requestId }: StreamerAck): void {
    const { counters } = this.#options;
    if (action === "connect") return counters.add("duplicate");
    if (action !== null && action !== "heartbeat") return counters.add("unexpected");
    if (this.#unanswered === null) return counters.add("duplicate");
    if (requestId !== null && requestId < this.#unanswered.requestId) {
      return counters.add("duplicate");
    }
    this.#unanswered = null;
    this.#options.events.accepted();
  }

  #heartbeatRefused(ack: StreamerAck): void {
    const isOther = ack.action !== null && ack.action !== "heartbeat";
    if (isOther) return this.#options.counters.add("unexpected");
    const text = ack.text ?? "";
    const code = failureOfAnswer(text);
    // Whatever else it complains of, the heartbeat goes without its answer.
    if (code === "refused" || this.#unanswered === null) return;
    if (code === "unauthorized" && this.#options.events.refused(this.#used)) {
      this.#unanswered = null;
      return this.#beat();
    }
    this.#fail(code, `a heartbeat was refused: ${text}`);
  }

  /** With the token that is good at this moment: it changes every quarter of an hour. */
  #beat(): void {
    if (this.#phase !== "open" || this.#token.isPending) return;
    const { source, awake, recentTokens } = this.#options;
    this.#token.send((reply) => {
      if (!reply.ok) return this.#hasNoToken(reply.error);
      const token = reply.value;
      this.#used = token;
      recentTokens.use(token);
      const requestId = ++this.#requestId;
      this.#unanswered ??= { requestId, sentAt: awake() };
      this.#send(heartbeatMessage({ token, requestId, source }));
    });
  }

  #hasNoToken(error: RestFailure): void {
    const { code, message, fix } = brokerErrorOf(error);
    if (code === "unauthorized") return this.#fail("loginNeeded", fix ?? message);
    this.#options.counters.add("noToken");
  }

  #send(message: string): void {
    if (this.#socket === null || this.#isEnded()) return;
    if (!this.#socket.send(message).ok) this.#fail("sendFailed", "the connection is gone");
  }

  #fail(code: StreamFailureCode, detail: string): void {
    if (this.#isEnded()) return;
    this.end();
    this.#options.events.ended({ code, detail: cleanText(detail, this.#options.recentTokens.all) });
  }
}
