import { Follower } from "./follower.ts";
import { RawWebSocket } from "./raw_web_socket.ts";

/**
 * What a client does: stays on binary frames, stays on the text form, comes and goes with a resume,
 * or leaves its bytes unread for a while.
 */
export const CLIENT_KINDS = ["stays", "text", "leaves", "stalls"] as const;

/** Kind of a client. */
export type ClientKind = typeof CLIENT_KINDS[number];

/** One viewer of the desk under soak. */
export interface SoakClient {
  readonly kind: ClientKind;
  readonly follower: Follower;
  /** Ends that it did not cause, as close codes. */
  readonly ends: readonly number[];
  /** Starts; resolves when it has ended after `stop`. */
  run(stop: AbortSignal): Promise<void>;
}

const PING_EVERY_MS = 10_000;
const CLOSE_LIMIT_MS = 15_000;

/** Waits, but not beyond a stop. */
export function pause(ms: number, stop: AbortSignal): Promise<void> {
  if (stop.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      stop.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    stop.addEventListener("abort", end, { once: true });
  });
}

/** A client of a kind; `index` spreads their rhythms. `url`: of the stream, `ws:`. */
export function soakClient(kind: ClientKind, url: string, index: number): SoakClient {
  return kind === "stalls" ? new StallingClient(url, index) : new SocketClient(kind, url, index);
}

/** A client over the platform's WebSocket. */
class SocketClient implements SoakClient {
  readonly follower = new Follower();
  readonly ends: number[] = [];

  constructor(readonly kind: ClientKind, readonly url: string, readonly index: number) {}

  async run(stop: AbortSignal): Promise<void> {
    for (let visit = 0; !stop.aborted; visit++) {
      const stayMs = this.kind === "leaves"
        ? 4_000 + 1_000 * ((this.index * 3 + visit * 5) % 9)
        : Infinity;
      await this.#visit(stayMs, stop);
      const awayMs = this.kind === "leaves" ? 500 + 700 * ((this.index + visit) % 4) : 1_000;
      await pause(awayMs, stop);
    }
  }

  async #visit(stayMs: number, stop: AbortSignal): Promise<void> {
    const socket = new WebSocket(this.kind === "text" ? `${this.url}?format=json` : this.url);
    socket.binaryType = "arraybuffer";
    const closed = Promise.withResolvers<number>();
    const leave = new AbortController();
    const send = (text: string) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    };
    socket.addEventListener("message", ({ data }) => {
      this.follower.take(typeof data === "string" ? data : new Uint8Array(data), send);
    });
    socket.addEventListener("close", (event) => closed.resolve(event.code));
    const pings = setInterval(() => this.follower.ping(send), PING_EVERY_MS);
    const stay = AbortSignal.any([stop, leave.signal]);
    const left = pause(Math.min(stayMs, 2 ** 31 - 1), stay).then(() => null);
    const code = await Promise.race([closed.promise, left]);
    leave.abort();
    clearInterval(pings);
    if (code !== null && !stop.aborted) this.ends.push(code);
    if (code === null) {
      socket.close();
      const isClosed = new AbortController();
      void closed.promise.then(() => isClosed.abort());
      await pause(CLOSE_LIMIT_MS, isClosed.signal);
    }
  }
}

/** A client over bare TCP that stops reading for a while, again and again. */
class StallingClient implements SoakClient {
  readonly kind = "stalls";
  readonly follower = new Follower();
  readonly ends: number[] = [];

  constructor(readonly url: string, readonly index: number) {}

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const socket = await RawWebSocket.open(this.url);
      const close = () => socket.close();
      stop.addEventListener("abort", close, { once: true });
      try {
        await this.#follow(socket, stop);
      } finally {
        stop.removeEventListener("abort", close);
        close();
      }
      // A desk that gives up on a client which reads nothing is right to.
      await pause(1_000, stop);
    }
  }

  async #follow(socket: RawWebSocket, stop: AbortSignal): Promise<void> {
    let sending = Promise.resolve();
    const send = (text: string) => {
      sending = sending.then(() => socket.send(text)).catch(ignoreEnd);
    };
    let nextPingMs = performance.now() + PING_EVERY_MS;
    let stallAtMs = performance.now() + 3_000 + 500 * (this.index % 5);
    const take = (payload: Uint8Array, isText: boolean) => {
      this.follower.take(isText ? new TextDecoder().decode(payload) : payload.slice(), send);
    };
    while (!stop.aborted && await socket.read(take)) {
      await sending;
      const nowMs = performance.now();
      if (nowMs >= nextPingMs) {
        nextPingMs = nowMs + PING_EVERY_MS;
        this.follower.ping(send);
      }
      if (nowMs < stallAtMs) continue;
      await pause(5_000 + 1_000 * (this.index % 4), stop);
      stallAtMs = performance.now() + 5_000;
    }
  }
}

/** The other side ended while this one wrote; the next read says so. */
function ignoreEnd(error: unknown): void {
  const isEnd = error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.Interrupted;
  if (!isEnd) throw error;
}
