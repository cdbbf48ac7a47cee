import assert from "node:assert/strict";
import { contradiction } from "@/lib/brokers/joined/same_contract.ts";
import { type Instrument, isOption } from "@/lib/domain/instrument.ts";
import type { Position } from "@/lib/domain/position.ts";
import type { BrokerAdapter, BrokerSink } from "@/lib/ports/broker.ts";
import { IbRun } from "@/tests/contract/ib_run.ts";
import { TastytradeRun } from "@/tests/contract/tastytrade_run.ts";

const LIVE = new AbortController().signal;
const SILENT: BrokerSink = {
  market: () => {},
  positions: () => {},
  balances: () => {},
  fxRate: () => {},
  previousClose: () => {},
  fill: () => {},
  order: () => {},
  carry: () => {},
  health: () => {},
  lifecycle: () => {},
  session: () => {},
};
const WORLD = { seed: 7, positions: 120, fillGapMs: 3_600_000 };

interface Run {
  readonly broker: BrokerAdapter;
  during<T>(work: Promise<T>): Promise<T>;
}

interface Held {
  readonly quantities: Map<string, number>;
  readonly instruments: Map<string, Instrument>;
}

/** Everything that a broker says is held, over its accounts, and what drives it. */
async function heldOf({ broker, ...run }: Run): Promise<Held> {
  const ask = async <T>(work: Promise<{ ok: true; value: T } | { ok: false; error: unknown }>) => {
    const answer = await run.during(work);
    assert.ok(answer.ok, answer.ok ? "" : JSON.stringify(answer.error));
    return answer.value;
  };
  await ask(broker.connect(SILENT, LIVE));
  const positions: Position[] = [];
  for (const { id } of await ask(broker.accounts(LIVE))) {
    await ask(broker.fillsToday(id, LIVE));
    positions.push(...await ask(broker.positions(id, LIVE)));
  }
  const quantities = new Map<string, number>();
  for (const { instrumentKey, signedQuantity } of positions) {
    quantities.set(instrumentKey, (quantities.get(instrumentKey) ?? 0) + signedQuantity);
  }
  const held = await ask(broker.instruments([...quantities.keys()], LIVE));
  const drivers = held.flatMap((one) => "underlyingKey" in one ? [one.underlyingKey] : []);
  const beneath = await ask(broker.instruments([...new Set(drivers)], LIVE));
  const instruments = new Map([...held, ...beneath].map((one) => [one.key, one]));
  return { quantities, instruments };
}

/** What the European share is: only one of the two brokers deals in it. */
const ABROAD = "SAP:EUR";

async function tastytradeHeld(): Promise<Held> {
  const { broker, sim } = new TastytradeRun(WORLD);
  // Its answers need no time.
  const held = await heldOf({ broker, during: (work) => work });
  await broker.close();
  sim.close();
  return held;
}

async function closed({ broker, sim }: IbRun): Promise<void> {
  await broker.close();
  sim.close();
}

Deno.test("G-070, DAT-5: one world held at tastytrade and at IB is one book", async () => {
  const theirs = await tastytradeHeld();
  const ib = new IbRun(WORLD);
  const ours = await heldOf({ broker: ib.broker, during: (work) => ib.during(work) });
  await closed(ib);
  assert.ok(theirs.quantities.size > 100);
  const kinds = new Set([...theirs.instruments.values()].map(({ kind }) => kind));
  assert.deepEqual(kinds, new Set(["equity", "index", "future", "option", "futureOption"]));
  assert.ok(ours.quantities.delete(ABROAD));
  assert.deepEqual(new Map([...ours.quantities].sort()), new Map([...theirs.quantities].sort()));
  for (const [key, instrument] of theirs.instruments) {
    const own = ours.instruments.get(key);
    assert.ok(own !== undefined, key);
    assert.equal(contradiction(own, instrument), null, key);
    if (isOption(own) && own.kind === "option" && isOption(instrument)) {
      assert.equal(own.expiresAt, instrument.expiresAt, key);
    }
  }
});

for (const by of ["description", "key alone"]) {
  Deno.test(`G-070: what tastytrade holds is found at IB by ${by}`, async () => {
    const theirs = await tastytradeHeld();
    const modern = { serverVersion: 193, hasLongTradeDates: true } as const;
    const ib = new IbRun({ ...WORLD, ...modern, positions: 24, seed: 8 });
    const connected = await ib.during(ib.broker.connect(SILENT, LIVE));
    const contracts = ib.broker.book()?.contracts;
    assert.ok(connected.ok && contracts !== undefined);
    const wanted = [...theirs.instruments.values()];
    const answer = by === "description"
      ? await ib.during(contracts.listings(wanted, LIVE))
      : await ib.during(contracts.instruments(wanted.map(({ key }) => key), LIVE));
    assert.ok(answer.ok, answer.ok ? "" : answer.error.message);
    for (const [index, found] of answer.value.entries()) {
      const instrument = found !== null && "instrument" in found ? found.instrument : found;
      assert.ok(instrument !== null, wanted[index].key);
      assert.equal(contradiction(instrument, wanted[index]), null, wanted[index].key);
    }
    await closed(ib);
  });
}
