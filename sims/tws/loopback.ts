import type { Peer } from "./peer.ts";
import type { TwsSim } from "./sim.ts";

/** Bytes that may wait for a client that does not read; then it is dropped, as TWS does. */
const BACKLOG_BYTES_MAX = 32 * 1024 * 1024;
const READ_BYTES = 65_536;

/** A simulator that listens on 127.0.0.1. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends listening, connections and the simulator. */
  close(): Promise<void>;
}

/** Serves a simulator on a port of 127.0.0.1; port 0 takes a free one. */
export function serveLoopback(sim: TwsSim, port = 0): LoopbackServer {
  const server = new TcpServer(sim, port);
  return { port: server.port, close: () => server.close() };
}

/** The listener, which a restart of TWS closes and opens again on the same port. */
class TcpServer {
  readonly port: number;
  readonly #sim: TwsSim;
  readonly #unfollow: () => void;
  readonly #carriers = new Set<Promise<void>>();
  #listener: Deno.TcpListener | null;

  constructor(sim: TwsSim, port: number) {
    this.#sim = sim;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.port = this.#listener.addr.port;
    this.#carry(this.#accept(this.#listener));
    this.#unfollow = sim.followPort((isOpen) => isOpen ? this.#open() : this.#shut());
  }

  async close(): Promise<void> {
    this.#unfollow();
    this.#shut();
    this.#sim.close();
    while (this.#carriers.size > 0) await Promise.all(this.#carriers);
  }

  #open(): void {
    if (this.#listener !== null) return;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: this.port });
    this.#carry(this.#accept(this.#listener));
  }

  #shut(): void {
    this.#listener?.close();
    this.#listener = null;
  }

  #carry(work: Promise<void>): void {
    const done: Promise<void> = work.finally(() => this.#carriers.delete(done));
    this.#carriers.add(done);
  }

  async #accept(listener: Deno.TcpListener): Promise<void> {
    for await (const conn of listener) {
      const handlers = this.#sim.accept();
      if (handlers === null) conn.close();
      else this.#carry(new TcpPeer(conn).run(handlers));
    }
  }
}

/** One TCP connection of a client. */
class TcpPeer implements Peer {
  readonly #conn: Deno.TcpConn;
  readonly #backlog: Uint8Array[] = [];
  #backlogBytes = 0;
  #left = Infinity;
  #isWriting = false;
  #isClosing = false;
  #isOver = false;

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    conn.setNoDelay(true);
  }

  /** Carries bytes until either side ends. */
  async run(
    handlers: { opened(peer: Peer): void; data(bytes: Uint8Array): void; closed(): void },
  ): Promise<void> {
    handlers.opened(this);
    const buffer = new Uint8Array(READ_BYTES);
    try {
      while (!this.#isOver) {
        const count = await this.#conn.read(buffer);
        if (count === null) break;
        handlers.data(buffer.slice(0, count));
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    }
    this.cut();
    handlers.closed();
  }

  write(bytes: Uint8Array): void {
    if (this.#isOver || this.#isClosing || this.#left <= 0) return;
    const through = bytes.subarray(0, Math.min(bytes.length, this.#left));
    this.#left -= bytes.length;
    this.#backlog.push(through);
    this.#backlogBytes += through.length;
    if (this.#backlogBytes > BACKLOG_BYTES_MAX) return this.cut();
    if (!this.#isWriting) void this.#pump();
  }

  close(): void {
    this.#isClosing = true;
    if (!this.#isWriting) this.cut();
  }

  cut(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#conn.close();
  }

  cutAfter(bytes: number): void {
    this.#left = bytes;
  }

  async #pump(): Promise<void> {
    this.#isWriting = true;
    try {
      for (let next = this.#backlog.shift(); next !== undefined; next = this.#backlog.shift()) {
        for (let sent = 0; sent < next.length && !this.#isOver;) {
          sent += await this.#conn.write(next.subarray(sent));
        }
        this.#backlogBytes -= next.length;
      }
    } catch (error) {
      if (!isLost(error)) throw error;
      this.cut();
    }
    this.#isWriting = false;
    if (this.#isClosing || this.#left <= 0) this.cut();
  }
}

function isLost(error: unknown): boolean {
  return error instanceof Deno.errors.BadResource ||
    error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BrokenPipe ||
    error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.Interrupted ||
    error instanceof Deno.errors.ConnectionAborted;
}
