import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { apiBook } from "./book_api.ts";
import { until, untilFrames } from "./browser.ts";
import { openLive, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf(["--positions", "500"]);
const desk = () => stage().desk;

/** Rows in the document at most, however many the table has. */
const DRAWN_MAX = 80;
/** 5 ms a frame; twice that where caches and cores are shared with other work. */
const FRAME_MS = 10;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly tid: number;
  readonly ts: number;
  readonly dur: number;
  /** CPU time of the thread, µs. */
  readonly tdur: number;
}

/**
 * CPU time of the script of every animation frame, ms, while `wait` runs. It is the thread's own
 * time, so that what else the machine does is not counted; style and layout that a measuring call
 * brings forward are the browser's and are taken out.
 */
async function frameTimes(page: Page, wait: () => Promise<void>): Promise<number[]> {
  const { browser } = stage();
  await browser.startTracing(page, { categories: ["devtools.timeline"] });
  await wait();
  const trace = JSON.parse(new TextDecoder().decode(await browser.stopTracing()));
  const events: TraceEvent[] = trace.traceEvents.filter(({ ph }: TraceEvent) => ph === "X");
  const layouts = events.filter(({ name }) => name === "UpdateLayoutTree" || name === "Layout");
  return events.filter(({ name }) => name === "FireAnimationFrame").map((frame) => {
    const inside = layouts.filter(({ tid, ts }) =>
      tid === frame.tid && ts >= frame.ts && ts < frame.ts + frame.dur
    );
    return (frame.tdur - inside.reduce((sum, layout) => sum + layout.tdur, 0)) / 1000;
  });
}

async function openAll(page: Page): Promise<number> {
  const book = await apiBook(desk().url);
  const symbols = book.grouped_positions.map((group) => encodeURIComponent(group.symbol));
  await openLive(page, `${desk().url}?open=${symbols.join(",")}`);
  await page.waitForSelector("#exposure-table .spacer");
  // A contract is one line, however many accounts hold it (G-070).
  return book.grouped_positions.reduce(
    (lines, { positions }) => lines + 1 + new Set(positions.map((p) => p.original_symbol)).size,
    0,
  );
}

/** Rows in the document, and places of the viewport where the table shows none. */
async function look(page: Page): Promise<{ drawn: number; blank: number[]; seen: number }> {
  return await page.evaluate(() => {
    const table = document.querySelector("#exposure-table");
    const body = table?.querySelector("tbody")?.getBoundingClientRect();
    const head = table?.querySelector("thead th")?.getBoundingClientRect();
    if (!body || !head) return { drawn: 0, blank: [], seen: 0 };
    const blank: number[] = [];
    let seen = 0;
    const from = Math.max(body.top, head.bottom, 0) + 2;
    for (let y = from; y < Math.min(innerHeight, body.bottom) - 2; y += 12) {
      const row = document.elementFromPoint(body.left + 40, y)?.closest("tr[data-k]");
      const figure = row?.querySelector("[data-c=dollarDelta] .n")?.textContent ?? "";
      if (figure === "") blank.push(Math.round(y));
      else seen += 1;
    }
    const rows = document.querySelectorAll("#exposure-table tbody tr[data-k]");
    return { drawn: rows.length, blank, seen };
  });
}

test("T-024: 500 legs hold only the rows in sight and stay quick", {}, async (watched) => {
  const { page, complaints } = watched;
  const lines = await openAll(page);
  assert.ok(lines > 400);
  assert.equal(await statText(page, "positions"), "500");
  assert.equal(await page.getAttribute("#exposure-table", "aria-rowcount"), String(lines + 2));
  // All of it before the table is in sight, then with a table that fills the window.
  await page.evaluate(() => scrollTo({ top: 4_000 }));
  await untilFrames(watched, 10);
  assert.ok((await look(page)).drawn <= DRAWN_MAX);
  const times = await frameTimes(page, () => untilFrames(watched, 100));
  const sorted = times.toSorted((a, b) => a - b);
  assert.ok(sorted.length >= 30, `${sorted.length} frames`);
  const p95 = sorted[Math.floor(0.95 * sorted.length)];
  assert.ok(p95 < FRAME_MS, `p95 of ${sorted.length} frames is ${p95.toFixed(2)} ms`);
  assert.deepEqual(complaints, []);
});

test("T-024: a long table scrolls without blank rows", {}, async ({ page }) => {
  await openAll(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(height > 500 * 24, "the page is as long as its rows");
  for (const share of [0.1, 0.35, 0.6, 0.95, 0.2, 1]) {
    await page.evaluate((top) => scrollTo({ top }), share * height);
    await until(`rows stand at ${share}`, async () => (await look(page)).blank.length === 0, 2_000);
    const { drawn, seen } = await look(page);
    assert.ok(drawn <= DRAWN_MAX && seen > 20, `${drawn} drawn, ${seen} seen at ${share}`);
  }
  const after = await page.evaluate(() => document.documentElement.scrollHeight);
  assert.ok(Math.abs(after - height) <= 24, `${height} px before, ${after} px after`);
});

test("T-024: keys walk through a long table beyond the window", {}, async ({ page }) => {
  await openAll(page);
  await page.keyboard.press("j");
  for (const [key, times] of [["j", 100], ["k", 40]] as const) {
    for (let i = 0; i < times; i++) await page.keyboard.press(key);
    const place = await page.evaluate(() => {
      const row = document.activeElement?.closest("tr[data-k]");
      const box = row?.getBoundingClientRect();
      const head = document.querySelector("#exposure-table thead th")?.getBoundingClientRect();
      if (!box || !head) return "no row has the focus";
      const isInSight = box.top >= head.bottom - 1 && box.bottom <= innerHeight;
      return isInSight ? "in sight" : `${box.top} to ${box.bottom} under ${head.bottom}`;
    });
    assert.equal(place, "in sight", `after ${times} times ${key}`);
  }
  const focused = () =>
    page.evaluate(() => document.activeElement?.closest("tr")?.getAttribute("data-k"));
  const key = await focused();
  await page.evaluate(() => scrollTo({ top: 0 }));
  await until("the window is at the top", async () => (await look(page)).blank.length === 0);
  assert.equal(await focused(), key, "the focused row stays where it is");
});
