import assert from "node:assert/strict";
import { type Instrument, isOption, optionKey } from "@/lib/domain/instrument.ts";
import type { BarSize, BrokerAdapter } from "@/lib/ports/broker.ts";
import { expiryInstant } from "@/lib/calendar/expiry.ts";
import {
  codeOf,
  connect,
  type Connected,
  type ContractSubject,
  LIVE,
  value,
} from "./broker_subject.ts";

/** Registers one test of the suite. */
export type RegisterTest = (
  sentence: string,
  work: (subject: ContractSubject) => Promise<void>,
) => void;

const UNKNOWN_KEY = "NOSUCH 2025-01-17 C 1 x100";

/** What the queries of an adapter must answer. */
export function queryContract(test: RegisterTest): void {
  test("a capability that is false answers unsupported, one that is true answers", async (s) => {
    const { adapter, accountIds, instruments } = await connect(s);
    const { capabilities } = adapter;
    const underlying = instruments[0].underlying;
    const now = adapter.clock.now();
    const size = capabilities.barSizes[0] ?? "1d";
    const bars = { instrumentKey: instruments[0].key, size, from: 0, to: now };
    const expected = (isAble: boolean) => isAble ? "ok" : "unsupported";

    const orders = codeOf(await adapter.orders(accountIds[0], LIVE));
    const fills = codeOf(await adapter.fillsToday(accountIds[0], LIVE));
    const chain = codeOf(await adapter.chain(underlying, LIVE));
    const answered = codeOf(await adapter.bars(bars, LIVE));
    const balances = await Promise.all(accountIds.map((id) => adapter.balances(id, LIVE)));

    assert.equal(orders, expected(capabilities.reportsOrders), "orders");
    assert.equal(fills, expected(capabilities.reportsFills), "fills");
    assert.equal(chain, expected(capabilities.hasChains), "chain");
    assert.equal(answered, expected(capabilities.barSizes.length > 0), "bars");
    assert.equal(adapter.playback !== null, capabilities.isReplayable, "playback");
    const reported = balances.some((one) => value(one).netLiquidation !== null);
    assert.equal(reported, capabilities.reportsNetLiquidation, "net liq");
  });

  test("accounts have unique ids, a number, a currency and name their broker", async (s) => {
    const { adapter } = await connect(s);

    const accounts = value(await adapter.accounts(LIVE));

    assert.ok(accounts.length > 0);
    assert.equal(new Set(accounts.map(({ id }) => id)).size, accounts.length);
    for (const account of accounts) {
      assert.ok((s.brokers ?? [adapter.id]).includes(account.broker), account.broker);
      assert.ok(account.number.length > 0 && account.nickname.length > 0);
      assert.match(account.currency, /^[A-Z]{3}$/);
    }
  });

  test("instruments say multiplier, deliverable, currency, expiry instant", async (s) => {
    const { instruments } = await connect(s);

    for (const one of instruments) {
      assert.ok(one.multiplier > 0, one.key);
      assert.ok(one.tickSize > 0 || one.kind === "unsupported", one.key);
      assert.match(one.currency, /^[A-Z]{3}$/, one.key);
      if (!isOption(one)) continue;
      assert.equal(one.key, optionKey(one));
      assert.ok(one.deliverable > 0, one.key);
      const at = expiryInstant({ expiry: one.expiry, settlement: one.settlement });
      assert.equal(one.expiresAt, at.ok ? at.value : null, one.key);
    }
    assert.ok(instruments.some(isOption), "the book holds an option");
  });

  test("instruments answer in the order asked and an unknown key fails the call", async (s) => {
    const { adapter, instruments } = await connect(s);
    const keys = instruments.map(({ key }) => key).reverse();

    const answered = value(await adapter.instruments(keys, LIVE));
    const unknown = await adapter.instruments([...keys, UNKNOWN_KEY], LIVE);

    assert.deepEqual(answered.map(({ key }) => key), keys);
    assert.equal(codeOf(unknown), "unknownInstrument");
  });

  test("X-01: positions are signed, once per account, and tie with fills", async (s) => {
    const { adapter, accountIds, positions } = await connect(s);
    const byKey = new Set(positions.map((one) => `${one.accountId}|${one.instrumentKey}`));

    assert.equal(byKey.size, positions.length);
    assert.ok(positions.some(({ signedQuantity }) => signedQuantity > 0), "a long position");
    assert.ok(positions.some(({ signedQuantity }) => signedQuantity < 0), "a short position");
    for (const position of positions) {
      assert.ok(accountIds.includes(position.accountId));
      assert.ok(Number.isFinite(position.signedQuantity), position.instrumentKey);
      assert.ok(position.asOf <= adapter.clock.now());
    }
    if (!adapter.capabilities.reportsFills) return;
    for (const id of accountIds) {
      const fills = value(await adapter.fillsToday(id, LIVE));
      for (const one of positions.filter(({ accountId }) => accountId === id)) {
        const filled = fills.filter(({ instrumentKey }) => instrumentKey === one.instrumentKey)
          .reduce((sum, { signedQuantity }) => sum + signedQuantity, 0);
        assert.equal(one.signedQuantity, one.overnightQuantity + filled, one.instrumentKey);
      }
    }
  });

  test("balances and positions in another currency have a rate into the base", async (s) => {
    const { adapter, accountIds, instruments } = await connect(s);
    const rates = value(await adapter.fxRates(LIVE));
    const needed = new Set(instruments.map(({ currency }) => currency));

    for (const id of accountIds) {
      const balances = value(await adapter.balances(id, LIVE));
      assert.equal(balances.accountId, id);
      assert.ok(balances.asOf <= adapter.clock.now());
      for (const { currency, amount } of balances.cash) {
        assert.ok(Number.isFinite(amount));
        needed.add(currency);
      }
    }
    needed.delete(adapter.baseCurrency);
    for (const currency of needed) {
      const rate = rates.find((one) => one.currency === currency);
      assert.ok(
        rate !== undefined && rate.rate > 0 && rate.base === adapter.baseCurrency,
        currency,
      );
    }
  });

  test("previous closes are of an earlier session and an unknown key fails", async (s) => {
    const { adapter, instruments } = await connect(s);
    const keys = instruments.map(({ key }) => key);

    const closes = value(await adapter.previousCloses(keys, LIVE));
    const unknown = await adapter.previousCloses([UNKNOWN_KEY], LIVE);

    const today = new Date(adapter.clock.now()).toISOString().slice(0, 10);
    assert.equal(new Set(closes.map(({ instrumentKey }) => instrumentKey)).size, closes.length);
    for (const close of closes) {
      assert.ok(keys.includes(close.instrumentKey));
      assert.ok(close.close >= 0 && close.session < today, close.instrumentKey);
    }
    assert.equal(codeOf(unknown), "unknownInstrument");
  });

  test("fills are of the past, have a price and costs that are not negative", async (s) => {
    const { adapter } = await connect(s);
    if (!adapter.capabilities.reportsFills) return;
    const execIds = new Set<string>();

    for (const { id, broker } of value(await adapter.accounts(LIVE))) {
      for (const fill of value(await adapter.fillsToday(id, LIVE))) {
        assert.ok(fill.filledAt <= adapter.clock.now() && fill.price >= 0 && fill.fees >= 0);
        const execId = `${broker} ${fill.execId}`;
        assert.ok(!execIds.has(execId), execId);
        execIds.add(execId);
      }
    }
  });

  test("carry is known for every underlying of the book", async (s) => {
    const { adapter, instruments } = await connect(s);
    const underlyings = [...new Set(instruments.filter(isOption).map((one) => one.underlying))];

    const carries = value(await adapter.carry(underlyings, LIVE));

    const answered = carries.map(({ underlying }) => underlying);
    if (s.publishesCarry ?? true) assert.deepEqual(answered, underlyings);
    else assert.ok(answered.every((one) => one.startsWith("/")), "of futures at most");
    for (const carry of carries) {
      assert.ok(Math.abs(carry.riskFreeRate) < 1 && Math.abs(carry.dividendYield) < 1);
    }
  });

  test("chains hold the held options under keys that resolve; strikes ascend", async (s) => {
    const connected = await connect(s);
    if (!connected.adapter.capabilities.hasChains) return;

    const held = Map.groupBy(connected.instruments.filter(isOption), (one) => one.underlying);
    for (const [underlying, options] of held) {
      await checkChain(connected, underlying, options.map((option) => option.key));
    }
    const unknown = await connected.adapter.chain("NOSUCH", LIVE);
    assert.equal(codeOf(unknown), "unknownInstrument");
  });

  test("bars lie in the asked span, are over, ascend, and fail for an unknown key", async (s) => {
    const { adapter, instruments, subject } = await connect(s);
    await subject.advance(subject.deliveryMs);
    for (const size of adapter.capabilities.barSizes) {
      await checkBars(adapter, instruments, size);
    }
  });

  test("an unknown account fails every query about it", async (s) => {
    const { adapter } = await connect(s);

    for (const query of ["positions", "balances", "fillsToday", "orders"] as const) {
      assert.notEqual(codeOf(await adapter[query]("nobody", LIVE)), "ok", query);
    }
  });
}

