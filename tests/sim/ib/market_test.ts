import assert from "node:assert/strict";
import {
  DATA_LEVELS,
  MARKET_EVENT,
  MARKET_STRIDE,
  type MarketBatch,
} from "@/lib/domain/market_data.ts";
import {
  GREEKS_SOURCES,
  MARK_SOURCES,
  ROW_F32,
  ROW_F32_AT,
  ROW_F64,
  ROW_F64_AT,
  ROW_U8,
  ROW_U8_AT,
  type RowF64,
  type RowU8,
} from "@/lib/domain/measures.ts";
import { present } from "@/lib/base/assert.ts";
import { isOption } from "@/lib/domain/instrument.ts";
import { Engine } from "@/lib/desk/engine.ts";
import { IbRun, type IbRunOptions } from "@/tests/contract/ib_run.ts";

const COARSE = { stepMs: 250, eventRate: 200, fillGapMs: 3_600_000 };

/** An engine over the adapter over the emulator, under one virtual time. */
class Desk {
  readonly run: IbRun;
  readonly engine: Engine;
  readonly quotedAt = new Map<number, number>();

  private constructor(options: IbRunOptions) {
    this.run = new IbRun({ ...COARSE, ...options });
    const { broker, time, timers } = this.run;
    this.engine = new Engine({
      adapter: broker,
      accounts: [],
      requiresAccounts: false,
      capacity: 4_096,
      clock: time,
      timers,
      listener: {
        fill() {},
        earlierFill() {},
        order() {},
        lifecycle() {},
        feed() {},
        trouble() {},
      },
    });
    const market = this.engine.market.bind(this.engine);
    this.engine.market = (batch) => {
      this.#note(batch);
      market(batch);
    };
  }

  static async start(options: IbRunOptions = {}): Promise<Desk> {
    const desk = new Desk(options);
    const started = await desk.run.during(desk.engine.start());
    assert.ok(started.ok, started.ok ? "" : started.error.message);
    await desk.run.advance(10_000, 250);
    return desk;
  }

  /** Names behind a code of every option's row, each once. */
  codes(field: RowU8, names: readonly string[]): string[] {
    const { book } = this.engine;
    const found = new Set<string>();
    for (let row = 0; row < book.rowCount; row++) {
      if (!isOption(book.row(row).instrument)) continue;
      found.add(names[book.rowU8[row * ROW_U8.length + ROW_U8_AT[field]]]);
    }
    return [...found].sort();
  }

  /** Rows of options with a delta. */
  deltas(): number {
    const { book } = this.engine;
    let count = 0;
    for (let row = 0; row < book.rowCount; row++) {
      const delta = book.rowF32[row * ROW_F32.length + ROW_F32_AT.delta];
      if (isOption(book.row(row).instrument) && Number.isFinite(delta)) count++;
    }
    return count;
  }

  words(): string {
    return this.run.broker.health().map(({ detail }) => detail ?? "").join("; ");
  }

  async end(): Promise<number> {
    await this.engine.stop();
    this.run.sim.close();
    await this.run.advance(1_000);
    return this.run.timers.pendingCount;
  }

  #note({ count, kind, handle, values }: MarketBatch): void {
    for (let i = 0; i < count; i++) {
      const hasSide = values[i * MARKET_STRIDE] > 0 || values[i * MARKET_STRIDE + 1] > 0;
      if (kind[i] === MARKET_EVENT.quote && hasSide) {
        this.quotedAt.set(handle[i], this.run.time.now());
      }
    }
  }
}

Deno.test("G-005: unsubscribed data falls back to delayed, and every row says so", async () => {
  const desk = await Desk.start({ faults: { faults: [{ on: "market", do: "noData" }] } });
  assert.deepEqual(desk.codes("dataLevel", DATA_LEVELS), ["delayed"]);
  assert.deepEqual(desk.codes("markSource", MARK_SOURCES).includes("mid"), true);
  assert.match(desk.words(), /\d+ of \d+ delayed/);
  assert.equal(await desk.end(), 0);
});

Deno.test("G-005: --md-type 3 shows delayed data, and live where it is subscribed", async () => {
  const noSpy = { on: "market", do: "noData", symbol: "SPY" } as const;
  const desk = await Desk.start({
    positions: 80,
    ib: { marketDataType: 3 },
    faults: { faults: [noSpy] },
  });
  assert.deepEqual(desk.codes("dataLevel", DATA_LEVELS), ["delayed", "live"]);
  assert.equal(await desk.end(), 0);
});

