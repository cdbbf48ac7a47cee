import assert from "node:assert/strict";
import type { AccountCount } from "../options.ts";
import { MemoryRig } from "../memory_rig.ts";

const near = (actual: number, expected: number, what: string, by = 0.01): void =>
  assert.ok(Math.abs(actual - expected) < by, `${what}: ${actual} is not ${expected}`);

/** An account of the world, whole or in both of its parts. */
function parts(rig: MemoryRig, worldId: string) {
  return rig.sim.face.accounts.accounts.filter((one) => one.worldId === worldId);
}

/** Every sum of the accounts against the books of the world. */
function compare(rig: MemoryRig, when: string): void {
  const { market, accounts } = rig.sim.face;
  for (const { id } of market.world.accounts()) {
    const own = parts(rig, id);
    const held = new Map<number, number>();
    for (const account of own) {
      for (const { instrument, signedQuantity } of accounts.positions(account)) {
        assert.equal(held.has(instrument.id), false, "an instrument is in one part");
        held.set(instrument.id, signedQuantity);
      }
    }
    const expected = market.world.positions(id).map(({ instrument, signedQuantity }) =>
      [instrument, signedQuantity] as const
    );
    assert.deepEqual([...held].sort(), [...expected].sort(), `${when}: positions of ${id}`);
    const balances = market.world.balances(id);
    const netLiq = own.reduce((sum, account) => sum + accounts.netLiq(account), 0);
    near(netLiq, balances.netLiq, `${when}: net liq of ${id}`);
    for (const currency of ["USD", "EUR"] as const) {
      const cash = own.flatMap((account) => accounts.money(account))
        .filter((money) => money.currency === currency)
        .reduce((sum, money) => sum + money.cash, 0);
      near(cash, balances.cash[currency], `${when}: ${currency} of ${id}`);
    }
  }
}

for (const accounts of [3, 5] satisfies AccountCount[]) {
  Deno.test(`accounts: ${accounts} of them hold what the world holds, day after day`, () => {
    const rig = new MemoryRig({
      accounts,
      pace: "compressed",
      stepMs: 5000,
      eventRate: 2,
      fillGapMs: 120_000,
    });
    assert.equal(rig.sim.face.accounts.accounts.length, accounts);
    const { market } = rig.sim.face;
    const dates = new Set<string>();
    for (let hour = 0; hour < 16; hour++) {
      rig.advance(3_600_000);
      dates.add(market.world.session().date);
      compare(rig, `hour ${hour}`);
    }
    assert.ok(dates.size >= 3, "options expired on the way");
    rig.close();
  });
}

Deno.test("accounts: one or two of them show no more than theirs", () => {
  const rig = new MemoryRig({ accounts: 2, isPaper: false, hasTrailingComma: false });
  const client = rig.client();
  client.send(61, 1);
  rig.advance(2);
  assert.deepEqual(client.of(15)[0], ["1", "U1044417,U1058203"]);
  assert.deepEqual(
    new Set(client.of(61).map(([, account]) => account)),
    new Set(["U1044417", "U1058203"]),
  );
  rig.close();
});

Deno.test("accounts: the day's P&L of all lines is the change of net liq in dollars", () => {
  const rig = new MemoryRig({ fillGapMs: 5000 });
  rig.advance(120_000);
  const { market, accounts } = rig.sim.face;
  for (const account of accounts.accounts) {
    const lines = accounts.lines(account).filter(({ instrument }) => instrument.currency === "USD");
    const daily = lines.reduce((sum, line) => sum + accounts.daily(line), 0);
    const { cash, marketValue, prevNative } = market.world.balances(account.worldId);
    near(daily, cash.USD + marketValue.USD - prevNative.USD, account.number, 0.05);
  }
  rig.close();
});

Deno.test("accounts: a fill is pushed with its cost; a closed position is pushed as 0", () => {
  const rig = new MemoryRig({ fillGapMs: 1e9, accounts: 1 });
  const { market, accounts, contracts } = rig.sim.face;
  const [account] = accounts.accounts;
  const line = accounts.positions(account).find(({ instrument, signedQuantity }) =>
    instrument.kind === "option" && signedQuantity > 0
  );
  assert.ok(line !== undefined);
  const { instrument, signedQuantity: held, unitCost } = line;
  const client = rig.client();
  client.send(61, 1);
  client.send(74, 1, 4, account.number, "");
  client.send(6, 2, 1, account.number);
  rig.advance(60);
  client.forget();
  const conId = String(contracts.of(instrument).conId);
  const trade = (signedQuantity: number, price: number): void => {
    const { worldId } = account;
    market.world.trade({
      account: worldId,
      instrument: instrument.id,
      signedQuantity,
      price,
      orderId: "C1",
    });
    rig.advance(100);
  };
  trade(held, 5);
  const fee = market.world.fillsToday().at(-1)?.fees ?? 0;
  const [more] = client.of(61);
  assert.deepEqual([more[2], more[13]], [conId, String(2 * held)]);
  near(Number(more[14]), (100 * (unitCost + 5) + fee / held) / 2, "average cost", 1e-6);
  assert.equal(client.of(71)[0][14], String(2 * held));
  assert.ok(client.of(7).some((row) => row[1] === conId && row[12] === String(2 * held)));
  assert.ok(client.of(6).some(([, key]) => key === "NetLiquidation"), "values follow a trade");
  client.forget();
  trade(-2 * held, 6);
  assert.deepEqual([client.of(61)[0][13], client.of(61)[0][14]], ["0", "0"]);
  assert.equal(client.of(71)[0][14], "0");
  const row = client.of(7).find(([, id]) => id === conId);
  assert.deepEqual([row?.[12], row?.[14], row?.[16]], ["0", "0", "0"]);
  const gain = 100 * held * (12 - 5 - unitCost) - fee - market.world.fillsToday().at(-1)!.fees;
  near(Number(row?.[17]), gain, "realized", 1e-6);
  rig.advance(1000);
  client.forget();
  rig.advance(1000);
  assert.deepEqual(client.of(61).filter((one) => one[2] === conId), [], "told once");
  rig.close();
});

Deno.test("accounts: the end of positions and updates is heeded", () => {
  const rig = new MemoryRig({ fillGapMs: 500 });
  const client = rig.client();
  client.send(61, 1);
  client.send(6, 2, 1, "DU1044417");
  rig.advance(30_000);
  assert.ok(client.of(62).length === 1 && client.of(61).length > 100);
  client.send(64, 1);
  client.send(6, 2, 0, "DU1044417");
  rig.advance(60);
  client.forget();
  rig.advance(30_000);
  assert.deepEqual([client.of(61), client.of(6), client.of(7)], [[], [], []]);
  client.send(6, 2, 1, "DU1044417");
  client.send(6, 2, 1, "DU1058203");
  rig.advance(60);
  assert.deepEqual(client.errors().map(({ id, code }) => [id, code]), [[-1, 2100]]);
  assert.deepEqual(client.of(54), [["1", "DU1044417"], ["1", "DU1058203"]]);
  client.send(6, 2, 1, "U1");
  rig.advance(60);
  assert.equal(client.errors().at(-1)?.code, 321);
  rig.close();
});
