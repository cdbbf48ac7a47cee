import assert from "node:assert/strict";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import type { Fault } from "./faults/script.ts";
import { serveLoopback } from "./loopback.ts";
import { TwsSim } from "./sim.ts";
import { frameOf } from "./wire/field_writer.ts";
import { fieldsOf, FrameReader } from "./wire/frame_reader.ts";

const GREETING = Uint8Array.from([
  ...new TextEncoder().encode("API\0"),
  ...[0, 0, 0, 9, ...new TextEncoder().encode("v100..193")],
]);

/** A client over TCP; everything until the end of the connection or `enough`. */
async function talk(
  port: number,
  requests: string[][],
  enough: (messages: string[][]) => boolean,
): Promise<{ messages: string[][]; bytes: number; isEnded: boolean }> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port });
  const messages: string[][] = [];
  let bytes = 0;
  let isEnded = false;
  try {
    await conn.write(GREETING);
    for (const request of [["71", "2", "7", ""], ...requests]) await conn.write(frameOf(request));
    const reader = new FrameReader();
    const buffer = new Uint8Array(65_536);
    while (!enough(messages)) {
      const count = await conn.read(buffer).catch(() => null);
      if (count === null) {
        isEnded = true;
        break;
      }
      bytes += count;
      for (const payload of reader.push(buffer.slice(0, count)) ?? []) {
        messages.push(fieldsOf(new TextDecoder().decode(payload)));
      }
    }
  } finally {
    conn.close();
  }
  return { messages, bytes, isEnded };
}

async function served(
  faults: Fault[],
  work: (port: number, sim: TwsSim) => Promise<void>,
): Promise<void> {
  const sim = new TwsSim({
    clock: realClock,
    timers: realTimers,
    date: "2025-03-19",
    pace: "compressed",
    positions: 20,
    faults: { faults },
  });
  const server = serveLoopback(sim);
  try {
    await work(server.port, sim);
  } finally {
    await server.close();
  }
}

const has = (id: string) => (messages: string[][]): boolean =>
  messages.some(([first]) => first === id);

Deno.test("loopback: a client over TCP is greeted and answered", async () => {
  await served([], async (port, sim) => {
    const { messages } = await talk(port, [["61", "1"]], has("62"));
    assert.equal(messages[0][0], "178");
    const { accounts } = sim.face;
    const held = accounts.accounts.flatMap((one) => accounts.positions(one)).length;
    assert.equal(messages.filter(([id]) => id === "61").length, held);
  });
});

Deno.test("loopback: lost at a byte, the client has so many and the next one has all", async () => {
  await served([{ on: "wire", do: "drop", byte: 40 }], async (port) => {
    const first = await talk(port, [], () => false);
    assert.deepEqual([first.bytes, first.isEnded], [40, true]);
    assert.ok(has("9")((await talk(port, [], has("9"))).messages));
  });
});

Deno.test("loopback: while TWS restarts the port refuses, then it is the same port", async () => {
  await served([], async (port, sim) => {
    const restart = { afterMs: sim.elapsedMs(), forMs: 400 };
    sim.inject({ on: "gateway", do: "restart", when: restart });
    await assert.rejects(Deno.connect({ hostname: "127.0.0.1", port }));
    const end = performance.now() + 5000;
    while (!sim.isPortOpen && performance.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.ok(has("9")((await talk(port, [], has("9"))).messages));
  });
});
