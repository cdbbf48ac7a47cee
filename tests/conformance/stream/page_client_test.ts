import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import type { Socket } from "@/lib/stream/hub/socket.ts";
import { openStream, socketOf } from "@/lib/stream/hub/web_socket.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aDesk, aFill, aViewer, type Desk } from "@/tests/fixtures/stream_link.ts";
import { PageClient } from "./page_client.ts";

const START = 1742393700000;

/** Between hub and network: can hold messages back or lose one, and still counts what waits. */
class Valve implements Socket {
  isShut = false;
  loses = 0;
  readonly #held: (Uint8Array<ArrayBuffer> | string)[] = [];

  constructor(readonly inner: Socket) {}

  get bufferedAmount(): number {
    return this.#held.reduce((sum, data) => sum + data.length, this.inner.bufferedAmount);
  }

  send(data: Uint8Array<ArrayBuffer> | string): void {
    if (this.loses > 0) return void this.loses--;
    if (this.isShut) this.#held.push(data);
    else this.inner.send(data);
  }

  open(): void {
    this.isShut = false;
    for (const data of this.#held.splice(0)) this.inner.send(data);
  }

  close(code: number, reason: string): void {
    this.inner.close(code, reason);
  }
}

/** A desk behind a real WebSocket on the loopback, moved by virtual steps. */
class Server {
  readonly time = new VirtualTime(START);
  readonly book = new FakeBook({ underlyings: 4, accounts: 3, rows: 60, seed: 11 });
  desk: Desk = aDesk(this.book, this.time);
  valve: Valve | null = null;
  #epochs = 1;
  readonly #http: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#http = Deno.serve(options, (request) => {
      const format = new URL(request.url).searchParams.get("format") === "json";
      const { socket, response } = Deno.upgradeWebSocket(request);
      socket.binaryType = "arraybuffer";
      socket.addEventListener("open", () => {
        this.valve = new Valve(socketOf(socket));
        const info = { ...aViewer, format: format ? "json" as const : "binary" as const };
        const connection = this.desk.hub.connect(this.valve, info);
        if (!connection.ok) return;
        const { receive, closed } = connection.value;
        socket.addEventListener("message", (event) => receive(event.data));
        socket.addEventListener("close", closed);
      });
      return response;
    });
  }

  url(format: string): string {
    return `ws://127.0.0.1:${this.#http.addr.port}/api/stream${format}`;
  }

  restart(): void {
    this.desk.hub.stop("restart");
    this.desk = aDesk(this.book, this.time, { epoch: `e${++this.#epochs}` });
  }

  trade(steps: number): void {
    for (let i = 0; i < steps; i++) {
      this.book.step();
      this.time.advance(50);
    }
  }

  /** Lets virtual and real time pass until the condition holds. */
  async until(what: string, isDone: () => boolean): Promise<void> {
    for (let turn = 0; turn < 5_000; turn++) {
      if (isDone()) return;
      this.time.advance(10);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    assert.fail(`never came true: ${what}`);
  }

  /** Waits until the client has the last flush of a book that stands still. */
  async settle(client: PageClient): Promise<void> {
    const wanted = this.desk.hub.seq + 1;
    await this.until("client has caught up", () => (client.last ?? -1) >= wanted);
  }

  async end(): Promise<void> {
    this.desk.hub.stop("end");
    await this.#http.shutdown();
  }
}

function contentOf(client: PageClient) {
  const { underlyings, accounts, cells, rows } = client.copy;
  return {
    underlyings,
    accounts: new Map([...accounts].map(([id, [ref, values]]) => [id, [ref.account, values]])),
    cells,
    rows: new Map([...rows].map(([id, row]) => [id, [row.ref, row.f64, row.f32, row.u8]])),
  };
}

for (const format of ["", "?format=json"]) {
  Deno.test(`stream: a client of the page stays equal through all faults ${format}`, async () => {
    const server = new Server();
    const client = new PageClient(server.url(format));
    let closed = client.connect();
    const equal = async () => {
      await server.settle(client);
      assert.deepEqual(contentOf(client), bookContent(server.book));
    };
    await server.until("first snapshot", () => client.last !== null);
    server.trade(200);
    server.desk.hub.publish(aFill("before"));
    await equal();
    assert.equal(client.counts.snapshots, 1);

    if (server.valve !== null) server.valve.loses = 2;
    server.trade(20);
    await server.until("gap seen and healed", () => client.counts.snapshots === 2);
    await equal();
    assert.ok(client.counts.gaps > 0);

    if (server.valve !== null) server.valve.isShut = true;
    for (let i = 0; i < 100 && server.desk.hub.metrics().paused === 0; i++) server.trade(10);
    assert.equal(server.desk.hub.metrics().paused, 1);
    server.trade(100);
    server.desk.hub.publish(aFill("while slow"));
    server.valve?.open();
    await equal();
    assert.equal(client.counts.snapshots, 2);

    client.close();
    await closed;
    server.trade(100);
    server.desk.hub.publish(aFill("while away"));
    closed = client.connect();
    await server.until("resumed", () => client.events.includes("while away"));
    await equal();
    assert.equal(client.counts.snapshots, 2);
    assert.equal(server.desk.hub.metrics().resumes, 1);

    server.restart();
    await closed;
    assert.equal(client.closeCode, 1012);
    server.trade(10);
    closed = client.connect();
    await server.until("new epoch", () => client.epoch === "e2" && client.last !== null);
    server.trade(50);
    await equal();
    assert.equal(client.counts.snapshots, 3);
    assert.deepEqual(client.events, ["before", "while slow", "while away"]);

    client.close();
    await closed;
    await server.end();
  });
}

Deno.test("stream: a malformed message closes with 4400, a large one with 1009", async () => {
  const server = new Server();
  for (const [message, code] of [["{}", 4400], ["x".repeat(70_000), 1009]] as const) {
    const socket = new WebSocket(server.url(""));
    const closed = new Promise<number>((resolve) =>
      socket.addEventListener("close", (event) => resolve(event.code))
    );
    socket.addEventListener("open", () => socket.send(message));
    assert.equal(await closed, code);
  }
  await server.end();
});

Deno.test("stream: openStream connects a socket when it opens and forgets it once", async () => {
  const time = new VirtualTime(START);
  const { hub } = aDesk(new FakeBook({ underlyings: 1, accounts: 1, rows: 1, seed: 1 }), time);
  const http = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    openStream(hub, socket, aViewer);
    return response;
  });
  const client = new PageClient(`ws://127.0.0.1:${http.addr.port}/`);
  const closed = client.connect();
  for (let i = 0; i < 2_000 && client.last === null; i++) {
    time.advance(10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  assert.equal(client.counts.snapshots, 1);
  assert.equal(hub.metrics().clients, 1);

  client.close();
  await closed;
  for (let i = 0; i < 2_000 && hub.metrics().clients > 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }

  assert.equal(hub.metrics().clients, 0);
  hub.stop("end");
  await http.shutdown();
});
