import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until, untilFrames } from "./browser.ts";
import { numberOf, openLive, pause, readShown, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

// Twenty market seconds a second: shares and lines move soon.
const { stage, test } = stageOf(["--speed", "20"]);
const desk = () => stage().desk;
const RING = "#allocation-canvas";
const LINE = "#today-canvas";

/** Keeps every text that is drawn on a canvas, newest last, where `drawnTexts` finds it. */
function recordTexts(): void {
  const plain = CanvasRenderingContext2D.prototype.fillText;
  const texts = new WeakMap<HTMLCanvasElement, string[]>();
  Reflect.set(globalThis, "drawnTexts", texts);
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, width) {
    const list = texts.get(this.canvas) ?? [];
    list.push(text);
    texts.set(this.canvas, list.slice(-40));
    if (width === undefined) plain.call(this, text, x, y);
    else plain.call(this, text, x, y, width);
  };
}

/** What stands for the two charts: their canvases, contexts and what their libraries hold. */
function chartParts(): unknown[] {
  const ring = document.querySelector<HTMLCanvasElement>("#allocation-canvas");
  const line = document.querySelector<HTMLCanvasElement>("#today-canvas");
  // Chart.js acquires a canvas once per chart and marks it; uPlot makes its root once per chart.
  return [
    ring,
    line,
    ring?.getContext("2d"),
    line?.getContext("2d"),
    ring === null ? null : Reflect.get(ring, "$chartjs"),
    document.querySelector(".uplot"),
  ];
}

/**
 * Pixels of a slice of the ring between two shares of the turn, clockwise from the top. `labelAt`:
 * where a label stands, which is left out: it is wider than a part of a small slice.
 */
async function slicePixels(
  page: Page,
  from: number,
  to: number,
  labelAt = NaN,
): Promise<number[]> {
  return await page.evaluate(([from, to, labelAt]) => {
    const canvas = document.querySelector<HTMLCanvasElement>("#allocation-canvas");
    const context = canvas?.getContext("2d");
    if (!canvas || !context) return [];
    const { data, width, height } = context.getImageData(0, 0, canvas.width, canvas.height);
    const radius = Math.min(width, height) / 2;
    const pixels: number[] = [];
    const [labelX, labelY] = [Math.sin, Math.cos].map((side) =>
      0.82 * radius * side(2 * Math.PI * labelAt)
    );
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [dx, dy] = [x + 0.5 - width / 2, height / 2 - y - 0.5];
        const distance = Math.hypot(dx, dy) / radius;
        const turn = (Math.atan2(dx, dy) / (2 * Math.PI) + 1) % 1;
        if (distance < 0.7 || distance > 0.94 || turn < from || turn > to) continue;
        if (Math.abs(dx - labelX) < 22 && Math.abs(dy - labelY) < 12) continue;
        const at = 4 * (y * width + x);
        pixels.push((data[at] << 16 | data[at + 1] << 8 | data[at + 2]) * 256 + data[at + 3]);
      }
    }
    return pixels;
  }, [from, to, labelAt] as const);
}

/** Share of the pixels that differ. */
function difference(a: readonly number[], b: readonly number[]): number {
  assert.equal(a.length, b.length);
  assert.ok(a.length > 100, `${a.length} pixels`);
  return a.filter((pixel, i) => pixel !== b[i]).length / a.length;
}

test("G-068: both charts and canvases are the same after 100 frames", {}, async (watched) => {
  const { page, complaints } = watched;
  await openLive(page, desk().url);
  await page.waitForSelector(LINE);
  const before = await page.evaluateHandle(chartParts);
  const sizes = () =>
    page.evaluate(() =>
      [...document.querySelectorAll("canvas")].map((canvas) => `${canvas.width}x${canvas.height}`)
    );
  const sizesBefore = await sizes();
  const drawn = () => page.$eval(LINE, (canvas: HTMLCanvasElement) => canvas.toDataURL());
  const lineBefore = await drawn();
  await untilFrames(watched, 40);
  for (const metric of ["vega", "netLiq", "profit"]) {
    await page.click(`button[name=metric][value=${metric}]`);
    await page.click(`button[name=ring][value=${metric === "vega" ? "netLiq" : "dollarDelta"}]`);
    await page.click("button[value=SPY]");
    await untilFrames(watched, 20);
  }
  const isSame = await page.evaluate(
    ([before, now]) => before.map((part, i) => part !== null && part === now[i]),
    [before, await page.evaluateHandle(chartParts)] as const,
  );
  assert.deepEqual(isSame, [true, true, true, true, true, true]);
  assert.deepEqual(await sizes(), sizesBefore, "no canvas came, went or changed its size");
  assert.notEqual(await drawn(), lineBefore, "the line grew on it");
  assert.deepEqual(complaints, []);
});

