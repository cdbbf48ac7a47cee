import { VirtualTime } from "../../lib/ports/virtual_time.ts";
import type { TwsOptions } from "./options.ts";
import type { ClientEnd } from "./peer.ts";
import { TwsSim } from "./sim.ts";
import { frameOf } from "./wire/field_writer.ts";
import { fieldsOf, FrameReader } from "./wire/frame_reader.ts";

/** A quarter past ten in New York, inside a session: market time and clock agree. */
export const IN_SESSION_MS = Date.parse("2025-03-19T14:15:00Z");

type Field = string | number;

/** A hand-written client: sends what it is told to and keeps what it gets. */
export class HandClient {
  /** Messages of the server, oldest first; the greeting's answer is the first. */
  readonly messages: string[][] = [];
  /** Chunks as they arrived. */
  readonly chunks: Uint8Array[] = [];
  closed: "refused" | "closed" | "lost" | null = null;
  isOpen = false;
  readonly #end: ClientEnd;
  readonly #reader = new FrameReader();

  constructor(sim: TwsSim) {
    this.#end = sim.connect({
      opened: () => void (this.isOpen = true),
      data: (bytes) => {
        this.chunks.push(bytes);
        for (const payload of this.#reader.push(bytes) ?? []) {
          this.messages.push(fieldsOf(new TextDecoder().decode(payload)));
        }
      },
      closed: (how) => {
        this.isOpen = false;
        this.closed = how;
      },
    });
  }

  /** Sends bytes as they are. */
  raw(bytes: Uint8Array): void {
    this.#end.send(bytes);
  }

  /** Sends `API\0` and the versions. */
  hello(versions = "v100..193"): void {
    const text = new TextEncoder().encode(versions);
    const bytes = new Uint8Array(8 + text.length);
    bytes.set(new TextEncoder().encode("API\0"));
    new DataView(bytes.buffer).setUint32(4, text.length);
    bytes.set(text, 8);
    this.#end.send(bytes);
  }

  /** Sends a message. */
  send(...fields: Field[]): void {
    this.#end.send(frameOf(fields.map(String)));
  }

  /** Ends the connection from the client's side. */
  close(): void {
    this.#end.close();
  }

  /** Messages of an id, without the id. */
  of(messageId: number): string[][] {
    return this.messages.filter(([id]) => id === String(messageId)).map((fields) =>
      fields.slice(1)
    );
  }

  /** Errors as id, code and text. */
  errors(): { id: number; code: number; text: string }[] {
    return this.of(4).map(([, id, code, text]) => ({ id: Number(id), code: Number(code), text }));
  }

  /** Forgets what came so far. */
  forget(): void {
    this.messages.length = 0;
    this.chunks.length = 0;
  }
}

/** A simulator under virtual time, with what tests do over and over. */
export class MemoryRig {
  readonly time: VirtualTime;
  readonly sim: TwsSim;

  constructor(options: Partial<TwsOptions> = {}, startAt: number = IN_SESSION_MS) {
    this.time = new VirtualTime(startAt);
    this.sim = new TwsSim({
      clock: this.time,
      timers: this.time,
      positions: 60,
      ...options,
    });
  }

  /** Lets time pass. */
  advance(ms: number): void {
    this.time.advance(ms);
  }

  /** A connection that has said nothing yet. */
  connect(): HandClient {
    const client = new HandClient(this.sim);
    this.advance(1);
    return client;
  }

  /** A client that is ready: greeting, startApi and what follows are behind it. */
  client(clientId = 7, versions = "v100..193"): HandClient {
    const client = this.connect();
    client.hello(versions);
    this.advance(1);
    client.send(71, 2, clientId, "");
    this.advance(1);
    return client;
  }

  /** Ends the simulator and lets everyone hear of it. */
  close(): void {
    this.sim.close();
    this.advance(1);
  }
}
