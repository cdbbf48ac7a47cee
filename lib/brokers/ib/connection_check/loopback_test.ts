import assert from "node:assert/strict";
import { type Fault, serveLoopback, TwsSim } from "@/sims/tws/mod.ts";
import { failingStep } from "../../../domain/connection.ts";
import { realClock } from "../../../host/clock.ts";
import { realTcp } from "../../../host/tcp.ts";
import { realTimers } from "../../../host/timers.ts";
import type { Timers } from "../../../ports/timers.ts";
import { loadIbClient } from "../wire/stoqey.ts";
import { IbCheck } from "./check.ts";
import type { IbStepId } from "./steps.ts";

const open = await loadIbClient();
/** Deadlines of a check pass this much faster than they are meant. */
const FASTER = 8;
/** The library's limiter holds a timer for each message it wrote, this long. */
const LIMITER_MS = 130;

const FASTER_TIMERS: Timers = {
  setTimer: (delayMs, work) => realTimers.setTimer(delayMs / FASTER, work),
  setPeriodic: (periodMs, work) => realTimers.setPeriodic(periodMs / FASTER, work),
};

/** Runs a check through the official library against the emulator on loopback. */
async function checked(faults: readonly Fault[], through: IbStepId, clientId = 7) {
  const clock = realClock;
  const sim = new TwsSim({ clock, timers: realTimers, date: "2025-03-19", faults: { faults } });
  const server = serveLoopback(sim);
  const check = new IbCheck({
    address: { host: "127.0.0.1", port: server.port, clientId },
    accounts: [],
    marketDataType: 1,
    open,
    tcp: realTcp,
    clock,
    timers: FASTER_TIMERS,
  });
  try {
    const { signal } = new AbortController();
    const end = await check.run({ through, signal });
    const steps = check.steps();
    for (let tries = 0; sim.openCount > 0 && tries < 100; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return { end, steps, fault: steps[failingStep(steps)] ?? null, left: sim.openCount };
  } finally {
    await server.close();
    await new Promise((resolve) => setTimeout(resolve, LIMITER_MS));
  }
}

Deno.test("G-011: the official library passes the steps at an emulated TWS", async () => {
  const { end, steps, left } = await checked([], "greeks");

  assert.ok(end.isPassed, JSON.stringify(steps));
  assert.match(steps[1].detail, /^server version 178, /);
  assert.match(steps[3].detail, /^3 (paper )?accounts/);
  assert.match(steps[4].detail, /^\d+ legs in 3 accounts$/);
  assert.match(steps[6].detail, /^SPY live, \d+ ms$/);
  assert.match(steps[7].detail, / live$/);
  assert.deepEqual(steps.map(({ state }) => state), Array(8).fill("passed"));
  assert.equal(left, 0, "the connection is closed");
});

const FAILURES: readonly (readonly [Fault, IbStepId, RegExp])[] = [
  [{ on: "gateway", do: "refuse", when: { connection: 2 } }, "handshake", /refuses this machine/],
  [{ on: "gateway", do: "handshake" }, "handshake", /the API does not answer/],
  [{ on: "gateway", do: "clientInUse" }, "clientId", /client id 7 is used/],
];

Deno.test("G-011: an untrusted address, a hung TWS, a used client id are told apart", async () => {
  for (const [fault, step, headline] of FAILURES) {
    const { end, fault: failing } = await checked([fault], "positions");

    assert.equal(end.isPassed, false);
    assert.equal(failing?.id, step);
    assert.match(failing?.fault?.headline ?? "", headline);
  }
});
