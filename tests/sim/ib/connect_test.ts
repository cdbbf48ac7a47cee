import assert from "node:assert/strict";
import type { Fault } from "@/sims/tws/mod.ts";
import { codeOf, LIVE, SeeingSink, value } from "@/tests/contract/broker_subject.ts";
import { IbRun } from "@/tests/contract/ib_run.ts";

function aRun(...faults: Fault[]) {
  const run = new IbRun({ stepMs: 250, faults: { faults } });
  const sink = new SeeingSink(() => run.time.now());
  const end = async () => {
    await run.broker.close();
    run.sim.close();
    await run.advance(1_000);
    assert.equal(run.timers.pendingCount, 0);
  };
  return { run, sink, end };
}

Deno.test("R18: an id that TWS still holds for a moment is waited for at the start", async () => {
  const { run, sink, end } = aRun({ on: "gateway", do: "clientInUse", when: { connection: 1 } });
  value(await run.during(run.broker.connect(sink, LIVE)));
  assert.equal(run.sim.tried, 2);
  assert.ok(run.sim.seen.every(({ fields }) => fields[0] !== "71" || fields[2] === "11"));
  await end();
});

Deno.test("an id in use for good fails the start with the line that says what to do", async () => {
  const { run, sink, end } = aRun({ on: "gateway", do: "clientInUse" });
  const answer = await run.during(run.broker.connect(sink, LIVE));
  assert.equal(codeOf(answer), "refused");
  assert.match(answer.ok ? "" : answer.error.fix ?? "", /--ib-client-id/);
  assert.equal(run.sim.openCount, 0);
  assert.equal(run.timers.pendingCount, 0, "nothing goes on trying");
  await end();
});

Deno.test("nobody there, an untrusted address and a hung TWS fail the start in words", async () => {
  const cases: [Fault, string, RegExp][] = [
    [{ on: "gateway", do: "restart" }, "unreachable", /Socket port/],
    [{ on: "gateway", do: "refuse" }, "unreachable", /Trusted IPs/],
    [{ on: "gateway", do: "handshake" }, "unreachable", /Trusted IPs/],
  ];
  for (const [fault, code, fix] of cases) {
    const { run, sink, end } = aRun(fault);
    await run.advance(300);
    const answer = await run.during(run.broker.connect(sink, LIVE));
    assert.equal(codeOf(answer), code, fault.do);
    assert.match(answer.ok ? "" : answer.error.fix ?? "", fix);
    assert.equal(run.timers.pendingCount, 0, fault.do);
    await end();
  }
});

Deno.test("a start that is aborted while TWS hangs ends at once and leaves nothing", async () => {
  const { run, sink, end } = aRun({ on: "gateway", do: "handshake" });
  const controller = new AbortController();
  const answer = run.broker.connect(sink, controller.signal);
  await run.advance(2_000);
  controller.abort();
  assert.equal(codeOf(await answer), "canceled");
  await run.advance(10);
  assert.equal(run.sim.openCount, 0);
  assert.equal(run.timers.pendingCount, 0);
  await end();
});

Deno.test("a start that failed can be made again on the same adapter", async () => {
  const { run, sink, end } = aRun({ on: "gateway", do: "refuse", when: { connection: 1 } });
  assert.equal(codeOf(await run.during(run.broker.connect(sink, LIVE))), "unreachable");
  value(await run.during(run.broker.connect(sink, LIVE)));
  assert.ok(value(await run.during(run.broker.accounts(LIVE))).length > 0);
  await end();
});

Deno.test("R34: a message set aside stands in the diagnostics, accounts masked", async () => {
  const { run, sink, end } = aRun({ on: "wire", do: "malformed", how: "extra", message: 49 });
  value(await run.during(run.broker.connect(sink, LIVE)));
  await run.advance(12_000);
  const text = JSON.stringify(run.broker.debug());
  assert.match(text, /"serverVersion":178/);
  assert.match(text, /"quarantine":\[.*unprocessed data left on queue.*: 49\|1\|\d+\|0/);
  const [account] = value(await run.during(run.broker.accounts(LIVE)));
  assert.ok(!text.includes(account.number));
  await end();
});
