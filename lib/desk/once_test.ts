import assert from "node:assert/strict";
import { ok } from "../base/result.ts";
import type { Account } from "../domain/account.ts";
import type { ConnectionReport, ConnectionStep } from "../domain/connection.ts";
import { VirtualTime } from "../ports/virtual_time.ts";
import { type OnceEnd, takeOnce } from "./once.ts";
import type { DeskServices } from "./services.ts";

const FAULT = {
  headline: "nothing answers",
  cause: "Nobody listens there.",
  remedy: ["Start **TWS**.", "Compare the **port**."],
};

function step(state: ConnectionStep["state"]): ConnectionStep {
  const fault = state === "failed" ? FAULT : null;
  return { id: "port", title: "Port", state, detail: "", at: 0, fault };
}

function report(id: string, over: Partial<ConnectionReport> = {}): ConnectionReport {
  return {
    id,
    label: id.toUpperCase(),
    note: "",
    steps: [step("running")],
    isLoaded: false,
    isTesting: true,
    checkedAt: null,
    nextTestAt: null,
    settings: [],
    howToChange: [],
    ...over,
  };
}

const FAILED = { steps: [step("failed")], isTesting: false, checkedAt: 1 };
const PASSED = { steps: [step("passed")], isTesting: false, checkedAt: 1 };

class OnceRig {
  readonly time = new VirtualTime();
  readonly abort = new AbortController();
  brokers: string[] | null = null;
  reports: readonly ConnectionReport[] | null = null;
  end: OnceEnd | null = null;
  detail: string | null = null;

  run(warmupMs = 0): this {
    const desk = () =>
      this.brokers === null ? null : {
        accounts: () => this.brokers?.map((broker) => ({ broker }) as Account),
        feeds: () => [{ label: "Quotes", detail: this.detail }, { label: "Other", detail: null }],
        data: (chosen: readonly number[]) => JSON.stringify({ chosen }),
      } as unknown as DeskServices;
    const state = () => ({
      mode: "live" as const,
      isLoaded: this.brokers !== null,
      now: 0,
      connections: this.reports ?? [],
    });
    void takeOnce({
      desk,
      connections: this.reports === null ? null : { state, test: () => ok(null) },
      timers: this.time,
      warmupMs,
      signal: this.abort.signal,
    }).then((end) => this.end = end);
    return this;
  }

  async pass(ms: number): Promise<OnceEnd | null> {
    await this.time.advanceSettling(ms, 50);
    return this.end;
  }
}

Deno.test("G-009: the snapshot comes 5 s after the book, later with a longer warm-up", async () => {
  const rig = new OnceRig();
  rig.brokers = ["demo", "demo"];
  rig.run();
  assert.equal(await rig.pass(4_950), null);
  assert.deepEqual(await rig.pass(100), { body: '{"chosen":[0,1]}', unreached: [], notes: [] });
  assert.equal(rig.time.pendingCount, 0);
  const long = new OnceRig();
  long.brokers = ["demo"];
  long.run(12_000);
  assert.equal(await long.pass(11_900), null);
  assert.notEqual(await long.pass(200), null);
});

Deno.test("G-008: a broker that fails ends it at once, and says what to do", async () => {
  const rig = new OnceRig();
  rig.reports = [report("ib")];
  rig.run();
  assert.equal(await rig.pass(3_000), null, "still being tested");
  rig.reports = [report("ib", FAILED)];

  assert.deepEqual(await rig.pass(100), {
    body: null,
    unreached: [[
      "IB stops at step 1: nothing answers.",
      "Nobody listens there.",
      "– Start TWS.",
      "– Compare the port.",
    ]],
    notes: [],
  });
});

Deno.test("of two brokers one is down: the other's book is printed", async () => {
  const rig = new OnceRig();
  rig.brokers = ["tastytrade"];
  rig.reports = [report("tastytrade", PASSED), report("ib")];
  rig.run();
  assert.equal(await rig.pass(8_000), null, "the second is still being tested");
  rig.reports = [report("tastytrade", PASSED), report("ib", FAILED)];
  const end = await rig.pass(5_200);

  assert.equal(end?.body, '{"chosen":[0]}');
  assert.deepEqual(end?.unreached.map(([first]) => first), [
    "IB stops at step 1: nothing answers.",
  ]);
});

Deno.test("a broker whose accounts are there is reached, whatever fails later", async () => {
  const rig = new OnceRig();
  rig.brokers = ["ib"];
  rig.reports = [report("ib", FAILED)];
  const end = await rig.run().pass(5_200);

  assert.deepEqual([end?.body, end?.unreached], ['{"chosen":[0]}', []]);
});

Deno.test("what a feed says of itself is told beside the snapshot", async () => {
  const rig = new OnceRig();
  rig.brokers = ["demo"];
  rig.detail = "no account is named U9";

  assert.deepEqual((await rig.run().pass(5_200))?.notes, ["Quotes: no account is named U9"]);
});

Deno.test("an empty book is a snapshot too once its broker was tested (G-003)", async () => {
  const rig = new OnceRig();
  rig.brokers = [];
  rig.reports = [report("ib", PASSED)];

  assert.deepEqual(await rig.run().pass(5_200), {
    body: '{"chosen":[]}',
    unreached: [],
    notes: [],
  });
});

Deno.test("a broker that neither answers nor fails is given up after two minutes", async () => {
  const rig = new OnceRig();
  rig.reports = [report("ib")];
  rig.run();
  assert.equal(await rig.pass(119_000), null);

  assert.deepEqual((await rig.pass(2_000))?.unreached, [["IB is not connected within 120 s."]]);
});

Deno.test("a desk that is told to end answers nothing and leaves no timer", async () => {
  for (const brokers of [null, ["ib"]]) {
    const rig = new OnceRig();
    rig.brokers = brokers;
    rig.reports = [report("ib")];
    rig.run();
    await rig.pass(1_000);
    rig.abort.abort();

    assert.deepEqual(await rig.pass(0) ?? await rig.pass(50), {
      body: null,
      unreached: [],
      notes: [],
    });
    assert.equal(rig.time.pendingCount, 0);
  }
});
