/**
 * A stream client that follows docs/stream.md and imports nothing of the desk, so that a misreading
 * of the page by the desk's own codec shows.
 */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type JsonObject = { [key: string]: Json };

interface Hello {
  readonly epoch: string;
  readonly scope: string;
  readonly eventSeq: number;
  readonly fields: Record<
    "underlying" | "account" | "leaf" | "rowF64" | "rowF32" | "rowU8",
    string[]
  >;
}

/** One table entry of a frame: ids, and pairs of bit and value. */
interface Entry {
  readonly ids: number[];
  readonly f64: [number, number][];
  readonly f32: [number, number][];
  readonly u8: [number, number][];
}

interface Parsed {
  readonly isSnapshot: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly seq: number;
  readonly previous: number;
  readonly underlyings: Entry[];
  readonly accounts: Entry[];
  readonly cells: Entry[];
  readonly rows: Entry[];
  readonly directory: JsonObject;
}

interface RowState {
  ref: JsonObject;
  readonly f64: number[];
  readonly f32: number[];
  readonly u8: number[];
}

/** A copy as plain maps by id. */
export interface PageCopy {
  readonly underlyings: Map<number, [JsonObject, number[]]>;
  readonly accounts: Map<number, [JsonObject, number[]]>;
  readonly cells: Map<string, number[]>;
  readonly rows: Map<number, RowState>;
}

const pad8 = (n: number) => n + (8 - n % 8) % 8;

function setBits(mask: number): number[] {
  const bits: number[] = [];
  for (let bit = 0; bit < 32; bit++) if (Math.floor(mask / 2 ** bit) % 2 === 1) bits.push(bit);
  return bits;
}

function parseBinary(buffer: ArrayBuffer): Parsed {
  const view = new DataView(buffer);
  const u32 = (at: number) => view.getUint32(at, true);
  if (view.getUint8(0) !== 1) throw new Error("another protocol version");
  const [U, A, C, R, D, F, B, J] = [32, 36, 40, 44, 48, 52, 56, 60].map(u32);
  let indexAt = 64;
  let f64At = 64 + pad8(4 * (2 * U + 2 * A + 3 * C + 2 * R));
  let f32At = f64At + 8 * D;
  let u8At = f32At + pad8(4 * F);
  const jsonAt = u8At + pad8(B);
  if (buffer.byteLength !== jsonAt + J) throw new Error("length does not agree");
  const word = () => {
    indexAt += 4;
    return u32(indexAt - 4);
  };
  const takeF64 = (mask: number) =>
    setBits(mask).map((bit): [number, number] => {
      f64At += 8;
      return [bit, view.getFloat64(f64At - 8, true)];
    });
  const entries = (count: number, ids: number) =>
    Array.from({ length: count }, (): Entry => {
      const names = Array.from({ length: ids }, word);
      return { ids: names, f64: takeF64(word()), f32: [], u8: [] };
    });
  const underlyings = entries(U, 1);
  const accounts = entries(A, 1);
  const cells = entries(C, 2);
  const rows = Array.from({ length: R }, (): Entry => {
    const ids = [word()];
    const mask = word();
    const f64 = takeF64(mask % 2 ** 14);
    const f32 = setBits(Math.floor(mask / 2 ** 14) % 2 ** 10).map((bit): [number, number] => {
      f32At += 4;
      return [bit, view.getFloat32(f32At - 4, true)];
    });
    const u8 = setBits(Math.floor(mask / 2 ** 24)).map((bit): [number, number] => {
      u8At += 1;
      return [bit, view.getUint8(u8At - 1)];
    });
    return { ids, f64, f32, u8 };
  });
  const text = new TextDecoder().decode(new Uint8Array(buffer, jsonAt, J));
  const flags = view.getUint16(2, true);
  return {
    isSnapshot: view.getUint8(1) === 2,
    isFirst: flags % 2 === 1,
    isLast: Math.floor(flags / 2) % 2 === 1,
    seq: u32(4),
    previous: u32(8),
    underlyings,
    accounts,
    cells,
    rows,
    directory: J === 0 ? {} : JSON.parse(text),
  };
}