test("T-025: pixels of the largest slice move with the ticks", {}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  const { legend } = await readShown(page);
  const share = legend[0].share / 100;
  // The far edge of the first long slice, wherever its share takes it.
  const edge = [share - 0.04, share + 0.04] as const;
  const before = await slicePixels(page, ...edge);
  await until("the edge of the slice moves", async () => {
    return difference(before, await slicePixels(page, ...edge)) > 0;
  }, 20_000);
});

test("T-025: the ring divides net liq as well, on the same canvas", {}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  await pause(page);
  const before = await slicePixels(page, 0, 1);
  const name = await page.getAttribute(".ring-figure", "aria-label");
  const delta = await readShown(page);
  await page.click("button[name=ring][value=netLiq]");
  await page.waitForSelector("button[name=ring][value=netLiq][aria-pressed=true]");
  await until("the legend follows", async () => {
    return (await readShown(page)).ringNet !== delta.ringNet;
  });
  assert.ok(difference(before, await slicePixels(page, 0, 1)) > 0.2);
  assert.notEqual(await page.getAttribute(".ring-figure", "aria-label"), name);
  const { legend } = await readShown(page);
  const total = legend.reduce((sum, line) => sum + line.share, 0);
  assert.ok(Math.abs(total - 100) < 1, `shares add to ${total}`);
});

test("T-025: only shares above 5 % are labelled on the ring", {
  before: recordTexts,
}, async ({ page }) => {
  await openLive(page, desk().url);
  await pause(page);
  // A switch there and back draws the held book once more.
  await page.click("button[name=ring][value=netLiq]");
  await page.click("button[name=ring][value=dollarDelta]");
  await page.waitForSelector("button[name=ring][value=dollarDelta][aria-pressed=true]");
  const { legend } = await readShown(page);
  const wanted = legend.filter((line) => !line.label.endsWith(" more") && line.share > 5)
    .map((line) => line.share);
  const drawn = await page.$eval(RING, (canvas) => {
    const texts: WeakMap<Element, string[]> = Reflect.get(globalThis, "drawnTexts");
    return texts.get(canvas) ?? [];
  });
  const labels = drawn.slice(-wanted.length).map((text) => numberOf(text) ?? NaN);
  assert.ok(wanted.length > 1 && wanted.length < legend.length - 1);
  labels.sort((a, b) => b - a);
  // The legend has a decimal more than the labels.
  assert.ok(labels.every((label, i) => Math.abs(label - wanted[i]) < 0.56), `${labels} ${wanted}`);
  assert.ok(drawn.every((text) => (numberOf(text) ?? 0) >= 5), drawn.join());
});

test("T-025: a short slice is striped where a long one is solid", {}, async ({ page }) => {
  await openLive(page, desk().url);
  await pause(page);
  const marks = await page.locator(".legend tr").evaluateAll((rows) =>
    rows.map((row) => row.querySelector(".dir")?.className)
  );
  const { legend } = await readShown(page);
  const long = legend[marks.indexOf("dir long")].share / 100;
  const short = legend[marks.indexOf("dir short")].share / 100;
  const colors = async (from: number, to: number, labelAt: number) => {
    const pixels = await slicePixels(page, from, to, labelAt);
    assert.ok(pixels.length > 20, `${pixels.length} pixels`);
    return new Set(pixels).size;
  };
  // Labels stand in the middle of a slice.
  assert.equal(await colors(0.1 * long, 0.3 * long, long / 2), 1, "the largest long slice");
  const stripes = await colors(1 - 0.3 * short, 1 - 0.1 * short, 1 - short / 2);
  assert.ok(stripes > 8, `the largest short slice has ${stripes} colours`);
});

test("G-068: the line shows any metric and keeps the choice", {
  before: recordTexts,
}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  await page.waitForSelector(LINE);
  const texts = () =>
    page.$eval(LINE, (canvas) => {
      const texts: WeakMap<Element, string[]> = Reflect.get(globalThis, "drawnTexts");
      return texts.get(canvas) ?? [];
    });
  for (const [metric, stat] of [["netLiq", "netLiq"], ["vega", "vega"], ["theta", "theta"]]) {
    await page.click(`button[name=metric][value=${metric}]`);
    await until(`the tag of ${metric} is near its figure`, async () => {
      const wanted = numberOf(await statText(page, stat)) ?? NaN;
      const tag = numberOf(
        (await texts()).findLast((text) => /^[+\u2212]?[\d,]{3,}$/.test(text)) ?? "",
      );
      return tag !== null && Math.abs(tag / wanted - 1) < 0.05;
    });
  }
  const name = await page.getAttribute("#today-plot", "aria-label");
  assert.match(name ?? "", /^Theta /);
  await page.reload();
  assert.equal(await page.getAttribute("button[name=metric][value=theta]", "aria-pressed"), "true");
  await page.click("#today >> text=Table");
  await page.waitForSelector("#today .points tbody tr");
  const shown = numberOf(await page.textContent("#today .points tbody tr td") ?? "") ?? NaN;
  const wanted = numberOf(await statText(page, "theta")) ?? NaN;
  assert.ok(Math.abs(shown / wanted - 1) < 0.05, `${shown} and ${wanted}`);
});
