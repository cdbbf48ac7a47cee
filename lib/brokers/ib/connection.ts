import { assert } from "../../base/assert.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timer, Timers } from "../../ports/timers.ts";
import { IB_CODES, IB_FIXES, isPacing, shownText } from "./codes.ts";
import { FanOut } from "./fan_out.ts";
import { GatewayStatus } from "./gateway_status.ts";
import type { IbLink, IbPart, RequestKind } from "./link.ts";
import { RequestPacer } from "./request_pacer.ts";
import type { IbAddress, IbClient, IbNotice, OpenIbClient } from "./wire/client.ts";

const HANDSHAKE_MS = 10_000;
const PROBE_MS = 10_000;
/** Nothing came for so long: is anybody there? */
const QUIET_MS = 4_000;
/** Nothing came after the question for so long: nobody is. With `QUIET_MS` below R03's 10 s. */
const DEADLINE_MS = 4_500;
/** Data comes and yet no probe is answered: TWS no longer takes requests. */
const UNANSWERED_MS = 30_000;

/** Why a connection ended, or never began. */
export interface ConnectionEnd {
  readonly code:
    | "refused"
    | "silent"
    | "clientIdInUse"
    | "version"
    | "closed"
    | "dead"
    | "moved"
    | "mute"
    | "asleep";
  /** In words, with IB's code where there is one. */
  readonly detail: string;
  readonly fix: string | null;
  /** Where it listens now; null: no word of it. */
  readonly port: number | null;
}

/** What a connection needs, and whom it tells. */
export interface ConnectionOptions {
  readonly address: IbAddress;
  readonly open: OpenIbClient;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Awake ms. */
  readonly awake: () => number;
  readonly parts: readonly IbPart[];
  readonly nextId: () => number;
  readonly ready: () => void;
  /** It is over, and the client closed. Comes once, unless `end` came first. */
  readonly ended: (end: ConnectionEnd) => void;
  /** The health of something changed. */
  readonly changed: () => void;
  readonly lost: (cause: "undecoded" | "blank", count: number, raw: string) => void;
}

/**
 * One connection to TWS from its opening to its end: handshake within its own deadline, requests at
 * their pace, probes, and the words of TWS about itself. It ends once, by whatever comes first.
 */
export class Connection extends FanOut implements IbLink {
  readonly status = new GatewayStatus();
  readonly pacer: RequestPacer;
  serverVersion = 0;
  accounts: readonly string[] = [];
  /** Awake ms of the last message; looked at twice a second. */
  lastReceivedAt: number;
  /** Awake ms of the last answered probe; null: none yet. */
  lastAnswerAt: number | null = null;
  /** IB's clock less ours, ms; null until a probe was answered. */
  skewMs: number | null = null;
  /** Awake ms since when it is ready; null: it is not. */
  readyAt: number | null = null;
  readonly #options: ConnectionOptions;
  #client: IbClient | null = null;
  #handshake: Timer | null = null;
  #orderId: number | null = null;
  #receivedCount = 0;
  #seenCount = 0;
  #probedAt: number | null = null;
  #firstUnansweredAt: number | null = null;
  #refusal: string | null = null;
  #isOver = false;

  constructor(options: ConnectionOptions) {
    super(options.parts);
    this.#options = options;
    this.pacer = new RequestPacer(options.clock, options.timers);
    this.lastReceivedAt = options.awake();
  }

  /** Opens; call once. */
  start(): void {
    const { timers, open, address } = this.#options;
    this.#handshake = timers.setTimer(HANDSHAKE_MS, () => this.#silent());
    this.#client = open(address, this);
  }

  /** Ends it without a word to the supervisor; idempotent. `reason` goes to the parts. */
  end(reason: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const wasReady = this.readyAt !== null;
    this.readyAt = null;
    this.#handshake?.cancel();
    this.pacer.end();
    this.#client?.close();
    if (!wasReady) return;
    for (const part of this.parts) part.ended(reason);
  }

  isReady(): boolean {
    return this.readyAt !== null;
  }

  nextId(): number {
    return this.#options.nextId();
  }

