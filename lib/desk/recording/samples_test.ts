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
  const samples = positionSamples(source, 3, 8);
  assert.equal(samples.series.length, 5);
  for (let row = 3; row < 8; row++) {
    const ref = view.row(row);
    const account = view.account(view.accountIds.indexOf(ref.accountId)).account.id;
    const quantity = view.rowF64[row * ROW_F64.length + ROW_F64_AT.signedQuantity];
    assert.equal(shelf.value(samples, `${account} ${ref.instrument.key}`, "quantity"), quantity);
  }
  const bid = Float64Array.from({ length: 12 }, (_, i) => i + 0.5);
  const keys = Array.from({ length: 12 }, (_, row) => view.row(row).instrument.key);
  const quotes = {
    columns: () => ({ bid, ask: bid, last: bid }),
    handleOf: (key: string) => keys.indexOf(key),
  };
  const inputs = inputSamples(source, quotes, { from: 3, to: 8 });
  assert.equal(shelf.value(inputs, keys[4], "bid"), 4.5);
});

const NO_QUOTES = {
  columns: () => ({
    bid: new Float64Array(0),
    ask: new Float64Array(0),
    last: new Float64Array(0),
  }),
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

Deno.test("P13: a large book is sampled a bounded number of rows at a time, all of it", () => {
  const { view, shelf } = setting(12_001);
  const recorder = recorderOver(view, shelf);
  for (let at = 0; at < 60_000; at += 1000) recorder.record(recorder.accounts(at));

  const sizes = shelf.taken.filter((s) => s.kind === "position").map((s) => s.series.length);
  assert.deepEqual(sizes, [5000, 5000, 2001]);
});
