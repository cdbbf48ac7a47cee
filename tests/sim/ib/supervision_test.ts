import assert from "node:assert/strict";
import type { Fault } from "@/sims/tws/mod.ts";
import { supervisedTws } from "./supervised_tws.ts";

Deno.test("the library over the emulator: ready, probed, and closed without a trace", () => {
  const { time, sim, calls, supervisor, state, close } = supervisedTws({});
  supervisor.start();
  time.advance(60_000);
  assert.deepEqual(calls, ["began"]);
  assert.equal(state("connection"), "live");
  assert.equal(supervisor.health()[0].detail, null);
  assert.equal(supervisor.debug().current?.serverVersion, 178);
  supervisor.close();
  time.advance(10);
  assert.equal(sim.openCount, 0, "within the second");
  close();
  assert.equal(time.pendingCount, 0);
});

Deno.test("BRK-5: a night of resets, farms, a restart and a client id in use, in one go", () => {
  const faults: Fault[] = [
    { on: "gateway", do: "reset", when: { afterMs: 30_000, forMs: 60_000 } },
    { on: "gateway", do: "reset", isDataLost: true, when: { afterMs: 150_000, forMs: 30_000 } },
    { on: "gateway", do: "farm", when: { afterMs: 200_000, forMs: 20_000 } },
    { on: "gateway", do: "restart", when: { afterMs: 300_000, forMs: 90_000 } },
    { on: "gateway", do: "clientInUse", when: { afterMs: 390_000, forMs: 90_000 } },
  ];
  const { time, sim, calls, healths, supervisor, state, close } = supervisedTws({
    faults: { faults },
  });
  supervisor.start();
  time.advance(290_000);
  assert.deepEqual(calls, ["began", "down", "up", "down", "dataLost"]);
  assert.equal(state("market"), "live");
  assert.ok(healths.some(({ detail }) => /farm .* is broken/.test(detail ?? "")));
  time.advance(60_000);
  assert.equal(state("connection"), "down");
  time.advance(100_000);
  assert.match(supervisor.health()[0].detail ?? "", /client id 11 is in use/);
  time.advance(120_000);
  assert.equal(state("connection"), "live");
  assert.equal(calls[calls.length - 1], "began");
  assert.equal(sim.openCount, 1);
  close();
});

Deno.test("R04: TWS dies at any byte of a frame and again in the handshake, over 100 seeds", () => {
  const seeds = Number(Deno.env.get("DELTADESK_SEEDS") ?? 100);
  for (let seed = 0; seed < seeds; seed++) {
    const faults: Fault[] = [
      { on: "wire", do: "drop", byte: 1 + (seed * 37) % 400, when: { connection: 1 } },
      { on: "wire", do: "drop", byte: 1 + (seed * 11) % 60, when: { connection: 2 } },
      { on: "wire", do: "fragment" },
    ];
    const { time, sim, supervisor, state, close } = supervisedTws({
      seed,
      faults: { seed, faults },
      tws: { stepMs: 1000, positions: 5 },
    });
    let most = 0;
    supervisor.start();
    for (let at = 0; at < 62_000; at += 500) {
      time.advance(500);
      most = Math.max(most, sim.openCount);
    }
    assert.equal(state("connection"), "live", `seed ${seed}`);
    assert.equal(most, 1, `seed ${seed}: never two sessions`);
    assert.ok(sim.tried <= 6, `seed ${seed}: ${sim.tried} attempts`);
    close();
    assert.equal(time.pendingCount, 0, `seed ${seed}`);
  }
});

Deno.test("R03: a mute emulator is replaced, and asked everything anew", () => {
  const faults: Fault[] = [
    { on: "wire", do: "mute", when: { afterMs: 20_000, forMs: 600_000, connection: 1 } },
  ];
  const { time, sim, calls, supervisor, state, close } = supervisedTws({ faults: { faults } });
  supervisor.start();
  time.advance(30_500);
  assert.equal(sim.tried > 1 || state("connection") === "down", true);
  time.advance(16_000);
  assert.equal(state("connection"), "live");
  assert.deepEqual(calls, ["began", "ended", "began"]);
  const asked = sim.seen.filter(({ fields }) => fields[0] === "61").map((one) => one.connection);
  assert.deepEqual(asked, [1, 2]);
  close();
});

Deno.test("R34, R35: damaged messages of every kind cost themselves, nothing else", () => {
  for (const how of ["extra", "missing", "empty", "noise"] as const) {
    const faults: Fault[] = [
      { on: "wire", do: "malformed", how, message: 61, when: { share: 0.5 } },
      { on: "wire", do: "malformed", how, message: 4 },
    ];
    const { time, sim, calls, supervisor, state, close } = supervisedTws({ faults: { faults } });
    supervisor.start();
    time.advance(60_000);
    assert.equal(sim.tried, 1, how);
    assert.deepEqual(calls, ["began"], how);
    assert.equal(state("connection"), "live", how);
    close();
  }
});

Deno.test("requests that waited when the connection ended are not sent on the next one", () => {
  const { time, sim, supervisor, close } = supervisedTws({});
  supervisor.start();
  time.advance(1_000);
  const link = supervisor.link();
  assert.ok(link !== null);
  for (let i = 0; i < 200; i++) {
    const id = link.nextId();
    link.send("market", (client) => client.cancelMarketData(id));
  }
  time.advance(1_000);
  sim.inject({ on: "wire", do: "drop" });
  time.advance(60_000);
  const cancels = sim.seen.filter(({ fields }) => fields[0] === "2");
  assert.ok(cancels.length >= 15 && cancels.length <= 25, `${cancels.length} in a second`);
  assert.deepEqual([...new Set(cancels.map(({ connection }) => connection))], [1]);
  assert.equal(link.isReady(), false);
  assert.equal(sim.tried, 2);
  close();
});
