import type { IbEvents } from "./client.ts";

const ENCODER = new TextEncoder();
const DECODER = new TextDecoder();

/** A frame as TWS writes it, by hand from ib.md section 2. */
export function frame(...fields: (string | number)[]): Uint8Array<ArrayBuffer> {
  const text = ENCODER.encode(fields.map((field) => `${field}\0`).join(""));
  const bytes = new Uint8Array(4 + text.length);
  new DataView(bytes.buffer).setUint32(0, text.length);
  bytes.set(text, 4);
  return bytes;
}

/** Several frames in one piece. */
export function joined(...frames: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(frames.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of frames) {
    bytes.set(one, at);
    at += one.length;
  }
  return bytes;
}

/** One connection that a test answers by hand. */
export class Peer {
  readonly #connection: Deno.TcpConn;
  #rest = new Uint8Array(0);
  isOpen = true;

  constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  /** The version text of the client's greeting. */
  async greeting(): Promise<string> {
    await this.#take(4);
    return await this.#text();
  }

  /** The next request's fields; null when the client closed. */
  async request(): Promise<string[] | null> {
    try {
      return (await this.#text()).split("\0").slice(0, -1);
    } catch (error) {
      if (error instanceof EndOfStream) return null;
      throw error;
    }
  }

  /** Greets, takes startApi, and makes the client ready. */
  async handshake(version = 178): Promise<void> {
    await this.greeting();
    await this.write(frame(version, "20261120 14:46:05 EST"));
    await this.request();
    await this.write(joined(frame(15, 1, "DU1234567,"), frame(9, 1, 5)));
  }

  close(): void {
    if (this.isOpen) this.#connection.close();
    this.isOpen = false;
  }

  async #text(): Promise<string> {
    const length = new DataView((await this.#take(4)).buffer).getUint32(0);
    return DECODER.decode(await this.#take(length));
  }

  async #take(count: number): Promise<Uint8Array<ArrayBuffer>> {
    while (this.#rest.length < count) {
      const piece = new Uint8Array(65_536);
      const read = await this.#connection.read(piece);
      if (read === null) throw new EndOfStream();
      this.#rest = joined(this.#rest, piece.subarray(0, read));
    }
    const taken = this.#rest.slice(0, count);
    this.#rest = this.#rest.slice(count);
    return taken;
  }
}

class EndOfStream extends Error {}

/** Events as texts, with a way to wait for one. */
export class EventLog {
  readonly lines: string[] = [];
  readonly events: IbEvents;
  #waiting: { readonly start: string; readonly resolve: (line: string) => void }[] = [];

  /** `fails`: the event whose listener throws. */
  constructor(fails: string | null = null) {
    const shown = (value: unknown) =>
      typeof value === "number" && Number.isNaN(value) ? "NaN" : JSON.stringify(value);
    this.events = new Proxy({} as IbEvents, {
      get: (_target, name) => (...values: unknown[]) => {
        if (name === "received") return;
        if (name === fails) throw new Error(`${fails} of the test`);
        this.#add([String(name), ...values.map(shown)].join(" "));
      },
    });
  }

  /** Resolves with the first line that begins with `start`, seen or to come. */
  seen(start: string): Promise<string> {
    const line = this.lines.find((one) => one.startsWith(start));
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve) => this.#waiting.push({ start, resolve }));
  }

  #add(line: string): void {
    this.lines.push(line);
    this.#waiting = this.#waiting.filter(({ start, resolve }) => {
      if (!line.startsWith(start)) return true;
      resolve(line);
      return false;
    });
  }
}
