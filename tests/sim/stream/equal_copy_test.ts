import assert from "node:assert/strict";
import fc from "fast-check";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { FakeBook, seededRandom } from "@/tests/fixtures/fake_book.ts";
import { bookContent } from "@/tests/fixtures/fake_book_shape.ts";
import { aClient, aDesk, aFill, aViewer, Network } from "@/tests/fixtures/stream_link.ts";

const START = 1742393700000;

const step = fc.oneof(
  { weight: 12, arbitrary: fc.constant("change" as const) },
  { weight: 8, arbitrary: fc.constant("wait" as const) },
  { weight: 3, arbitrary: fc.constant("flicker" as const) },
  { weight: 1, arbitrary: fc.constantFrom("lose", "repeat", "cut", "stall", "drain") },
  { weight: 1, arbitrary: fc.constantFrom("restart", "hide", "show", "event", "long") },
);

const run = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  format: fc.constantFrom("binary" as const, "json" as const),
  steps: fc.array(step, { minLength: 20, maxLength: 120 }),
});

type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

interface World {
  readonly time: VirtualTime;
  readonly book: FakeBook;
  readonly network: Network;
  readonly client: ReturnType<typeof aClient>;
  readonly told: string[];
  epochs: number;
}

function aWorld({ seed, format }: Run): World {
  const time = new VirtualTime(START);
  const book = new FakeBook({ underlyings: 3, accounts: 2, rows: 10, seed });
  const network = new Network(aDesk(book, time), { ...aViewer, format });
  const told: string[] = [];
  const random = seededRandom(seed);
  const onEvents = (events: readonly { text: string }[]) => {
    for (const event of events) told.push(event.text);
  };
  return { time, book, network, client: aClient(network, { random, onEvents }), told, epochs: 1 };
}

function restart(world: World): void {
  world.network.desk.hub.stop("restart");
  world.network.desk = aDesk(world.book, world.time, { epoch: `e${++world.epochs}` });
}

function act(world: World, name: Run["steps"][number], count: number): void {
  const { time, book, network, client } = world;
  const socket = network.sockets.at(-1);
  switch (name) {
    case "change":
      return book.step();
    case "flicker":
      return book.flicker();
    case "wait":
      return time.advance(37);
    case "long":
      return time.advance(2_000);
    case "lose":
      network.fate = () => 0;
      time.advance(80);
      network.fate = () => 1;
      return;
    case "repeat":
      network.fate = () => 2;
      time.advance(80);
      network.fate = () => 1;
      return;
    case "cut":
      return network.drop();
    case "stall":
      if (socket !== undefined) socket.isStalled = true;
      return;
    case "drain":
      return socket?.drain();
    case "restart":
      return restart(world);
    case "hide":
      return client.setVisible(false);
    case "show":
      return client.setVisible(true);
    case "event":
      return network.desk.hub.publish(aFill(`fill ${count}`));
  }
}

/** Ends all faults and gives the client a minute. */
function heal(world: World): void {
  world.network.fate = () => 1;
  for (const socket of world.network.sockets) socket.drain();
  world.client.setVisible(true);
  world.time.advance(90_000);
}

Deno.test(
  "CLI-2: any run of changes, losses, repeats, cuts, stalls and restarts ends with equal copies",
  () => {
    fc.assert(
      fc.property(run, (model) => {
        const world = aWorld(model);

        model.steps.forEach((name, i) => act(world, name, i));
        heal(world);

        assert.equal(world.client.status.state, "live");
        assert.deepEqual(bookContent(world.client.copy), bookContent(world.book));
        world.client.stop();
        world.network.desk.hub.stop("end");
        world.time.advance(10);
        assert.equal(world.time.pendingCount, 0);
      }),
      { numRuns: 150 },
    );
  },
);

Deno.test("events: through cuts and stalls each is told once and in order", () => {
  fc.assert(
    fc.property(run, (model) => {
      const world = aWorld(model);
      const published: string[] = [];
      world.time.advance(200);

      model.steps.filter((name) => name !== "restart").forEach((name, i) => {
        if (name === "event") published.push(`fill ${i}`);
        act(world, name, i);
      });
      heal(world);

      assert.deepEqual(world.told, published);
      world.client.stop();
      world.network.desk.hub.stop("end");
    }),
    { numRuns: 150 },
  );
});

Deno.test("CLI-2: after a restart a client never shows a mix of two epochs", () => {
  const world = aWorld({ seed: 9, format: "binary", steps: [] });
  world.time.advance(500);
  for (let i = 0; i < 20; i++) {
    restart(world);
    for (let k = 0; k < 30; k++) {
      world.book.step();
      world.time.advance(25);
    }
    heal(world);
    assert.equal(world.client.copy.hello?.epoch, `e${i + 2}`);
    assert.deepEqual(bookContent(world.client.copy), bookContent(world.book));
  }
  world.client.stop();
  world.network.desk.hub.stop("end");
});