const BAR_MS = { "1m": 60_000, "1d": 86_400_000 } as const;

async function checkBars(
  adapter: BrokerAdapter,
  instruments: readonly Instrument[],
  size: BarSize,
): Promise<void> {
  const to = adapter.clock.now();
  const from = to - 20 * BAR_MS[size];
  const barred = instruments.filter((one) => !isOption(one) && one.kind !== "unsupported");
  for (const { key } of barred) {
    const bars = value(await adapter.bars({ instrumentKey: key, size, from, to }, LIVE));
    for (const [index, bar] of bars.entries()) {
      assert.ok(bar.startsAt >= from && bar.startsAt < to, "in the span");
      assert.ok(bar.startsAt + BAR_MS[size] <= adapter.clock.now(), "over");
      assert.ok(index === 0 || bar.startsAt > bars[index - 1].startsAt, "ascending");
      assert.ok(bar.low <= Math.min(bar.open, bar.close));
      assert.ok(bar.high >= Math.max(bar.open, bar.close));
    }
  }
  const query = { instrumentKey: UNKNOWN_KEY, size, from, to };
  assert.equal(codeOf(await adapter.bars(query, LIVE)), "unknownInstrument");
}

async function checkChain(
  connected: Connected,
  underlying: string,
  held: readonly string[],
): Promise<void> {
  const { adapter } = connected;
  const chain = value(await adapter.chain(underlying, LIVE));
  const keys = chain.flatMap(({ strikes }) => strikes.flatMap((one) => [one.callKey, one.putKey]))
    .filter((key) => key !== null);
  for (const key of held) assert.ok(keys.includes(key), key);
  const isCrossed = connected.subject.hasCrossedChains ?? false;
  const listed = isCrossed ? held : keys;
  assert.equal(value(await adapter.instruments(listed, LIVE)).length, listed.length);
  for (const { strikes, expiry, root } of chain) {
    for (const [index, { strike, callKey, putKey }] of strikes.entries()) {
      assert.ok(index === 0 || strike > strikes[index - 1].strike, "strikes ascend");
      for (const [key, right] of [[callKey, "call"], [putKey, "put"]] as const) {
        if (key === null || (isCrossed && !held.includes(key))) continue;
        const [option] = value(await adapter.instruments([key], LIVE));
        assert.ok(isOption(option));
        assert.deepEqual(
          [option.strike, option.right, option.expiry, option.root],
          [strike, right, expiry, root],
        );
      }
    }
  }
}
