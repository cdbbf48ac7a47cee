import { EventName } from "@stoqey/ib";
import assert from "node:assert/strict";
import { Official, until, withOfficial } from "./rig.ts";
import { realClock } from "../../../lib/host/clock.ts";
import { realTimers } from "../../../lib/host/timers.ts";
import { type FaultScript, serveLoopback, TwsSim } from "../../../sims/tws/mod.ts";

/** Runs work with a simulator on loopback and a client that is not connected yet. */
async function withFaults(
  faults: FaultScript,
  work: (official: Official, sim: TwsSim, port: number) => Promise<void>,
): Promise<void> {
  const clocks = { clock: realClock, timers: realTimers };
  const sim = new TwsSim({ ...clocks, date: "2025-03-19", pace: "compressed", faults });
  const server = serveLoopback(sim);
  const official = new Official(server.port);
  try {
    await work(official, sim, server.port);
  } finally {
    official.api.disconnect();
    await server.close();
    // The limiter of the library looks at its queue for a while yet.
    await new Promise((resolve) => setTimeout(resolve, 350));
  }
}

Deno.test("cut and joined anywhere, everything arrives and is decoded", async () => {
  const faults: FaultScript = {
    seed: 11,
    faults: [
      { on: "wire", do: "fragment", when: { share: 0.7 } },
      { on: "wire", do: "coalesce", latencyMs: 30, when: { share: 0.3 } },
    ],
  };
  await withOfficial({ faults, accounts: 3 }, async (official, sim) => {
    sim.face.market.isHeld = true;
    official.api.reqPositions();
    official.api.reqAccountUpdates(true, "DU1044417");
    await until("both ends", () =>
      official.of(EventName.positionEnd).length === 1 &&
      official.of(EventName.accountDownloadEnd).length === 1);
    const { accounts } = sim.face;
    const held = accounts.accounts.flatMap((one) => accounts.positions(one)).length;
    assert.equal(official.of(EventName.position).length, held);
  });
});

Deno.test("a field too many or too few is 505, and the next message is fine", async () => {
  for (const how of ["extra", "missing"] as const) {
    const fault = { on: "wire", do: "malformed", message: 49, how, when: { times: 1 } } as const;
    await withFaults({ faults: [fault] }, async (official) => {
      await official.ready();
      official.api.reqCurrentTime();
      official.api.reqCurrentTime();
      await until("505", () => official.codes().includes(505));
      await until("the second answer", () => official.of(EventName.currentTime).length > 0);
      const [[seconds]] = official.of(EventName.currentTime).slice(-1);
      assert.ok(Number(seconds) > 1_700_000_000);
    });
  }
});

Deno.test("a restart in mid-frame ends the connection; a new client finds all again", async () => {
  const faults: FaultScript = { faults: [{ on: "wire", do: "drop", byte: 60 }] };
  await withFaults(faults, async (official, sim, port) => {
    official.api.connect();
    await until("the end", () => official.of(EventName.disconnected).length > 0);
    const afterMs = sim.elapsedMs();
    sim.inject({ on: "gateway", do: "restart", when: { afterMs, forMs: 300 } });
    const refused = new Official(port, 8);
    refused.api.connect();
    await until("502", () => refused.codes().includes(502));
    await until("the port", () => sim.isPortOpen);
    const second = new Official(port, 8);
    await second.ready();
    second.api.reqPositions();
    await until("positions", () => second.of(EventName.positionEnd).length === 1);
    second.api.disconnect();
    refused.api.disconnect();
  });
});

Deno.test("the nightly reset arrives as infos in order, 2110 for who comes meanwhile", async () => {
  const reset = { on: "gateway", do: "reset", everyMs: 200 } as const;
  await withFaults({ faults: [] }, async (official, sim, port) => {
    await official.ready();
    sim.inject({ ...reset, when: { afterMs: sim.elapsedMs(), forMs: 700 } });
    const late = new Official(port, 8);
    await late.ready();
    await until("1102", () => official.codes().includes(1102));
    const link = official.of(EventName.info).map(([, code]) => Number(code))
      .filter((code) => code === 1100 || code === 1102);
    assert.ok(link.length > 2, "1100 repeats");
    assert.deepEqual([link[0], link.indexOf(1102)], [1100, link.length - 1]);
    assert.ok(late.codes().includes(2110));
    late.api.disconnect();
  });
});
