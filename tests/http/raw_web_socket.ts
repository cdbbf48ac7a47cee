import {
  joined,
  parseAnswer,
  type RawAnswer,
  readSome,
  requestText,
  writeAll,
} from "./raw_http.ts";

/** A frame of RFC 6455 as it came. */
export interface RawFrame {
  readonly opcode: number;
  readonly isFinal: boolean;
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** A frame to send; what is left out is what a right client would send. */
export interface FrameToSend {
  readonly opcode?: number;
  readonly payload?: string | Uint8Array;
  readonly isFinal?: boolean;
  readonly isMasked?: boolean;
  /** Reserved bits, 0 to 7. */
  readonly reserved?: number;
  /** Length to announce instead of the payload's. */
  readonly announced?: bigint;
}

/** How a connection ended: the close code, or null when it was cut without one. */
export interface Ending {
  readonly code: number | null;
  readonly texts: readonly string[];
}

/** Opcodes of RFC 6455. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const utf8 = new TextEncoder();

/** Header lines of a right handshake with a desk on `port`, without Origin. */
export function handshake(port: number): [name: string, value: string][] {
  return [
    ["host", `127.0.0.1:${port}`],
    ["connection", "Upgrade"],
    ["upgrade", "websocket"],
    ["sec-websocket-version", "13"],
    ["sec-websocket-key", btoa("sixteen bytes ok")],
  ];
}

/** Bytes of a frame; a wrong one when that is asked for. */
export function frameBytes(frame: FrameToSend): Uint8Array<ArrayBuffer> {
  const { opcode = OPCODE.text, isFinal = true, isMasked = true, reserved = 0 } = frame;
  const payload = typeof frame.payload === "string"
    ? utf8.encode(frame.payload)
    : Uint8Array.from(frame.payload ?? []);
  const length = frame.announced ?? BigInt(payload.length);
  const first = (isFinal ? 0x80 : 0) | (reserved << 4) | opcode;
  const flag = isMasked ? 0x80 : 0;
  const head = new DataView(new ArrayBuffer(10));
  head.setUint8(0, first);
  let size = 2;
  if (length < 126n) head.setUint8(1, flag | Number(length));
  else if (length < 65_536n) {
    head.setUint8(1, flag | 126);
    head.setUint16(2, Number(length));
    size = 4;
  } else {
    head.setUint8(1, flag | 127);
    head.setBigUint64(2, length);
    size = 10;
  }
  // A mask of zeros is a mask: the payload stays as it is.
  const mask = new Uint8Array(isMasked ? 4 : 0);
  return joined([new Uint8Array(head.buffer, 0, size), mask, payload]);
}

/** A WebSocket that sends what it is told, right or wrong, and reads only when asked. */
export class RawSocket implements Disposable {
  readonly #connection: Deno.TcpConn;
  #buffer = new Uint8Array(0);

  private constructor(connection: Deno.TcpConn, readonly answer: RawAnswer) {
    this.#connection = connection;
  }

  /** Sends a handshake; `answer.status` is 101 when it was taken. */
  static async open(
    port: number,
    headers: readonly (readonly [string, string])[] = handshake(port),
    target = "/api/stream",
  ): Promise<RawSocket> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    const socket = new RawSocket(connection, { status: 0, headers: [], body: "" });
    await socket.sendBytes(utf8.encode(requestText({ target, headers })));
    const head = await socket.#readHead();
    const opened = new RawSocket(connection, head);
    opened.#buffer = socket.#buffer;
    return opened;
  }

  /** Sends bytes as they are; false when the other side is gone. */
  sendBytes(bytes: Uint8Array): Promise<boolean> {
    return writeAll(this.#connection, bytes);
  }

  /** Sends a frame. */
  send(frame: FrameToSend): Promise<boolean> {
    return this.sendBytes(frameBytes(frame));
  }

  /** Sends a message of the protocol as text. */
  sendJson(message: unknown): Promise<boolean> {
    return this.send({ payload: JSON.stringify(message) });
  }

  /** The next frame, or null when the connection ended without one. */
  async next(): Promise<RawFrame | null> {
    if (!await this.#has(2)) return null;
    const short = this.#buffer[1] & 0x7f;
    const extra = short === 126 ? 2 : short === 127 ? 8 : 0;
    if (!await this.#has(2 + extra)) return null;
    const view = new DataView(this.#buffer.buffer, this.#buffer.byteOffset);
    const length = extra === 0
      ? short
      : extra === 2
      ? view.getUint16(2)
      : Number(view.getBigUint64(2));
    const end = 2 + extra + length;
    if (!await this.#has(end)) return null;
    const first = this.#buffer[0];
    const payload = this.#buffer.slice(2 + extra, end);
    this.#buffer = this.#buffer.slice(end);
    return { opcode: first & 0x0f, isFinal: (first & 0x80) !== 0, payload };
  }

  /** The next text message that is a JSON object of this type. */
  async nextOfType(type: string): Promise<Record<string, unknown>> {
    for (let frame = await this.next(); frame !== null; frame = await this.next()) {
      if (frame.opcode !== OPCODE.text) continue;
      const message: Record<string, unknown> = JSON.parse(textOf(frame));
      if (message.type === type) return message;
    }
    throw new Error(`the connection ended before a message of type ${type}`);
  }

  /** Reads to the end; keeps the texts that came, answers the close. */
  async untilEnd(): Promise<Ending> {
    const texts: string[] = [];
    for (let frame = await this.next(); frame !== null; frame = await this.next()) {
      if (frame.opcode === OPCODE.text) texts.push(textOf(frame));
      if (frame.opcode !== OPCODE.close) continue;
      await this.send({ opcode: OPCODE.close, payload: frame.payload });
      const { payload } = frame;
      const code = payload.length < 2 ? null : new DataView(payload.buffer).getUint16(0);
      return { code, texts };
    }
    return { code: null, texts };
  }

  [Symbol.dispose](): void {
    this.#connection.close();
  }

  async #readHead(): Promise<RawAnswer> {
    for (;;) {
      const text = new TextDecoder("latin1").decode(this.#buffer);
      const end = text.indexOf("\r\n\r\n");
      if (end !== -1) {
        const head = parseAnswer(this.#buffer.slice(0, end + 4));
        this.#buffer = this.#buffer.slice(end + 4);
        return head;
      }
      if (!await this.#fill()) throw new Error(`no HTTP answer: ${JSON.stringify(text)}`);
    }
  }

  async #has(bytes: number): Promise<boolean> {
    while (this.#buffer.length < bytes) if (!await this.#fill()) return false;
    return true;
  }

  async #fill(): Promise<boolean> {
    const chunk = await readSome(this.#connection);
    if (chunk !== null) this.#buffer = joined([this.#buffer, chunk]);
    return chunk !== null;
  }
}

/** Text of a frame. */
export function textOf(frame: RawFrame): string {
  return new TextDecoder().decode(frame.payload);
}