function parseText(frame: JsonObject): Parsed {
  const list = (key: string) => frame[key] as (number | null)[][];
  const values = (mask: number, from: (number | null)[]) =>
    setBits(mask).map((bit): [number, number] => [bit, from.shift() ?? NaN]);
  const entries = (key: string, ids: number) =>
    list(key).map((entry): Entry => {
      const rest = entry.slice(ids + 1);
      const names = entry.slice(0, ids).map(Number);
      return { ids: names, f64: values(Number(entry[ids]), rest), f32: [], u8: [] };
    });
  const rows = list("rows").map((entry): Entry => {
    const rest = entry.slice(2);
    const mask = Number(entry[1]);
    return {
      ids: [Number(entry[0])],
      f64: values(mask % 2 ** 14, rest),
      f32: values(Math.floor(mask / 2 ** 14) % 2 ** 10, rest),
      u8: values(Math.floor(mask / 2 ** 24), rest),
    };
  });
  return {
    isSnapshot: frame.kind === "snapshot",
    isFirst: frame.begin === true,
    isLast: frame.end === true,
    seq: Number(frame.seq),
    previous: Number(frame.previous),
    underlyings: entries("underlyings", 1),
    accounts: entries("accounts", 1),
    cells: entries("cells", 2),
    rows,
    directory: (frame.directory ?? {}) as JsonObject,
  };
}

function emptyCopy(): PageCopy {
  return { underlyings: new Map(), accounts: new Map(), cells: new Map(), rows: new Map() };
}

/** Reads the worked example of the page. */
export function readFrame(buffer: ArrayBuffer): Parsed {
  return parseBinary(buffer);
}

/** Keeps a copy over one WebSocket after another; `last` is null without a copy. */
export class PageClient {
  copy = emptyCopy();
  last: number | null = null;
  readonly events: string[] = [];
  readonly counts = { snapshots: 0, diffs: 0, duplicates: 0, gaps: 0, connections: 0 };
  closeCode: number | null = null;
  #next: PageCopy | null = null;
  #nextChunk = 0;
  #hello: Hello | null = null;
  #eventSeq = 0;
  #isAsking = false;
  #socket: WebSocket | null = null;

  constructor(readonly url: string) {}

  get epoch(): string | null {
    return this.#hello?.epoch ?? null;
  }

  /** Opens a connection; resolves when it has closed. */
  connect(): Promise<void> {
    const socket = new WebSocket(this.url);
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.counts.connections++;
    this.#isAsking = false;
    socket.addEventListener("message", ({ data }) => this.#receive(data));
    return new Promise((resolve) => {
      socket.addEventListener("close", ({ code }) => {
        this.closeCode = code;
        resolve();
      });
    });
  }

  send(message: JsonObject): void {
    this.#socket?.send(JSON.stringify(message));
  }

  close(): void {
    this.#socket?.close();
  }

  #receive(data: string | ArrayBuffer): void {
    if (typeof data !== "string") return this.#apply(parseBinary(data));
    const message: JsonObject = JSON.parse(data);
    if (message.type === "frame") this.#apply(parseText(message));
    if (message.type === "hello") this.#greet(message as unknown as Hello);
    if (message.type === "events") {
      for (const event of message.events as JsonObject[]) this.events.push(String(event.text));
      this.#eventSeq = Number(message.through);
    }
  }

  #greet(hello: Hello): void {
    const old = this.#hello;
    this.#hello = hello;
    const isSame = old?.epoch === hello.epoch && old.scope === hello.scope;
    if (!isSame) {
      this.last = null;
      this.#eventSeq = hello.eventSeq;
    }
    const { epoch, scope } = hello;
    const resume = this.last === null
      ? null
      : { epoch, scope, seq: this.last, eventSeq: this.#eventSeq };
    this.send({ type: "hello", version: 1, rows: "all", resume });
  }

