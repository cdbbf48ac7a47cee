/**
 * A WebSocket client on a bare TCP connection, for what the browser's interface cannot do: leave
 * bytes unread, and read many connections at the least cost.
 */

/** What was read: the payload of one message, valid until the next. */
export type RawMessage = (payload: Uint8Array, isText: boolean) => void;

const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const READ_BYTES = 64 * 1024;

/** One open connection. */
export class RawWebSocket {
  readonly #connection: Deno.TcpConn;
  #kept: Uint8Array;
  #used = 0;
  #isClosed = false;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    this.#kept = new Uint8Array(READ_BYTES);
  }

  /** Connects and upgrades; throws when the server refuses. `url`: `ws://HOST:PORT/PATH`. */
  static async open(url: string): Promise<RawWebSocket> {
    const { hostname, port, host, pathname, search } = new URL(url);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    const socket = new RawWebSocket(connection);
    const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
    const head = [
      `GET ${pathname}${search} HTTP/1.1`,
      `Host: ${host}`,
      "Upgrade: websocket",
      "Connection: Upgrade",
      `Sec-WebSocket-Key: ${key}`,
      "Sec-WebSocket-Version: 13",
    ];
    await socket.#writeAll(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n`));
    await socket.#readHead();
    return socket;
  }

  async #readHead(): Promise<void> {
    for (;;) {
      if (!await this.#readMore()) throw new Error("the server ended during the upgrade");
      const text = new TextDecoder().decode(this.#kept.subarray(0, this.#used));
      const end = text.indexOf("\r\n\r\n");
      if (end < 0) continue;
      if (!text.startsWith("HTTP/1.1 101")) throw new Error(`refused: ${text.split("\r\n")[0]}`);
      this.#drop(new TextEncoder().encode(text.slice(0, end + 4)).length);
      return;
    }
  }

  async #writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      at += await this.#connection.write(bytes.subarray(at));
    }
  }

  async #readMore(): Promise<boolean> {
    if (this.#used === this.#kept.length) {
      const grown = new Uint8Array(this.#kept.length * 2);
      grown.set(this.#kept);
      this.#kept = grown;
    }
    const count = await this.#connection.read(this.#kept.subarray(this.#used));
    if (count === null) return false;
    this.#used += count;
    return true;
  }

  #drop(bytes: number): void {
    this.#kept.copyWithin(0, bytes, this.#used);
    this.#used -= bytes;
  }

  /** Sends a text message. */
  async send(text: string): Promise<void> {
    await this.#sendFrame(OPCODE.text, new TextEncoder().encode(text));
  }

  async #sendFrame(opcode: number, payload: Uint8Array): Promise<void> {
    const isShort = payload.length < 126;
    const head = isShort
      ? [0x80 | opcode, 0x80 | payload.length]
      : [0x80 | opcode, 0x80 | 126, payload.length >> 8, payload.length & 0xff];
    // A mask of zeros is a mask.
    const frame = new Uint8Array(head.length + 4 + payload.length);
    frame.set(head);
    frame.set(payload, head.length + 4);
    await this.#writeAll(frame);
  }

  /** Reads what arrives next and hands over every complete message; false at the end. */
  async read(take: RawMessage): Promise<boolean> {
    try {
      if (!await this.#readMore()) return false;
    } catch (error) {
      if (this.#isClosed || error instanceof Deno.errors.ConnectionReset) return false;
      throw error;
    }
    let at = 0;
    for (;;) {
      const frame = this.#frameAt(at);
      if (frame === null) break;
      const payload = this.#kept.subarray(frame.from, frame.to);
      if (frame.opcode === OPCODE.close) return false;
      if (frame.opcode === OPCODE.ping) await this.#sendFrame(OPCODE.pong, payload.slice());
      else if (frame.opcode !== OPCODE.pong) take(payload, frame.opcode === OPCODE.text);
      at = frame.to;
    }
    if (at > 0) this.#drop(at);
    return true;
  }

  /** The complete frame at a place of the buffer; servers neither mask nor split theirs. */
  #frameAt(at: number): { opcode: number; from: number; to: number } | null {
    if (this.#used - at < 2) return null;
    const bytes = this.#kept;
    const short = bytes[at + 1] & 0x7f;
    const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (this.#used - at < headBytes) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset + at);
    const length = short < 126
      ? short
      : short === 126
      ? view.getUint16(2)
      : Number(view.getBigUint64(2));
    const from = at + headBytes;
    if (this.#used < from + length) return null;
    return { opcode: bytes[at] & 0x0f, from, to: from + length };
  }

  /** Ends the connection without a word; idempotent. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#connection.close();
  }
}
