import { EventName } from "@stoqey/ib";
import assert from "node:assert/strict";
import { Official, until, VERSIONS, withOfficial } from "./rig.ts";
import type { TwsSim } from "../../../sims/tws/mod.ts";

interface Row {
  readonly account: string;
  readonly conId: number;
  readonly position: number;
}

/** Every open position of the emulator, in the order of the wire. */
function heldBy(sim: TwsSim): Row[] {
  const { accounts, contracts } = sim.face;
  return accounts.accounts.flatMap((account) =>
    accounts.positions(account).map(({ instrument, signedQuantity }) => ({
      account: account.number,
      conId: contracts.of(instrument).conId,
      position: signedQuantity,
    }))
  );
}

type Contract = { conId: number; secType: string; symbol: string; currency: string };

function contractOf(value: unknown): Contract {
  return value as Contract;
}

function positionsOf(official: Official): Row[] {
  return official.of(EventName.position).map(([account, contract, position]) => ({
    account: String(account),
    conId: contractOf(contract).conId,
    position: Number(position),
  }));
}

for (const serverVersion of VERSIONS) {
  const at = `at ${serverVersion}`;

  Deno.test(`every position arrives with its contract and cost, then the end ${at}`, async () => {
    await withOfficial({ serverVersion, accounts: 6 }, async (official, sim) => {
      sim.face.market.isHeld = true;
      official.api.reqPositions();
      official.api.reqPositionsMulti(1_000_001, "DU2044417", "");
      await until("both ends", () =>
        official.of(EventName.positionEnd).length === 1 &&
        official.of(EventName.positionMultiEnd).length === 1);

      const held = heldBy(sim);
      assert.equal(held.length >= 60, true);
      assert.deepEqual(positionsOf(official), held);
      const costs = official.of(EventName.position).map((args) => Number(args[3]));
      assert.equal(costs.every((cost) => cost > 0), true);
      const odd = official.of(EventName.positionMulti).map((args) => [args[1], Number(args[4])]);
      const expected = held.filter(({ account }) => account === "DU2044417");
      assert.deepEqual(odd, expected.map(({ account, position }) => [account, position]));
    });
  });

  Deno.test(`account values, portfolio and their end arrive ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official, sim) => {
      sim.face.market.isHeld = true;
      official.api.reqAccountUpdates(true, "DU1058203");
      official.api.reqAccountUpdatesMulti(1_000_002, "DU1044417", "", false);
      await until("both ends", () =>
        official.of(EventName.accountDownloadEnd).length === 1 &&
        official.of(EventName.accountUpdateMultiEnd).length === 1);

      const account = sim.face.accounts.of("DU1058203")!;
      const netLiq = sim.face.accounts.netLiq(account);
      const values = official.of(EventName.updateAccountValue);
      const value = (key: string, currency: string): unknown =>
        values.find(([name, , unit]) => name === key && unit === currency)?.[1];
      assert.equal(value("NetLiquidation", "USD"), netLiq.toFixed(2));
      assert.equal(value("AccountReady", ""), "true");
      assert.equal(value("ExchangeRate", "USD"), "1.00");
      const rate = sim.face.market.world.fxRate().rate;
      assert.equal(value("ExchangeRate", "EUR"), rate.toFixed(7));
      assert.notEqual(value("CashBalance", "EUR"), "0.0000");
      const rows = official.of(EventName.updatePortfolio);
      assert.equal(rows.length, sim.face.accounts.positions(account).length);
      for (const [, position, price, worth, cost, unrealized, , holder] of rows) {
        assert.equal(holder, "DU1058203");
        const open = Number(worth) - Number(position) * Number(cost);
        assert.ok(Math.abs(open - Number(unrealized)) < 0.01, `${price}`);
      }
      assert.match(String(official.of(EventName.updateAccountTime)[0][0]), /^\d\d:\d\d$/);
      const multi = official.of(EventName.accountUpdateMulti);
      assert.ok(multi.some(([, , , key]) => key === "NetLiquidationByCurrency"));
    });
  });

  Deno.test(`a summary of all accounts with its ledger; the third is refused ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official) => {
      const { api } = official;
      api.reqAccountSummary(1_000_003, "All", "NetLiquidation,Cushion,$LEDGER:ALL");
      api.reqAccountSummary(1_000_004, "All", "BuyingPower");
      api.reqAccountSummary(1_000_005, "All", "BuyingPower");
      await until("ends", () => official.of(EventName.accountSummaryEnd).length === 2);
      await until("322", () => official.codes().includes(322));
      const rows = official.of(EventName.accountSummary).filter(([id]) => id === 1_000_003);
      const accounts = new Set(rows.map(([, account]) => account));
      assert.equal(accounts.size, 3);
      const currencies = rows.filter(([, , tag]) => tag === "ExchangeRate")
        .map(([, , , , currency]) => currency);
      assert.deepEqual(new Set(currencies), new Set(["USD", "EUR", "BASE"]));
      api.cancelAccountSummary(1_000_004);
      api.reqAccountSummary(1_000_006, "All", "BuyingPower");
      await until("a third end", () => official.of(EventName.accountSummaryEnd).length === 3);
    });
  });

  Deno.test(`P&L is undefined until it is computed, then a number ${at}`, async () => {
    await withOfficial({ serverVersion, pnlMs: 100 }, async (official, sim) => {
      const [account] = sim.face.accounts.accounts;
      const [line] = sim.face.accounts.positions(account);
      const { conId } = sim.face.contracts.of(line.instrument);
      official.api.reqPnL(1_000_007, account.number, "");
      official.api.reqPnLSingle(1_000_008, account.number, "", conId);
      await until(
        "P&L",
        () => official.of(EventName.pnl).length > 1 && official.of(EventName.pnlSingle).length > 1,
      );
      const [first, second] = official.of(EventName.pnl);
      assert.deepEqual(first.slice(1), [undefined, undefined, undefined]);
      assert.equal(second.slice(1).every((value) => typeof value === "number"), true);
      const [none, some] = official.of(EventName.pnlSingle);
      assert.deepEqual(none.slice(1), [line.signedQuantity, ...Array(4).fill(undefined)]);
      assert.equal(some.slice(1).every((value) => typeof value === "number"), true);
      official.api.cancelPnL(1_000_007);
      official.api.cancelPnLSingle(1_000_008);
      official.api.cancelPnL(1_000_009);
      await until("300", () => official.codes().includes(300));
    });
  });

  Deno.test(`ids, accounts, the clock and families are answered ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official, sim) => {
      const { api } = official;
      api.reqIds();
      api.reqManagedAccts();
      api.reqCurrentTime();
      api.reqFamilyCodes();
      api.reqUserInfo(1_000_010);
      await until("answers", () =>
        official.of(EventName.nextValidId).length === 2 &&
        official.of(EventName.managedAccounts).length === 2 &&
        official.of(EventName.currentTime).length === 1 &&
        official.of(EventName.familyCodes).length === 1);
      assert.deepEqual(official.of(EventName.nextValidId), [[1], [1]]);
      const [[seconds]] = official.of(EventName.currentTime);
      assert.ok(Math.abs(Number(seconds) * 1000 - sim.face.market.now()) < 5000);
      assert.deepEqual([2104, 2106, 2158].filter((code) => !official.codes().includes(code)), []);
    });
  });
}

Deno.test("a second client with the same id hears 326 and is closed", async () => {
  await withOfficial({}, async (_first, _sim, port) => {
    const second = new Official(port);
    second.api.connect();
    await until("the end", () => second.of(EventName.disconnected).length > 0);
    assert.deepEqual(second.of(EventName.info).map(([, code]) => code), [326]);
    assert.deepEqual(second.of(EventName.nextValidId), []);
    second.api.disconnect();
  });
});
