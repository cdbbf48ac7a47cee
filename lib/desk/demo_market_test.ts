import assert from "node:assert/strict";
import { VirtualTime } from "../ports/virtual_time.ts";
import { createWorld } from "../world/mod.ts";
import { demoMarket } from "./demo_market.ts";

const START = { seed: 1, date: "2025-03-19", positions: 96, eventRate: 5, speed: 1 };

async function inFolder(run: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await run(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function checkpoint(): Uint8Array<ArrayBuffer> {
  return createWorld({ seed: 1, positions: 96, date: "2025-03-19", eventRate: 5 }).save();
}

Deno.test("a market goes on under its name, with the time away", async () => {
  await inFolder(async (directory) => {
    const time = new VirtualTime(1_000_000);
    const first = await demoMarket(directory, START, time);
    assert.deepEqual([first.resume, first.notice], [null, null]);
    const bytes = checkpoint();
    first.keep(bytes);
    await first.settled();

    time.advance(90_000);
    const second = await demoMarket(directory, START, time);

    assert.equal(second.source, first.source);
    assert.equal(second.notice, null);
    assert.equal(second.resume?.awayMs, 90_000);
    assert.deepEqual(second.resume?.checkpoint, bytes);
  });
});

Deno.test("another market has another name and leaves the first alone", async () => {
  await inFolder(async (directory) => {
    const time = new VirtualTime(1_000_000);
    const first = await demoMarket(directory, START, time);
    first.keep(checkpoint());
    await first.settled();

    const other = await demoMarket(directory, { ...START, seed: 2 }, time);
    assert.equal(other.resume, null);
    assert.notEqual(other.source, first.source);
    assert.equal((await demoMarket(directory, START, time)).source, first.source);
  });
});

Deno.test("DSK-3: a damaged checkpoint is said and never shares the record", async () => {
  await inFolder(async (directory) => {
    const time = new VirtualTime(1_000_000);
    const first = await demoMarket(directory, START, time);
    first.keep(checkpoint());
    await first.settled();
    const [entry] = [...Deno.readDirSync(directory)];
    const path = `${directory}/${entry.name}`;
    const whole = Deno.readFileSync(path);

    for (const [at, length] of [[whole.length >> 1, whole.length], [0, 40], [0, 0], [3, 9000]]) {
      const broken = whole.slice(0, length);
      if (at < broken.length) broken[at] ^= 1;
      Deno.writeFileSync(path, broken);
      time.advance(1000);
      const next = await demoMarket(directory, START, time);
      assert.equal(next.resume, null, `${length} bytes`);
      assert.match(next.notice ?? "", /begins anew: .*(damaged|version)/);
      assert.notEqual(next.source, first.source);
    }
  });
});

Deno.test("of checkpoints that come fast the newest is kept", async () => {
  await inFolder(async (directory) => {
    const time = new VirtualTime(1_000_000);
    const market = await demoMarket(directory, START, time);
    const world = createWorld({ seed: 1, positions: 96, date: "2025-03-19", eventRate: 5 });
    market.keep(world.save());
    world.advanceBy(60_000);
    market.keep(world.save());
    world.advanceBy(60_000);
    const last = world.save();
    market.keep(last);
    await market.settled();
    assert.deepEqual((await demoMarket(directory, START, time)).resume?.checkpoint, last);
  });
});

Deno.test("checkpoints of other settings are bounded: the oldest go", async () => {
  await inFolder(async (directory) => {
    const time = new VirtualTime(1_000_000);
    await Deno.writeTextFile(`${directory}/notes.txt`, "not ours");
    for (let seed = 1; seed <= 12; seed++) {
      const market = await demoMarket(directory, { ...START, seed }, time);
      market.keep(new Uint8Array(8));
      await market.settled();
      const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
      for (const name of names.filter((one) => one.endsWith(".market"))) {
        const { mtime } = await Deno.stat(`${directory}/${name}`);
        // Each is an hour older than the one after it, whatever this disk's clock counts in.
        await Deno.utime(`${directory}/${name}`, new Date(), new Date(Number(mtime) - 3_600_000));
      }
    }
    const market = await demoMarket(directory, { ...START, seed: 12 }, time);
    assert.match(market.notice ?? "", /begins anew/, "its own is there");
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    assert.equal(names.filter((name) => name.endsWith(".market")).length, 9);
    assert.ok(names.includes("notes.txt"));
    const first = await demoMarket(directory, { ...START, seed: 1 }, time);
    assert.equal(first.notice, null, "the oldest went");
  });
});
