/**
 * Sits in front of the simulator's HTTP server on loopback, so that a connection can be lost at any
 * byte, in the handshake or within a frame, as no HTTP library lets one do.
 */
export class TcpFront {
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #innerPort: number;
  readonly #pairs = new Map<number, Pair>();
  readonly #running: Promise<void>;

  constructor(port: number, innerPort: number) {
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port });
    this.port = this.#listener.addr.port;
    this.#innerPort = innerPort;
    this.#running = this.#accept();
  }

  /** The connection behind a port that the inner server sees as its client's. */
  of(innerClientPort: number): Pair | undefined {
    return this.#pairs.get(innerClientPort);
  }

  /** Stops listening and ends every connection. */
  async close(): Promise<void> {
    this.#listener.close();
    for (const pair of this.#pairs.values()) pair.cut();
    await this.#running;
  }

  async #accept(): Promise<void> {
    const open = new Set<Promise<void>>();
    for await (const outer of this.#listener) {
      const done: Promise<void> = this.#carry(outer).finally(() => open.delete(done));
      open.add(done);
    }
    await Promise.all(open);
  }

  async #carry(outer: Deno.TcpConn): Promise<void> {
    const inner = await Deno.connect({ hostname: "127.0.0.1", port: this.#innerPort })
      .catch(() => null);
    if (inner === null) return closeQuietly(outer);
    outer.setNoDelay(true);
    inner.setNoDelay(true);
    const key = inner.localAddr.port;
    const pair = new Pair(outer, inner);
    this.#pairs.set(key, pair);
    await pair.run();
    this.#pairs.delete(key);
  }
}

/** One client connection and its continuation to the inner server. */
export class Pair {
  readonly #outer: Deno.TcpConn;
  readonly #inner: Deno.TcpConn;
  #left = Infinity;

  constructor(outer: Deno.TcpConn, inner: Deno.TcpConn) {
    this.#outer = outer;
    this.#inner = inner;
  }

  /** Ends both sides at once. */
  cut(): void {
    closeQuietly(this.#outer);
    closeQuietly(this.#inner);
  }

  /** Lets so many more bytes of the server through, then cuts. */
  cutAfter(bytes: number): void {
    this.#left = bytes;
    if (bytes <= 0) this.cut();
  }

  /** Carries bytes both ways until either side ends. */
  async run(): Promise<void> {
    await Promise.all([
      this.#pump(this.#outer, this.#inner, (chunk) => chunk),
      this.#pump(this.#inner, this.#outer, (chunk) => this.#limited(chunk)),
    ]);
    this.cut();
  }

  #limited(chunk: Uint8Array): Uint8Array {
    if (this.#left === Infinity) return chunk;
    const through = chunk.subarray(0, Math.max(0, this.#left));
    this.#left -= through.length;
    return through;
  }

  async #pump(
    from: Deno.TcpConn,
    to: Deno.TcpConn,
    limit: (chunk: Uint8Array) => Uint8Array,
  ): Promise<void> {
    const buffer = new Uint8Array(65_536);
    try {
      for (;;) {
        const count = await from.read(buffer);
        if (count === null) break;
        const through = limit(buffer.subarray(0, count));
        for (let sent = 0; sent < through.length;) sent += await to.write(through.subarray(sent));
        if (this.#left <= 0) return this.cut();
      }
      await to.closeWrite();
    } catch (error) {
      if (!isLost(error)) throw error;
      this.cut();
    }
  }
}

function closeQuietly(conn: Deno.TcpConn): void {
  try {
    conn.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
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
