import assert from "node:assert/strict";
import { IbBroker } from "@/lib/brokers/ib/adapter.ts";
import type { Fill, Position } from "@/lib/domain/position.ts";
import type { BrokerSink } from "@/lib/ports/broker.ts";
import type { Fault } from "@/sims/tws/mod.ts";
import { IbRun } from "@/tests/contract/ib_run.ts";
import { memoryClient } from "./memory_client.ts";

const LIVE = new AbortController().signal;
const STRETCH_MS = 300_000;

/** What a desk knows of positions and fills, from answers and from the sink. */
class Desk {
  readonly positions = new Map<string, readonly Position[]>();
  readonly fills = new Map<string, Fill>();
  /** Least number of open positions over all accounts that was ever shown. */
  leastOpen = Infinity;
  readonly sink: BrokerSink = {
    market: () => {},
    positions: (id, positions) => this.show(id, positions),
    balances: () => {},
    fxRate: () => {},
    previousClose: () => {},
    fill: (fill) => void this.fills.set(fill.execId, fill),
    order: () => {},
    carry: () => {},
    health: () => {},
    lifecycle: () => {},
    session: () => {},
  };

  show(id: string, positions: readonly Position[]): void {
    this.positions.set(id, positions);
  }

  /** Notes how much is shown as open now. */
  look(): void {
    this.leastOpen = Math.min(this.leastOpen, this.held().size);
  }

  /** What was held overnight, by account and instrument. */
  overnight(): Map<string, number> {
    const held = new Map<string, number>();
    for (const [id, positions] of this.positions) {
      for (const { instrumentKey, overnightQuantity } of positions) {
        if (overnightQuantity !== 0) held.set(`${id} ${instrumentKey}`, overnightQuantity);
      }
    }
    return new Map([...held].sort());
  }

  /** Open positions by account and instrument. */
  held(): Map<string, number> {
    const held = new Map<string, number>();
    for (const [id, positions] of this.positions) {
      for (const { instrumentKey, signedQuantity } of positions) {
        if (signedQuantity !== 0) held.set(`${id} ${instrumentKey}`, signedQuantity);
      }
    }
    return new Map([...held].sort());
  }
}

async function loaded(run: IbRun, broker: IbBroker): Promise<Desk> {
  const desk = new Desk();
  const ask = async <T>(work: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>) => {
    const answer = await run.during(work);
    assert.ok(answer.ok, answer.ok ? "" : JSON.stringify(answer.error));
    return answer.value;
  };
  await ask(broker.connect(desk.sink, LIVE));
  for (const { id } of await ask(broker.accounts(LIVE))) {
    for (const fill of await ask(broker.fillsToday(id, LIVE))) desk.fills.set(fill.execId, fill);
    desk.show(id, await ask(broker.positions(id, LIVE)));
  }
  return desk;
}

/** Runs a day's stretch under faults, and compares with a desk that comes fresh afterwards. */
async function compared(faults: readonly Fault[]): Promise<void> {
  const run = new IbRun({ positions: 40, fillGapMs: 4_000, faults: { seed: 3, faults } });
  const desk = await loaded(run, run.broker);
  const before = desk.held().size;
  assert.ok(before > 30);
  for (let at = 0; at < STRETCH_MS; at += 5_000) {
    await run.advance(5_000, 250);
    desk.look();
  }
  const fresh = IbBroker.open({
    host: "127.0.0.1",
    port: 4001,
    clientId: 77,
    marketDataType: 1,
    cashCurrencies: [],
    accounts: [],
    openClient: memoryClient(run.sim),
    clock: run.time,
    timers: run.timers,
    random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
  });
  const other = await loaded(run, fresh);
  await run.advance(2_000);
  assert.deepEqual(desk.held(), other.held());
  assert.deepEqual(desk.overnight(), other.overnight());
  const told = (one: Desk) =>
    [...one.fills.values()].map((fill) => `${fill.execId} ${fill.signedQuantity} ${fill.price}`)
      .sort();
  assert.ok(other.fills.size > 5);
  assert.deepEqual(told(desk), told(other));
  assert.ok(desk.leastOpen > before / 2, `${desk.leastOpen} of ${before}`);
  await Promise.all([run.broker.close(), fresh.close()]);
  run.sim.close();
}

const AT = (afterMs: number, forMs: number) => ({ when: { afterMs, forMs } });

const SCRIPTS: readonly (readonly [string, readonly Fault[]])[] = [
  ["nothing happens", []],
  ["BRK-5: TWS restarts and lists nothing for a minute", [
    { on: "gateway", do: "restart", ...AT(30_000, 20_000) },
    { on: "accounts", do: "emptyPositions", ...AT(30_000, 80_000) },
    { on: "accounts", do: "notReady", ...AT(30_000, 80_000) },
  ]],
  ["R11: 1100 and 1102, with empty lists behind it", [
    { on: "gateway", do: "reset", ...AT(30_000, 40_000) },
    { on: "accounts", do: "emptyPositions", ...AT(30_000, 100_000) },
  ]],
  ["R11: 1100 and 1101: every subscription is gone", [
    { on: "gateway", do: "reset", isDataLost: true, ...AT(30_000, 40_000) },
  ]],
  ["R26: the connection is lost and fills happen meanwhile", [
    { on: "wire", do: "drop", ...AT(40_000, 1_000) },
    { on: "gateway", do: "refuse", ...AT(40_000, 60_000) },
  ]],
  ["R34: a third of the positions cannot be read after a restart", [
    { on: "gateway", do: "restart", ...AT(30_000, 20_000) },
    {
      on: "wire",
      do: "malformed",
      message: 61,
      how: "missing",
      when: { afterMs: 30_000, forMs: 200_000, share: 0.3 },
    },
  ]],
  ["R26: TWS falls silent without an end of the connection", [
    { on: "wire", do: "mute", ...AT(40_000, 60_000) },
  ]],
];

for (const [name, faults] of SCRIPTS) {
  Deno.test(`${name}: positions and fills are those of a fresh desk`, async () => {
    await compared(faults);
  });
}