Deno.test("data refused for good leaves the price of the portfolio, so named", async () => {
  const refused = { on: "market", do: "noData", isDelayedToo: true } as const;
  const desk = await Desk.start({ faults: { faults: [refused] } });
  await desk.run.advance(200_000, 1_000);
  assert.deepEqual(desk.codes("dataLevel", DATA_LEVELS), ["withheld"]);
  assert.ok(desk.codes("markSource", MARK_SOURCES).includes("brokerMark"));
  assert.match(desk.words(), /no market data for .* \(354\)/);
  assert.equal(await desk.end(), 0);
});

Deno.test("R32: without IB's Greeks rows have the desk's own, named as the model's", async () => {
  const none = { on: "market", do: "noGreeks", when: { forMs: 60_000 } } as const;
  const desk = await Desk.start({ positions: 80, faults: { faults: [none] } });
  const model = desk.codes("greeksSource", GREEKS_SOURCES);
  assert.ok(model.includes("model") && !model.includes("broker"), model.join());
  assert.ok(desk.deltas() > 5, `${desk.deltas()}`);
  await desk.run.advance(70_000, 1_000);
  assert.ok(desk.codes("greeksSource", GREEKS_SOURCES).includes("broker"));
  assert.equal(await desk.end(), 0);
});

Deno.test("G-048: a position opened in TWS is a row with prices within a second", async () => {
  const desk = await Desk.start({ positions: 24, eventRate: 2_000, stepMs: 50 });
  const { book } = desk.engine;
  const { world } = desk.run.sim.face.market;
  const rows = () =>
    Array.from({ length: book.rowCount }, (_, row) => row)
      .filter((row) => book.rowF64[row * ROW_F64.length + ROW_F64_AT.signedQuantity] !== 0);
  const held = new Set(rows().map((row) => book.row(row).instrument.symbol));
  const symbol = present(
    ["XOM", "TSLA", "AMZN", "KO", "JPM"].find((one) => !held.has(one)),
    "a share",
  );
  const instrument = present(world.instrumentOf(symbol), symbol);
  const [account] = world.accounts();
  const price = Math.round(world.mark(instrument) * 100) / 100;

  world.trade({ account: account.id, instrument, signedQuantity: 300, price, orderId: "T1" });
  await desk.run.advance(1_000, 50);

  const opened = rows().filter((row) => book.row(row).instrument.symbol === symbol);
  const field = (name: RowF64) => book.rowF64[opened[0] * ROW_F64.length + ROW_F64_AT[name]];
  assert.equal(opened.length, 1);
  assert.equal(field("signedQuantity"), 300);
  assert.ok(Math.abs(field("mark") / price - 1) < 0.02, `its own line ticks: ${field("mark")}`);

  world.trade({ account: account.id, instrument, signedQuantity: -300, price, orderId: "T2" });
  await desk.run.advance(1_000, 50);
  assert.ok(!rows().some((row) => book.row(row).instrument.symbol === symbol));
  assert.equal(await desk.end(), 0);
});

Deno.test("more legs than lines: each is refreshed in the time that it declares", async () => {
  const desk = await Desk.start({ positions: 160, lines: 60, ib: { linesMax: 60 } });
  const { run, engine } = desk;
  await run.advance(60_000, 1_000);
  const wanted = engine.book.wantedHandles();
  assert.ok(wanted.length > 100, `${wanted.length} instruments`);
  const cadence = Math.max(...engine.board.columns.cadenceMs.filter((ms) => ms > 0));
  assert.ok(cadence > 12_000 && cadence < 120_000, `${cadence}`);
  await run.advance(cadence, 1_000);
  const now = run.time.now();
  const quoted = wanted.filter((handle) => desk.quotedAt.has(handle));
  const late = quoted.filter((handle) => {
    const cadenceMs = engine.board.columns.cadenceMs[handle];
    return now - (desk.quotedAt.get(handle) ?? 0) > Math.max(15_000, 2 * cadenceMs);
  });
  const isTurning = (handle: number) => engine.board.columns.cadenceMs[handle] > 0;
  assert.deepEqual(late.filter(isTurning), []);
  assert.ok(quoted.length >= 0.9 * wanted.length, `${quoted.length} of ${wanted.length}`);
  assert.match(desk.words(), /instruments on 60 lines: \d+ take turns within \d+ s/);
  assert.equal(await desk.end(), 0);
});

Deno.test("101: TWS's own screens take lines, the desk lives with what is left", async () => {
  const desk = await Desk.start({ positions: 200, lines: 40 });
  await desk.run.advance(60_000, 1_000);
  assert.match(desk.words(), /on 4\d of 100 lines/);
  const asked = desk.run.sim.seen.length;
  await desk.run.advance(10_000, 1_000);
  const perS = (desk.run.sim.seen.length - asked) / 10;
  assert.ok(perS <= 21, `${perS} requests a second`);
  assert.equal(await desk.end(), 0);
});