  send(kind: RequestKind, request: (client: IbClient) => void): () => boolean {
    return this.pacer.send(kind, () => {
      if (this.#client !== null && !this.#isOver) request(this.#client);
    });
  }

  /** Looks after itself, every half second of awake time; what it finds may end it. */
  look(now: number): void {
    if (this.readyAt === null) return;
    if (this.#receivedCount !== this.#seenCount) {
      this.#seenCount = this.#receivedCount;
      this.lastReceivedAt = now;
    }
    const sinceProbeMs = this.#probedAt === null ? Infinity : now - this.#probedAt;
    const quietMs = now - this.lastReceivedAt;
    const unansweredAt = this.#firstUnansweredAt;
    const isAsked = unansweredAt !== null && quietMs >= sinceProbeMs;
    const isDead = (isAsked && sinceProbeMs >= DEADLINE_MS) ||
      (unansweredAt !== null && now - unansweredAt >= UNANSWERED_MS);
    if (isDead) return this.#finish("dead", "TWS does not answer any more", null);
    if ((quietMs >= QUIET_MS && !isAsked) || sinceProbeMs >= PROBE_MS) this.#probe(now);
  }

  override connected(serverVersion: number): void {
    this.serverVersion = serverVersion;
  }

  override received(): void {
    this.#receivedCount++;
  }

  override closed(reason: string): void {
    const words = shownText(this.#refusal ?? reason);
    if (this.#refusal !== null) return this.#finish("refused", words, IB_FIXES.notListening);
    if (this.serverVersion === 0) {
      const detail = "TWS closes the connection before the handshake";
      return this.#finish("silent", detail, IB_FIXES.silent);
    }
    this.#finish("closed", words, null);
  }

  override managedAccounts(numbers: readonly string[]): void {
    this.accounts = numbers;
    if (this.readyAt !== null) super.managedAccounts(numbers);
    this.#begin();
  }

  override nextValidId(orderId: number): void {
    this.#orderId = orderId;
    super.nextValidId(orderId);
    this.#begin();
  }

  override currentTime(epochS: number): void {
    this.lastAnswerAt = this.#options.awake();
    this.#firstUnansweredAt = null;
    this.skewMs = epochS * 1000 - this.#options.clock.now();
    super.currentTime(epochS);
  }

  override notice(notice: IbNotice): void {
    const change = this.status.take(notice);
    super.notice(notice);
    if (this.#isOver) return;
    if (this.readyAt !== null && change === "lost") this.tellUpstream("down");
    if (this.readyAt !== null && change === "restoredKept") this.tellUpstream("up");
    if (this.readyAt !== null && change === "restoredLost") this.tellDataLost();
    if (isPacing(notice) && notice.code === IB_CODES.paceExceeded) this.pacer.slow();
    this.#react(notice);
    if (!this.#isOver) this.#options.changed();
  }

  override undecoded(reason: string, raw: string): void {
    super.undecoded(reason, raw);
    this.#options.lost("undecoded", 1, `${reason}: ${raw}`);
  }

  override blank(count: number, messageId: string): void {
    super.blank(count, messageId);
    this.#options.lost("blank", count, messageId);
  }

  /** What a notice means for the connection itself. */
  #react({ code, text }: IbNotice): void {
    const words = `${shownText(text)} (${code})`;
    switch (code) {
      case IB_CODES.clientIdInUse: {
        const { clientId } = this.#options.address;
        const detail = `client id ${clientId} is in use at TWS (326)`;
        return this.#finish("clientIdInUse", detail, IB_FIXES.clientId);
      }
      case IB_CODES.connectFailed:
        // After the handshake it is the socket that broke; `closed` follows either way.
        if (this.serverVersion === 0) this.#refusal = words;
        return;
      case IB_CODES.outdated:
      case IB_CODES.unsupportedVersion:
        return this.#finish("version", words, IB_FIXES.version);
      case IB_CODES.notConnected:
      case IB_CODES.badLength:
        return this.#finish("closed", words, null);
      case IB_CODES.portChanged: {
        const port = Number(/(\d{2,5})\D*$/.exec(text)?.[1] ?? NaN);
        return this.#finish("moved", words, null, port > 0 && port < 65_536 ? port : null);
      }
    }
  }

  #begin(): void {
    if (this.#isOver || this.readyAt !== null) return;
    if (this.#orderId === null || this.accounts.length === 0) return;
    this.#handshake?.cancel();
    const now = this.#options.awake();
    this.readyAt = now;
    this.lastReceivedAt = now;
    for (const part of this.parts) part.began(this);
    if (this.status.upstream === "down") this.tellUpstream("down");
    if (!this.#isOver) this.#probe(now);
    if (!this.#isOver) this.#options.ready();
  }

  #probe(now: number): void {
    this.#probedAt = now;
    this.#firstUnansweredAt ??= now;
    this.send("probe", (client) => client.reqCurrentTime());
  }

  #silent(): void {
    const isVersionKnown = this.serverVersion !== 0;
    const detail = isVersionKnown
      ? "TWS does not finish the handshake; it may wait for a login"
      : "TWS takes the connection and says nothing";
    this.#finish("silent", detail, isVersionKnown ? IB_FIXES.login : IB_FIXES.silent);
  }

  #finish(
    code: ConnectionEnd["code"],
    detail: string,
    fix: string | null,
    port: number | null = null,
  ): void {
    if (this.#isOver) return;
    this.end(detail);
    assert(this.#isOver, "an ended connection is over");
    this.#options.ended({ code, detail, fix, port });
  }
}
