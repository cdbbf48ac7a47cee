import assert from "node:assert/strict";
import fc from "fast-check";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { FakeBook, seededRandom } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aHello } from "@/tests/fixtures/stream.ts";
import { aClient, aDesk, aFill, aViewer, Network } from "@/tests/fixtures/stream_link.ts";
import { CLOSE } from "../protocol/limits.ts";
import { BACKOFF, reconnectDelayMs } from "./backoff.ts";
import { copyFromSnapshot } from "./book_copy.ts";
import { ServerClock } from "./server_clock.ts";
import { StreamClient, type StreamState } from "./stream_client.ts";

const START = 1742393700000;

function aWorld(options: Parameters<typeof aClient>[1] = {}) {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 3, accounts: 2, rows: 12, seed: 4 });
  const network = new Network(aDesk(book, time));
  const states: StreamState[] = [];
  const onStatus = ({ state }: { state: StreamState }) => void states.push(state);
  return { time, book, network, states, client: aClient(network, { onStatus, ...options }) };
}

Deno.test("client: an island resumes from the page's snapshot without another snapshot", () => {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 3, accounts: 2, rows: 12, seed: 4 });
  const network = new Network(aDesk(book, time));
  time.advance(500);
  book.step();
  const page = network.desk.hub.pageSnapshot(aViewer.principal);
  for (let i = 0; i < 40; i++) {
    book.step();
    time.advance(50);
  }

  const copy = copyFromSnapshot(page.text);
  assert.ok(copy.ok);
  const client = aClient(network, { copy: copy.value });
  time.advance(200);

  assert.equal(network.desk.hub.metrics().snapshots, 0);
  assert.equal(network.desk.hub.metrics().resumes, 1);
  assert.deepEqual(bookContent(client.copy), bookContent(book));
  client.stop();
});

Deno.test("client: states go from live to late to down and back, each with its beginning", () => {
  const { time, network, states, client } = aWorld();
  time.advance(100);
  assert.deepEqual(client.status, { state: "live", sinceMs: client.status.sinceMs });
  network.fate = () => 0;

  time.advance(5_000);
  assert.equal(client.status.state, "late");
  assert.ok(time.monotonic() - client.status.sinceMs < 2_000);
  time.advance(12_000);
  assert.equal(client.status.state, "down");
  network.fate = () => 1;
  time.advance(30_000);

  assert.deepEqual(states, ["live", "late", "down", "live"]);
  client.stop();
});

Deno.test("client: a server that answers pings but sends no frames is not live", () => {
  const { time, network, client } = aWorld();
  time.advance(100);
  const socket = network.sockets[0];
  const { deliver } = socket;
  socket.deliver = (data) => {
    if (typeof data === "string") deliver(data);
  };

  time.advance(5_000);
  assert.equal(client.status.state, "late");
  time.advance(20_000);

  assert.equal(client.status.state, "live");
  assert.equal(network.sockets.length, 2);
  client.stop();
});

Deno.test("client: another protocol version and an ended session are final", () => {
  const { time, network, client } = aWorld();
  time.advance(100);
  network.desk.hub.revoke("local");
  time.advance(120_000);
  assert.equal(client.status.state, "signedOut");
  assert.equal(network.sockets.length, 1);

  let receive: (data: unknown) => void = () => {};
  const sent: string[] = [];
  const other = new StreamClient({
    connect: (events) => {
      receive = events.message;
      return { send: (text) => void sent.push(text), close: () => {} };
    },
    monotonic: () => time.monotonic(),
    setTimer: (delayMs, work) => time.setTimer(delayMs, work),
    random: () => 0.5,
  });
  other.start();
  receive(JSON.stringify({ ...aHello, version: 2 }));
  time.advance(60_000);

  assert.equal(other.status.state, "reload");
  assert.deepEqual(sent, []);
  network.desk.hub.stop("end");
  assert.equal(time.pendingCount, 0);
});

Deno.test("client: garbage from the network is a lost connection, never a throw", () => {
  const { time, book, network, client } = aWorld();
  time.advance(100);
  for (const bad of ["{", "[]", "null", '{"type":"frame"}', '{"type":"hello"}']) {
    network.sockets.at(-1)?.deliver(bad);
    time.advance(5_000);
  }
  for (const bytes of [new Uint8Array(3), new Uint8Array(64), new Uint8Array(80).fill(255)]) {
    network.sockets.at(-1)?.deliver(bytes);
    time.advance(5_000);
  }

  time.advance(10_000);

  assert.equal(client.status.state, "live");
  assert.deepEqual(bookContent(client.copy), bookContent(book));
  client.stop();
});

Deno.test("client: events lost on the way come back by a reconnect, once each", () => {
  const told: string[] = [];
  const { time, network, client } = aWorld({
    onEvents: (events) => void told.push(...events.map((event) => event.text)),
  });
  time.advance(500);
  network.desk.hub.publish(aFill("first"));
  time.advance(100);
  network.fate = () => 0;
  network.desk.hub.publish(aFill("second"));
  time.advance(10);
  network.fate = () => 1;
  network.desk.hub.publish(aFill("third"));
  time.advance(5_000);

  assert.deepEqual(told, ["first", "second", "third"]);
  client.stop();
});

Deno.test("client: an event that arrives twice is told once", () => {
  const told: string[] = [];
  const { time, network, client } = aWorld({
    onEvents: (events) => void told.push(...events.map((event) => event.text)),
  });
  time.advance(500);
  network.fate = () => 2;
  network.desk.hub.publish(aFill("first"));
  network.desk.hub.publish(aFill("second"));
  time.advance(1_000);

  assert.deepEqual(told, ["first", "second"]);
  client.stop();
});

