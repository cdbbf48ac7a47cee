import { type ContractDetails, EventName, OptionType, SecType } from "@stoqey/ib";
import assert from "node:assert/strict";
import { type Official, until, VERSIONS, withOfficial } from "./rig.ts";

function detailsOf(official: Official, reqId: number): ContractDetails[] {
  return official.of(EventName.contractDetails).filter(([id]) => id === reqId)
    .map(([, details]) => details as ContractDetails);
}

async function ended(official: Official, reqId: number): Promise<void> {
  await until(
    `end of ${reqId}`,
    () => official.of(EventName.contractDetailsEnd).some(([id]) => id === reqId),
  );
}

for (const serverVersion of VERSIONS) {
  const at = `at ${serverVersion}`;

  Deno.test(`details of every kind of contract arrive whole ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official, sim) => {
      const { contracts, market } = sim.face;
      const kinds = new Map(
        market.world.instruments().map((one) => [one.kind, contracts.of(one)]),
      );
      assert.equal(kinds.size, 5);
      for (const [n, contract] of [...kinds.values()].entries()) {
        const { conId } = contract;
        official.api.reqContractDetails(2_000_000 + n, { conId });
        await ended(official, 2_000_000 + n);
        const [details] = detailsOf(official, 2_000_000 + n);
        assert.deepEqual(
          [details.contract.conId, details.contract.symbol, String(details.contract.secType)],
          [conId, contract.symbol, contract.secType],
        );
        assert.equal(details.contract.localSymbol, contract.localSymbol);
        assert.equal(details.contract.multiplier, Number(contract.multiplier));
        assert.equal(details.contract.strike, contract.strike);
        assert.equal(details.realExpirationDate ?? "", contract.realExpiry);
        assert.ok((details.minTick ?? 0) > 0);
        assert.match(details.timeZoneId ?? "", /^(US\/Eastern|US\/Central|MET)$/);
        assert.match(details.tradingHours ?? "", /^\d{8}:\d{4}-\d{8}:\d{4};/);
        assert.match(details.liquidHours ?? "", /;\d{8}:CLOSED/);
        const rules = (details.marketRuleIds ?? "").split(",").length;
        assert.equal(rules, (details.validExchanges ?? "").split(",").length);
      }
    });
  });

  Deno.test(`a description finds one, several or none ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official, sim) => {
      const { api } = official;
      const share = { symbol: "SPY", secType: SecType.STK, exchange: "SMART", currency: "USD" };
      api.reqContractDetails(1, share);
      await ended(official, 1);
      assert.equal(detailsOf(official, 1).length, 1);
      const row = sim.face.market.world.chain("SPX").find(({ root }) => root === "SPX")!;
      const dates = row.expiry.slice(0, 7).replace("-", "");
      const option = {
        symbol: "SPX",
        secType: SecType.OPT,
        exchange: "SMART",
        currency: "USD",
        lastTradeDateOrContractMonth: dates,
        strike: 5600,
        right: OptionType.Call,
      };
      api.reqContractDetails(2, { ...option, tradingClass: "SPX" });
      await ended(official, 2);
      assert.deepEqual(
        detailsOf(official, 2).map(({ contract, realExpirationDate }) => [
          contract.tradingClass,
          realExpirationDate,
        ]),
        [["SPX", row.expiry.replaceAll("-", "")]],
      );
      api.reqContractDetails(3, option);
      await ended(official, 3);
      assert.ok(detailsOf(official, 3).length > 1, "both classes");
      api.reqContractDetails(4, { ...share, symbol: "NONE" });
      await until("200", () => official.codes().includes(200));
      assert.deepEqual(detailsOf(official, 4), []);
    });
  });

  Deno.test(`names beyond ASCII and long trade dates arrive ${at}`, async () => {
    await withOfficial({ serverVersion, hasLongTradeDates: true }, async (official, sim) => {
      official.api.reqContractDetails(1, {
        symbol: "SAP",
        secType: SecType.STK,
        exchange: "SMART",
        currency: "EUR",
      });
      await ended(official, 1);
      assert.equal(detailsOf(official, 1)[0].longName, "SAP SE (B\u00f6rse Xetra, simulated)");
      const future = sim.face.contracts.underlyings().find(({ secType }) => secType === "FUT")!;
      official.api.reqContractDetails(2, { conId: future.conId });
      await ended(official, 2);
      const raw = sim.face.contracts.byId(future.conId)!.lastTradeDate;
      const text = detailsOf(official, 2)[0].contract.lastTradeDateOrContractMonth ?? "";
      assert.equal(text.slice(0, 8), raw);
    });
  });

  Deno.test(`chains, price steps and symbols arrive ${at}`, async () => {
    await withOfficial({ serverVersion }, async (official, sim) => {
      const { api } = official;
      const spx = sim.face.contracts.underlyings().find(({ symbol }) => symbol === "SPX")!;
      api.reqSecDefOptParams(5, "SPX", "", SecType.IND, spx.conId);
      await until(
        "end",
        () => official.of(EventName.securityDefinitionOptionParameterEnd).length > 0,
      );
      const chains = official.of(EventName.securityDefinitionOptionParameter);
      const classes = chains.filter(([, exchange]) => exchange === "SMART").map((args) => args[3]);
      assert.deepEqual(classes, ["SPX", "SPXW"]);
      for (const [, , conId, , , expiries, strikes] of chains) {
        assert.equal(conId, spx.conId);
        assert.ok((expiries as string[]).every((date) => /^\d{8}$/.test(date)));
        assert.ok((strikes as number[]).includes(5600));
      }
      api.reqMarketRule(32);
      await until("rule", () => official.of(EventName.marketRule).length > 0);
      assert.deepEqual(official.of(EventName.marketRule)[0], [32, [
        { lowEdge: 0, increment: 0.01 },
        { lowEdge: 3, increment: 0.05 },
      ]]);
      api.reqMatchingSymbols(6, "SP");
      await until("samples", () => official.of(EventName.symbolSamples).length > 0);
      const [, samples] = official.of(EventName.symbolSamples)[0];
      const symbols = (samples as { contract: { symbol: string } }[])
        .map(({ contract }) => contract.symbol);
      assert.deepEqual(symbols, ["SPY", "SPX"]);
    });
  });
}

Deno.test("the volatility of a price arrives as a custom computation", async () => {
  await withOfficial({}, async (official, sim) => {
    const option = sim.face.market.world.instruments().find(({ kind, root }) =>
      kind === "option" && root === "SPXW"
    )!;
    const { conId, strike } = sim.face.contracts.of(option);
    official.api.calculateImpliedVolatility(9, { conId }, strike * 0.05, strike);
    await until("53", () => official.of(EventName.tickOptionComputation).length > 0);
    const [[reqId, type, , volatility]] = official.of(EventName.tickOptionComputation);
    assert.deepEqual([reqId, type], [9, 53]);
    assert.equal(typeof volatility, "number");
  });
});
