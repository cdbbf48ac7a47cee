import assert from "node:assert/strict";
import { IbBroker } from "@/lib/brokers/ib/adapter.ts";
import { seeded } from "@/lib/brokers/ib/supervised_fixture_test.ts";
import { loadIbClient } from "@/lib/brokers/ib/wire/stoqey.ts";
import { realClock } from "@/lib/host/clock.ts";
import { realTimers } from "@/lib/host/timers.ts";
import { serveLoopback, TwsSim } from "@/sims/tws/mod.ts";
import { LIVE, SeeingSink, subscriptions, value } from "@/tests/contract/broker_subject.ts";

const openClient = await loadIbClient();
/** The library's limiter holds a timer for each message it wrote, this long. */
const LIMITER_MS = 150;

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 2_000, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The adapter and the real library against the emulator on a real socket. */
async function overLoopback(
  work: (rig: { sim: TwsSim; broker: IbBroker; sink: SeeingSink }) => Promise<void>,
): Promise<void> {
  const sim = new TwsSim({
    clock: realClock,
    timers: realTimers,
    positions: 12,
    date: "2025-03-19",
    stepMs: 40,
  });
  const server = serveLoopback(sim);
  const broker = IbBroker.open({
    host: "127.0.0.1",
    port: server.port,
    clientId: 11,
    marketDataType: 1,
    cashCurrencies: [],
    accounts: [],
    openClient,
    clock: realClock,
    timers: realTimers,
    random: { ...seeded(1), next: () => 0.1 },
    isRegularSession: () => false,
  });
  const sink = new SeeingSink(() => realClock.now());
  try {
    value(await broker.connect(sink, LIVE));
    const [account] = value(await broker.accounts(LIVE));
    const held = value(await broker.positions(account.id, LIVE));
    const keys = held.map(({ instrumentKey }) => instrumentKey);
    value(
      await broker.subscribe(
        subscriptions(value(await broker.instruments(keys, LIVE))),
        LIVE,
      ),
    );
    await until("the first data", () => sink.events.length > 0);
    await work({ sim, broker, sink });
  } finally {
    const closedAt = performance.now();
    await broker.close();
    await until("the connection's end", () => sim.openCount === 0);
    assert.ok(performance.now() - closedAt < 1_000, "closed within a second");
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, LIMITER_MS));
  }
}

Deno.test("R13: over a real socket data comes again after a restart of TWS", async () => {
  await overLoopback(async ({ sim, broker, sink }) => {
    const when = { afterMs: sim.elapsedMs(), forMs: 50 };
    sim.inject({ on: "gateway", do: "restart", when });
    const connection = () => broker.health()[0].state;
    await until("down", () => connection() === "down");
    await until("live", () => connection() === "live");
    sink.events.length = 0;
    await until("data", () => sink.events.length > 0);
    assert.equal(sim.openCount, 1);
    assert.deepEqual(sink.broken, []);
  });
});

for (const byte of [3, 777]) {
  Deno.test(`R04: over a real socket TWS may die ${byte} bytes on, within a frame`, async () => {
    await overLoopback(async ({ sim, broker, sink }) => {
      const { tried } = sim;
      // The connection of now ends, and the next one within its handshake or first messages.
      sim.inject({ on: "wire", do: "drop", byte, when: { connection: tried + 1 } });
      sim.inject({ on: "wire", do: "drop" });
      await until("a third connection", () => sim.tried === tried + 2);
      await until("live", () => broker.health()[0].state === "live");
      sink.events.length = 0;
      await until("data", () => sink.events.length > 0);
      assert.equal(sim.openCount, 1);
      assert.equal(broker.health()[0].dropped["messages not understood"] ?? 0, 0);
    });
  });
}
