import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { type History, SAMPLE_COLUMNS, type SampleKind } from "../../../ports/history.ts";
import { VirtualTime } from "../../../ports/virtual_time.ts";
import { openHistory } from "../open_history.ts";
import { localLink } from "../wire/link.ts";

/** A desk's history for tests: the real file, in this thread, on virtual time. */
export interface TestDesk {
  readonly time: VirtualTime;
  readonly history: History;
  readonly directory: string;
}

/** Opens history in a folder, as a desk that starts would. */
export async function openDesk(directory: string, source = "test"): Promise<TestDesk> {
  const time = new VirtualTime(1_750_000_000_000);
  const link = () => localLink(time, time);
  const opened = await openHistory({
    directory,
    mode: "demo",
    source,
    clock: time,
    timers: time,
    link,
  });
  assert.ok(opened.ok, JSON.stringify(opened));
  return { time, history: opened.value, directory };
}

/** A folder that is gone afterwards. */
export async function inFolder<T>(work: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(`${tmpdir()}/history-`);
  try {
    return await work(directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Samples of one instant. */
export interface Moment {
  readonly kind?: SampleKind;
  readonly at: number;
  readonly stepMs?: number;
  /** By key; the first column has the number, every other one NaN. */
  readonly values: Readonly<Record<string, number>>;
}

/** Records samples of one instant. */
export function recordAt(history: History, moment: Moment): void {
  const { kind = "account", at, stepMs = 1000, values } = moment;
  const keys = Object.keys(values);
  const columns = SAMPLE_COLUMNS[kind].length;
  const rows = new Float64Array(keys.length * columns).fill(NaN);
  keys.forEach((key, i) => rows[i * columns] = values[key]);
  const series = Int32Array.from(keys, (key) => history.series(kind, key));
  history.record({ kind, at, stepMs, series, values: rows });
}