  #ask(): void {
    this.counts.gaps++;
    this.last = null;
    this.#next = null;
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.send({ type: "snapshot" });
  }

  #apply(frame: Parsed): void {
    if (frame.isSnapshot) return this.#applyChunk(frame);
    if (this.last === null) return;
    if (frame.seq <= this.last) return void this.counts.duplicates++;
    if (frame.previous > this.last) return this.#ask();
    this.#write(this.copy, frame);
    this.last = frame.seq;
    this.counts.diffs++;
  }

  #applyChunk(frame: Parsed): void {
    if (frame.isFirst) {
      this.#next = emptyCopy();
      this.#nextChunk = 0;
    }
    if (this.#next === null || frame.previous !== this.#nextChunk) return this.#ask();
    this.#nextChunk++;
    this.#write(this.#next, frame);
    if (!frame.isLast) return;
    this.copy = this.#next;
    this.#next = null;
    this.#isAsking = false;
    this.last = frame.seq;
    this.counts.snapshots++;
  }

  #write(copy: PageCopy, frame: Parsed): void {
    this.#name(copy, frame.directory);
    const put = (to: number[] | undefined, values: [number, number][]) => {
      if (to === undefined) throw new Error("a frame names an unknown id");
      for (const [bit, value] of values) to[bit] = value;
    };
    for (const { ids: [id], f64 } of frame.underlyings) put(copy.underlyings.get(id)?.[1], f64);
    for (const { ids: [id], f64 } of frame.accounts) put(copy.accounts.get(id)?.[1], f64);
    for (const { ids: [u, a], f64 } of frame.cells) {
      const key = `${u}:${a}`;
      const cell = copy.cells.get(key) ?? this.#blank("leaf");
      copy.cells.set(key, cell);
      put(cell, f64);
    }
    for (const { ids: [id], f64, f32, u8 } of frame.rows) {
      const row = copy.rows.get(id);
      put(row?.f64, f64);
      put(row?.f32, f32);
      put(row?.u8, u8);
    }
  }

  #blank(table: keyof Hello["fields"]): number[] {
    const width = this.#hello?.fields[table].length ?? 0;
    return new Array(width).fill(table === "rowU8" ? 0 : NaN);
  }

  #name(copy: PageCopy, directory: JsonObject): void {
    const list = (key: string) => (directory[key] ?? []) as JsonObject[];
    const ids = (key: string) => (directory[key] ?? []) as number[];
    const dropCells = (isGone: (u: string, a: string) => boolean) => {
      for (const key of copy.cells.keys()) {
        const [u, a] = key.split(":");
        if (isGone(u, a)) copy.cells.delete(key);
      }
    };
    for (const id of ids("removedRows")) copy.rows.delete(id);
    for (const id of ids("removedUnderlyings")) {
      copy.underlyings.delete(id);
      dropCells((u) => u === String(id));
    }
    for (const id of ids("removedAccounts")) {
      copy.accounts.delete(id);
      dropCells((_, a) => a === String(id));
    }
    for (const ref of list("underlyings")) {
      const known = copy.underlyings.get(Number(ref.id));
      copy.underlyings.set(Number(ref.id), [ref, known?.[1] ?? this.#blank("underlying")]);
    }
    for (const ref of list("accounts")) {
      const known = copy.accounts.get(Number(ref.id));
      copy.accounts.set(Number(ref.id), [ref, known?.[1] ?? this.#blank("account")]);
    }
    for (const ref of list("rows")) {
      const known = copy.rows.get(Number(ref.id));
      if (known !== undefined) known.ref = ref;
      else {
        const [f64, f32, u8] = (["rowF64", "rowF32", "rowU8"] as const).map((t) => this.#blank(t));
        copy.rows.set(Number(ref.id), { ref, f64, f32, u8 });
      }
    }
  }
}