Deno.test("R27: delays have full jitter, grow to 60 s, and 1012 is tried soon", () => {
  fc.assert(fc.property(fc.nat(40), fc.double({ min: 0, max: 0.999, noNaN: true }), (n, r) => {
    const delay = reconnectDelayMs(n, 1006, r);
    assert.ok(delay >= BACKOFF.leastMs && delay <= Math.min(60_000, 1_000 * 2 ** n));
    const soon = reconnectDelayMs(0, CLOSE.restart, r);
    assert.ok(soon >= 100 && soon <= 400);
  }));
  assert.equal(reconnectDelayMs(20, 1006, 0.5), 30_000);
  assert.equal(reconnectDelayMs(3, CLOSE.restart, 0.5), 4_000);
});

Deno.test("R27: 300 clients of a restarted server come back spread, none tries in step", () => {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 1, accounts: 1, rows: 1, seed: 1 });
  const admission = {
    sockets: 512,
    socketsPerPrincipal: 512,
    connects: { burst: 512, perSecond: 512 },
  };
  const random = seededRandom(7);
  const desk = aDesk(book, time, { admission });
  const networks = Array.from({ length: 300 }, () => new Network(desk));
  const clients = networks.map((network) => aClient(network, { random }));
  time.advance(1_000);
  for (const network of networks) network.isCut = true;
  desk.hub.stop("restart");
  time.advance(40_000);

  const next = aDesk(book, time, { admission, epoch: "e2" });
  for (const network of networks) {
    network.desk = next;
    network.isCut = false;
  }
  const perSecond: number[] = [];
  for (let second = 0; second < 70; second++) {
    const before = next.hub.metrics().connects;
    time.advance(1_000);
    perSecond.push(next.hub.metrics().connects - before);
  }

  assert.equal(next.hub.metrics().clients, 300);
  assert.ok(Math.max(...perSecond) < 40, `${Math.max(...perSecond)} in one second`);
  for (const client of clients) client.stop();
});

Deno.test("client: an hour of refusals is some 130 attempts, a healthy minute forgives", () => {
  const random = seededRandom(3);
  const { time, network, client } = aWorld({ random });
  time.advance(100);
  network.isCut = true;
  network.drop();
  time.advance(3_600_000);
  const attempts = network.sockets.length;
  assert.ok(attempts > 60 && attempts < 200, `${attempts} attempts`);

  network.isCut = false;
  time.advance(130_000);
  assert.equal(client.status.state, "live");
  network.drop();
  time.advance(1_100);

  assert.equal(client.status.state, "live");
  client.stop();
});

Deno.test("CLI-3: ages come from the server's clock, whatever the phone's clock says", () => {
  // The phone's wall clock is not even an input: only a clock of its own, here hours off.
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 1, accounts: 1, rows: 1, seed: 4 });
  const network = new Network(aDesk(book, time));
  const client = aClient(network, { monotonic: () => time.monotonic() + 5 * 3_600_000 });
  time.advance(2_000);

  assert.ok(Math.abs(client.serverNow() - time.now()) <= 2);
  assert.ok(Math.abs(client.sourceNow() - (time.now() - 500)) <= 2);
  const at = time.now() - 500 - 42_000;
  assert.ok(Math.abs(client.clock.ageMs(at, time.monotonic() + 5 * 3_600_000) - 42_000) <= 2);
  client.stop();
});

Deno.test("CLI-3: while nothing arrives ages go on growing", () => {
  const { time, network, client } = aWorld();
  time.advance(1_000);
  const at = client.sourceNow();
  network.fate = () => 0;

  time.advance(9_000);

  const age = client.clock.ageMs(at, time.monotonic());
  assert.ok(Math.abs(age - 9_000) < 5, `${age}`);
  client.stop();
});

Deno.test("CLI-3: a page back from the cache looks after its connection at once", () => {
  const { time, book, network, client } = aWorld();
  time.advance(1_000);
  network.isCut = true;
  network.drop();
  time.advance(300_000);
  network.isCut = false;
  book.move();

  client.setVisible(true);
  time.advance(200);

  assert.equal(client.status.state, "live");
  assert.deepEqual(bookContent(client.copy), bookContent(book));
  client.stop();
});

Deno.test("CLK-1: a server clock stepped by ±5 minutes is followed within one ping", () => {
  for (const stepMs of [300_000, -300_000]) {
    const clock = new ServerClock();
    clock.note(START, 0);
    assert.equal(clock.serverNow(1_000), START + 1_000);

    clock.note(START + 1_000 + stepMs, 1_010);
    clock.notePong({ askedMs: 1_100, heardMs: 1_140, serverTime: START + 1_120 + stepMs });

    assert.equal(clock.serverNow(2_000), START + 2_000 + stepMs);
  }
});

Deno.test("CLK-1: a late message does not set the clock back, a slow ping is not believed", () => {
  const clock = new ServerClock();
  clock.note(START, 0);

  clock.note(START + 1_000, 9_000);
  clock.notePong({ askedMs: 0, heardMs: 9_000, serverTime: START });

  assert.equal(clock.serverNow(9_000), START + 9_000);
});

Deno.test("clock: the source's time runs at its own speed, and stands while paused", () => {
  const clock = new ServerClock();
  clock.note(START, 0);
  clock.noteSource(500_000, START, 10);
  assert.equal(clock.sourceNow(2_000), 520_000);

  clock.noteSource(520_000, START + 2_000, 0);

  assert.equal(clock.sourceNow(60_000), 520_000);
});
