import assert from "node:assert/strict";
import { SAMPLE_NOW, sampleBook } from "@/tests/fixtures/sample_book.ts";
import { VirtualTime } from "../ports/virtual_time.ts";
import { ConsoleSummary } from "./console_summary.ts";
import type { DeskServices } from "./services.ts";

function rig(options: { readonly warmupMs?: number; readonly isLoaded?: boolean } = {}) {
  const time = new VirtualTime();
  const book = sampleBook();
  const said: string[] = [];
  const state = { isLoaded: options.isLoaded ?? true, words: "being connected" as string | null };
  const desk = { view: () => book, sourceNow: () => SAMPLE_NOW } as unknown as DeskServices;
  const summary = new ConsoleSummary({
    desk: () => state.isLoaded ? desk : null,
    waitingFor: () => state.words,
    timers: time,
    intervalMs: 2_000,
    warmupMs: options.warmupMs ?? 0,
    say: (line) => said.push(line),
  });
  summary.start();
  const books = () => said.filter((line) => / Book /.test(line)).length;
  return { time, said, state, summary, books };
}

Deno.test("G-073: the book is printed once per interval until the desk ends", () => {
  const { time, summary, books } = rig();
  time.advance(1_999);
  assert.equal(books(), 0);
  time.advance(1);
  assert.equal(books(), 1);
  time.advance(20_000);
  assert.equal(books(), 11);
  summary.stop();
  time.advance(20_000);

  assert.equal(books(), 11);
  assert.equal(time.pendingCount, 0);
});

Deno.test("--print: the warm-up passes before the first book, and a stop ends it", () => {
  const { time, books } = rig({ warmupMs: 10_000 });
  time.advance(11_900);
  assert.equal(books(), 0);
  time.advance(2_100);
  assert.equal(books(), 1);
  const stopped = rig({ warmupMs: 10_000 });
  stopped.time.advance(3_000);
  stopped.summary.stop();
  assert.equal(stopped.time.pendingCount, 0);
});

Deno.test("--print: a desk without a book says why, the same words once", () => {
  const { time, said, state, books } = rig({ isLoaded: false });
  time.advance(10_000);
  assert.deepEqual(said, ["being connected"]);
  state.words = "stops at step 1";
  time.advance(10_000);
  assert.deepEqual(said, ["being connected", "stops at step 1"]);
  state.isLoaded = true;
  time.advance(2_000);

  assert.equal(books(), 1);
});
