import { PRICE, PRICE_STRIDE } from "../../domain/market_data.ts";
import assert from "node:assert/strict";
import { FakeBook } from "../../../tests/fixtures/fake_book.ts";
import { LEAF, LEAF_STRIDE, ROW_F64, ROW_F64_AT } from "../../domain/measures.ts";
import { sampleMetrics, TODAY_METRICS } from "../../portfolio/overview/metrics.ts";
import {
  type History,
  SAMPLE_COLUMNS,
  type SampleKind,
  type Samples,
} from "../../ports/history.ts";
import { accountSamples, inputSamples, positionSamples, underlyingSamples } from "./samples.ts";
import { Recorder } from "./recorder.ts";
import { RowSeries } from "./row_series.ts";

/** Hands out handles and keeps what is recorded. */
class Shelf {
  readonly names: string[] = [];
  readonly taken: Samples[] = [];

  series(kind: SampleKind, key: string): number {
    const name = `${kind} ${key}`;
    const known = this.names.indexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }

  record(samples: Samples): void {
    this.taken.push(samples);
  }

  /** Value of a column by series name. */
  value(samples: Samples, key: string, column: string): number {
    const columns: readonly string[] = SAMPLE_COLUMNS[samples.kind];
    const at = samples.series.indexOf(this.names.indexOf(`${samples.kind} ${key}`));
    assert.ok(at >= 0, `no ${key} in ${this.names}`);
    return samples.values[at * columns.length + columns.indexOf(column)];
  }
}

function setting(rows = 12) {
  const view = new FakeBook({ underlyings: 3, accounts: 2, rows, seed: 7 });
  const shelf = new Shelf();
  return { view, shelf, source: { view, history: shelf, at: 5000, stepMs: 1000 } };
}

Deno.test("samples of accounts hold the metrics of today under their names", () => {
  const { view, shelf, source } = setting();
  const samples = accountSamples(source);
  const metrics = sampleMetrics(view);
  for (let a = 0; a < 2; a++) {
    TODAY_METRICS.forEach((metric, m) => {
      const { id } = view.account(a).account;
      assert.equal(shelf.value(samples, id, metric), metrics[a * TODAY_METRICS.length + m]);
    });
  }
  assert.deepEqual(SAMPLE_COLUMNS.account.slice(0, TODAY_METRICS.length), TODAY_METRICS);
});

Deno.test("samples of underlyings hold their cells, one per account that holds any", () => {
  const { view, shelf, source } = setting();
  const samples = underlyingSamples(source);
  let held = 0;
  for (let u = 0; u < 3; u++) {
    for (let a = 0; a < 2; a++) {
      const at = (u * 2 + a) * LEAF_STRIDE;
      if (!(view.cellF64[at + LEAF.legs] > 0)) continue;
      held++;
      const key = `${view.account(a).account.id} ${view.underlying(u).symbol}`;
      assert.equal(shelf.value(samples, key, "theta"), view.cellF64[at + LEAF.theta]);
      assert.equal(shelf.value(samples, key, "profit"), view.cellF64[at + LEAF.dayPnl]);
    }
  }
  assert.equal(samples.series.length, held);
});

Deno.test("samples of positions and inputs are of the rows asked for", () => {
  const { view, shelf, source } = setting();
  const prices = new Float64Array(12 * PRICE_STRIDE).fill(NaN);
  for (let i = 0; i < 12; i++) prices[i * PRICE_STRIDE + PRICE.bid] = i + 0.5;
  const keys = Array.from({ length: 12 }, (_, row) => view.row(row).instrument.key);
  const series = new RowSeries(shelf, (key) => keys.indexOf(key));
  const samples = positionSamples(source, { series, from: 3, to: 8 });
  assert.equal(samples.series.length, 5);
  for (let row = 3; row < 8; row++) {
    const ref = view.row(row);
    const account = view.account(view.accountIds.indexOf(ref.accountId)).account.id;
    const quantity = view.rowF64[row * ROW_F64.length + ROW_F64_AT.signedQuantity];
    assert.equal(shelf.value(samples, `${account} ${ref.instrument.key}`, "quantity"), quantity);
  }
  const inputs = inputSamples(source, prices, { series, from: 3, to: 8 });
  assert.equal(shelf.value(inputs, keys[4], "bid"), 4.5);
});

const NO_QUOTES = {
  prices: () => new Float64Array(0),
  handleOf: () => -1,
};

function recorderOver(view: FakeBook, shelf: Shelf, speed = 1): Recorder {
  const history: Pick<History, "series" | "record"> = shelf;
  return new Recorder({ history, view: () => view, quotes: NO_QUOTES, speed });
}

Deno.test("accounts are sampled each second, the rest once a minute", () => {
  const { view, shelf } = setting();
  const recorder = recorderOver(view, shelf);
  for (let at = 0; at < 180_000; at += 1000) recorder.record(recorder.accounts(at));

  const count = (kind: SampleKind) => shelf.taken.filter((samples) => samples.kind === kind).length;
  assert.deepEqual(
    ["account", "underlying", "position", "input"].map((k) => count(k as SampleKind)),
    [
      180,
      3,
      3,
      3,
    ],
  );
});

function positionSizes({ taken }: Shelf): number[] {
  return taken.filter(({ kind }) => kind === "position").map(({ series }) => series.length);
}

Deno.test("P13: a large book is sampled a bounded number of rows at a time, all of it", () => {
  const { view, shelf } = setting(5_001);
  const recorder = recorderOver(view, shelf);
  for (let at = 0; at < 60_000; at += 1000) recorder.record(recorder.accounts(at));
  // Every row is named in the first round.
  assert.deepEqual(positionSizes(shelf), [1000, 1000, 1000, 1000, 1000, 1]);
  shelf.taken.length = 0;
  for (let at = 60_000; at < 120_000; at += 1000) recorder.record(recorder.accounts(at));

  assert.deepEqual(positionSizes(shelf), [2000, 2000, 1001]);
});

Deno.test("P13: a book whose rows are not all named within a minute has them all later", () => {
  const { view, shelf } = setting(250);
  const series = new RowSeries(shelf, () => -1);
  const ends: number[] = [];
  for (let round = 0; round < 8; round++) {
    let from = 0;
    // Three samples to a round, of which each may cost 100 rows.
    for (let sample = 0; sample < 3; sample++) {
      const to = series.within(view, from, 100);
      for (; from < to; from++) series.position(view, from);
    }
    ends.push(from);
  }

  assert.equal(ends[0], 150);
  assert.equal(ends.at(-1), 250);
});

Deno.test("samples of a row keep their series while rows come and go", () => {
  const { view, shelf, source } = setting(40);
  // As in a desk: the first handles are those of the accounts.
  accountSamples(source);
  const series = new RowSeries(shelf, () => -1);
  for (let step = 0; step < 60; step++) {
    const samples = positionSamples(source, { series, from: 0, to: view.rowCount });
    for (let row = 0; row < view.rowCount; row++) {
      const { accountId, instrument } = view.row(row);
      const account = view.account(view.accountIds.indexOf(accountId)).account.id;
      assert.equal(shelf.names[samples.series[row]], `position ${account} ${instrument.key}`);
    }
    view.step();
  }
});
