import { fail, ok, type Result } from "../../../base/result.ts";
import type { VirtualTime } from "../../../ports/virtual_time.ts";
import type { Socket, SocketEvents, Sockets } from "../../../ports/web_socket.ts";

/** The server's end of a connection. */
export interface ServerSide {
  text(message: string): void;
  gone(): void;
}

/** What a server sees of a connection. */
export interface ServerSocket {
  readonly url: string;
  send(message: string): void;
  close(code: number, reason: string): void;
}

/** How a server answers a connect: its end, a refusal, or silence. */
export type Accepting = (socket: ServerSocket) => ServerSide | "refuse" | "hang";

/** Sockets in memory under virtual time: ordered, delayed, and cut at any byte. */
export class MemoryWire implements Sockets {
  latencyMs = 5;
  /** Bytes of the server's messages until the connection breaks; null: never. */
  bytesUntilCut: number | null = null;
  /** Frames of both directions that vanish while the connection stays open. */
  isBlackHole = false;
  /** The peer is gone without a word: the next send fails. */
  isSendFailing = false;
  readonly sent: string[] = [];
  readonly connectedAt: number[] = [];
  openCount = 0;
  openCountMax = 0;
  readonly #time: VirtualTime;
  readonly #accept: Accepting;

  constructor(time: VirtualTime, accept: Accepting) {
    this.#time = time;
    this.#accept = accept;
  }

  connect(url: string, events: SocketEvents): Result<Socket, "badUrl"> {
    if (!/^wss?:/.test(url)) return fail("badUrl");
    this.connectedAt.push(this.#time.monotonic());
    const link = new Link(this, this.#time, events);
    link.open(url, this.#accept);
    return ok(link);
  }
}

class Link implements Socket {
  readonly #wire: MemoryWire;
  readonly #time: VirtualTime;
  readonly #events: SocketEvents;
  #server: ServerSide | null = null;
  #state: "opening" | "open" | "ended" = "opening";
  #lastToClientMs = 0;
  #lastToServerMs = 0;

  constructor(wire: MemoryWire, time: VirtualTime, events: SocketEvents) {
    this.#wire = wire;
    this.#time = time;
    this.#events = events;
  }

  open(url: string, accept: Accepting): void {
    const socket: ServerSocket = {
      url,
      send: (message) => this.#toClient(message),
      close: (code, reason) => this.#later(() => this.#end({ code, reason })),
    };
    this.#later(() => {
      if (this.#wire.isBlackHole) return;
      const answer = accept(socket);
      if (answer === "hang") return;
      if (answer === "refuse") return this.#end({ code: 1006, reason: "" });
      this.#server = answer;
      this.#state = "open";
      this.#wire.openCount++;
      this.#wire.openCountMax = Math.max(this.#wire.openCountMax, this.#wire.openCount);
      this.#events.opened();
    });
  }

  send(message: string): Result<null, "notOpen"> {
    if (this.#state !== "open" || this.#wire.isSendFailing) return fail("notOpen");
    this.#wire.sent.push(message);
    if (this.#wire.isBlackHole) return ok(null);
    const at = Math.max(this.#lastToServerMs, this.#time.monotonic() + this.#wire.latencyMs);
    this.#lastToServerMs = at;
    this.#time.setTimer(at - this.#time.monotonic(), () => this.#server?.text(message));
    return ok(null);
  }

  bufferedBytes(): number {
    return 0;
  }

  close(): void {
    this.#leave();
  }

  #toClient(message: string): void {
    const wire = this.#wire;
    if (wire.isBlackHole || this.#state !== "open") return;
    if (wire.bytesUntilCut !== null) {
      wire.bytesUntilCut -= message.length;
      if (wire.bytesUntilCut < 0) {
        wire.bytesUntilCut = null;
        return this.#later(() => this.#end({ code: 1006, reason: "" }));
      }
    }
    this.#later(() => {
      if (this.#state === "open") this.#events.text(message);
    });
  }

  /** Towards the client, never overtaking. */
  #later(work: () => void): void {
    const at = Math.max(this.#lastToClientMs, this.#time.monotonic() + this.#wire.latencyMs);
    this.#lastToClientMs = at;
    this.#time.setTimer(at - this.#time.monotonic(), () => {
      if (this.#state !== "ended") work();
    });
  }

  #end(closing: { code: number; reason: string }): void {
    if (this.#state === "ended") return;
    this.#leave();
    this.#events.closed(closing);
  }

  #leave(): void {
    if (this.#state === "open") this.#wire.openCount--;
    this.#state = "ended";
    const server = this.#server;
    this.#server = null;
    server?.gone();
  }
}
