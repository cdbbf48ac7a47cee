import assert from "node:assert/strict";
import type { CDPSession, Page } from "playwright-core";
import { until } from "./browser.ts";
import { openLive, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf(["--rate", "5000"]);
const desk = () => stage().desk;

/** An hour of twenty frames a second. */
const HOUR_FRAMES = 72_000;
const FRAMES_PER_PAINT = 400;
/** Different frames that are sent round and round. */
const RECORDED = 40;

/** Keeps the stream's sockets and its diffs where the test can reach them. */
function recordStream(): void {
  const Plain = WebSocket;
  const diffs: ArrayBuffer[] = [];
  class Recorded extends Plain {
    constructor(url: string | URL) {
      super(url);
      Reflect.set(globalThis, "streamSocket", this);
      this.addEventListener("message", ({ data }) => {
        if (!(data instanceof ArrayBuffer) || diffs.length >= 40) return;
        // A diff without directory text: only values.
        const head = new DataView(data);
        if (head.getUint8(1) === 1 && head.getUint32(60, true) === 0) diffs.push(data.slice(0));
      });
    }
  }
  Reflect.set(globalThis, "streamDiffs", diffs);
  Reflect.set(globalThis, "WebSocket", Recorded);
}

/** Sends recorded diffs as if the desk had flushed them: numbered on, 50 ms apart. */
async function sendFrames(page: Page, count: number): Promise<void> {
  await page.evaluate(async ([count, perPaint]) => {
    const diffs: ArrayBuffer[] = Reflect.get(globalThis, "streamDiffs");
    const socket: WebSocket = Reflect.get(globalThis, "streamSocket");
    const state = Reflect.get(globalThis, "sent") ?? { seq: 2_000_000, ms: 0 };
    Reflect.set(globalThis, "sent", state);
    const newest = new DataView(diffs[diffs.length - 1]);
    const [server, source] = [newest.getFloat64(16, true), newest.getFloat64(24, true)];
    for (let i = 0; i < count; i++) {
      const data = diffs[i % diffs.length].slice(0);
      const head = new DataView(data);
      state.ms += 50;
      head.setUint32(4, ++state.seq, true);
      head.setUint32(8, state.seq === 2_000_001 ? 1 : state.seq - 1, true);
      head.setFloat64(16, server + state.ms, true);
      head.setFloat64(24, source + state.ms, true);
      socket.dispatchEvent(new MessageEvent("message", { data }));
      if (i % perPaint === perPaint - 1) await new Promise((done) => requestAnimationFrame(done));
    }
  }, [count, FRAMES_PER_PAINT] as const);
}

interface Memory {
  readonly heap: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function memory(session: CDPSession): Promise<Memory> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  const value = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? NaN;
  return {
    heap: value("JSHeapUsedSize"),
    nodes: value("Nodes"),
    listeners: value("JSEventListeners"),
  };
}

async function watchMemory(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  return session;
}

function assertBounded(before: Memory, after: Memory): void {
  const growth = after.heap / before.heap - 1;
  assert.ok(growth < 0.1, `heap grew by ${(100 * growth).toFixed(1)} % from ${before.heap}`);
  assert.ok(after.nodes <= before.nodes * 1.05 + 50, `${before.nodes} then ${after.nodes} nodes`);
  assert.ok(after.listeners <= before.listeners + 20, `${before.listeners}, ${after.listeners}`);
}

test("R80: an hour of frames leaves heap, nodes and points bounded", {
  before: recordStream,
}, async ({ page, complaints }) => {
  await openLive(page, `${desk().url}?open=SPY`);
  await page.waitForFunction(
    (wanted) => Reflect.get(globalThis, "streamDiffs").length >= wanted,
    RECORDED,
  );
  const session = await watchMemory(page);
  // The rings that are filled once: the line's points above all.
  await sendFrames(page, HOUR_FRAMES / 3);
  const before = await memory(session);
  const first = await statText(page, "dollarDelta");
  // Half a round more, so that another book is shown than before.
  await sendFrames(page, HOUR_FRAMES + RECORDED / 2);
  assertBounded(before, await memory(session));
  await until("the frames are shown", async () => await statText(page, "dollarDelta") !== first);
  // 4,800 s in at most 2,048 points: the step has doubled at least twice.
  assert.match(await page.textContent("[data-n=note]") ?? "", /one point in (4|8) seconds/);
  assert.deepEqual(complaints, []);
});

test("R80: 200 mounts and unmounts leave nothing behind", {
  before: recordStream,
}, async ({ page, complaints }) => {
  await openLive(page, desk().url);
  await page.waitForFunction(
    (wanted) => Reflect.get(globalThis, "streamDiffs").length >= wanted,
    RECORDED,
  );
  // Full rings first; afterwards only the mounts can make the heap grow.
  await sendFrames(page, HOUR_FRAMES / 3);
  const session = await watchMemory(page);
  const turn = (times: number) =>
    page.evaluate(async (times) => {
      const press = (selector: string) => document.querySelector<HTMLElement>(selector)?.click();
      const table = [...document.querySelectorAll<HTMLElement>("#today .tools > button")]
        .find((button) => button.textContent === "Table");
      for (let i = 0; i < times; i++) {
        press('button[value="SPX"]');
        table?.click();
        if (i % 10 === 0) press(".menu label input");
        await new Promise((done) => requestAnimationFrame(done));
      }
    }, times);
  await turn(50);
  const before = await memory(session);
  await turn(200);
  assertBounded(before, await memory(session));
  assert.equal(await page.locator("#exposure-table tr.leg").count(), 0);
  assert.deepEqual(complaints, []);
});
