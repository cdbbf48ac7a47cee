import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { PHONE, until, untilFrames } from "./browser.ts";
import { makeLines } from "./made_line.ts";
import { openLive } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf([]);
const desk = () => stage().desk;

function choose(page: Page, range: string): Promise<void> {
  return page.click(`button[name=range][value="${range}"]`);
}

async function note(page: Page): Promise<string> {
  return await page.textContent("#today [data-n=note]") ?? "";
}

async function untilNote(page: Page, wanted: RegExp): Promise<void> {
  await until(`the note says ${wanted}`, async () => wanted.test(await note(page)));
}

/** Marks every island but the section's own, so that a new element would be seen. */
function markIslands(): void {
  for (
    const element of document.querySelectorAll(".stats, .ring, #needs, #exposure-table, .lede")
  ) {
    Reflect.set(element, "isOld", true);
  }
  Reflect.set(document.querySelector("#today-canvas") ?? {}, "isOld", true);
}

function unmarked(): number {
  const parts = document.querySelectorAll(
    ".stats, .ring, #needs, #exposure-table, .lede, #today-canvas",
  );
  return [...parts].filter((element) => Reflect.get(element, "isOld") !== true).length;
}

test(
  "G-068: a range is chosen by mouse, drawn on the same canvas and kept",
  {},
  async ({ page }) => {
    const made = await makeLines(page);
    await openLive(page, desk().url);
    await page.waitForSelector("#today-canvas");
    await page.evaluate(markIslands);
    assert.equal(made.asked.length, 0, "today needs no question");
    for (
      const [range, heading] of [["5d", "Last 5 sessions"], ["1y", "Last year"], ["today", "Today"]]
    ) {
      await choose(page, range);
      assert.equal(await page.textContent("#today h2"), heading);
      assert.equal(
        await page.getAttribute(`button[name=range][value="${range}"]`, "aria-pressed"),
        "true",
      );
      await untilNote(page, range === "today" ? /one point/ : /each day from its previous close/);
    }
    assert.equal(await page.evaluate(unmarked), 0, "nothing was made anew");
    await choose(page, "5d");
    await untilNote(page, /since \d+ \w+, 1 gap, the longest \d+ minutes/);
    const [query] = made.asked;
    assert.deepEqual([query.get("metric"), query.get("range")], ["profit", "5d"]);
    assert.ok(Number(query.get("pixels")) > 300);
    await page.reload();
    assert.equal(await page.textContent("#today h2"), "Last 5 sessions");
  },
);

test("ui §8: the brackets change the period, stop at either end and are in the list", {}, async (
  { page },
) => {
  await makeLines(page);
  await openLive(page, desk().url);
  const heading = () => page.textContent("#today h2");
  const seen = [];
  for (const key of "]]]]]][[[[[[[") {
    await page.keyboard.press(key);
    seen.push(await heading());
  }
  const names = ["Last 5 sessions", "Last month", "Last 3 months", "Last year", "Whole record"];
  const back = names.slice(0, -1).toReversed();
  assert.deepEqual(seen, [...names, "Whole record", ...back, "Today", "Today", "Today"]);
  await page.keyboard.press("]");
  await until(
    "the range is spoken",
    async () => /^Last 5 sessions/.test(await page.textContent("#said") ?? ""),
  );
  await page.keyboard.press("?");
  const keys = await page.locator("#keys kbd").allTextContents();
  assert.ok(keys.includes("[") && keys.includes("]"));
  await page.keyboard.press("Escape");
  // By Tab and Space as well: a switch is a row of buttons.
  await page.locator("button[name=range][value='1m']").focus();
  await page.keyboard.press("Space");
  assert.equal(await heading(), "Last month");
});

test("ui §6: no range, metric or line shifts the page", {}, async (watched) => {
  const { page } = watched;
  await makeLines(page);
  await page.addInitScript(() => {
    Reflect.set(globalThis, "shift", 0);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const shift: number = Reflect.get(globalThis, "shift");
        Reflect.set(globalThis, "shift", shift + Number(Reflect.get(entry, "value")));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await openLive(page, desk().url);
  const top = () => page.$eval("#exposure-table", (table) => table.getBoundingClientRect().top);
  const before = await top();
  for (const range of ["5d", "1m", "3m", "1y", "all", "today"]) {
    await choose(page, range);
    await untilFrames(watched, 6);
    assert.equal(await top(), before, range);
  }
  assert.equal(await page.evaluate(() => Reflect.get(globalThis, "shift")), 0);
});

test("ui §7: the old line stands, marked, until the new one is there", {}, async ({ page }) => {
  const made = await makeLines(page);
  await openLive(page, desk().url);
  await page.waitForSelector("#today-canvas");
  const gate = Promise.withResolvers<void>();
  made.hold = gate.promise;
  await choose(page, "1m");
  await page.waitForSelector("#today-plot[data-old]");
  await untilNote(page, /^Reading the record/);
  assert.match(await page.getAttribute("#today-plot", "aria-label") ?? "", /^Profit /);
  gate.resolve();
  await untilNote(page, /each day from its previous close/);
  await page.waitForSelector("#today-plot:not([data-old])");
});

test("ui §9: a record that cannot be read says so and keeps the line", {}, async ({ page }) => {
  const made = await makeLines(page);
  await openLive(page, desk().url);
  await choose(page, "5d");
  await untilNote(page, /each day/);
  made.refusal = { status: 503, body: { error: "the disk cannot be read", fix: "check it" } };
  await page.click("button[name=metric][value=vega]");
  await untilNote(page, /^History cannot be read: the disk cannot be read\. Shown instead: /);
  await page.waitForSelector("#today-plot[data-old]");
  assert.match(await page.getAttribute("#today-plot", "aria-label") ?? "", /^Profit /);
  made.refusal = null;
  await page.click("button[name=metric][value=theta]");
  await untilNote(page, /^USD per day; since/);
  await page.waitForSelector("#today-plot:not([data-old])");
});

test("ui §7: the wish that came last wins, at the plot's own width", {}, async ({ page }) => {
  const made = await makeLines(page);
  await openLive(page, desk().url);
  await page.evaluate(() => {
    for (const range of ["1y", "3m", "5d", "1m"]) {
      document.querySelector<HTMLElement>(`button[name=range][value="${range}"]`)?.click();
    }
  });
  await untilNote(page, /each day/);
  assert.deepEqual(made.asked.map((query) => query.get("range")), ["1m"]);
  await page.setViewportSize({ width: 800, height: 900 });
  await until(
    "the line is asked for at the new width",
    () => made.asked[made.asked.length - 1].get("pixels") !== made.asked[0].get("pixels"),
  );
  const width = await page.$eval("#today-canvas", (canvas) => canvas.clientWidth);
  assert.equal(Number(made.asked[made.asked.length - 1].get("pixels")), width - 126);
});

test("G-068: the newest point of a long line follows live, its table has dates", {}, async (
  { page },
) => {
  await makeLines(page);
  await openLive(page, desk().url);
  await choose(page, "5d");
  await untilNote(page, /each day/);
  const name = () => page.getAttribute("#today-plot", "aria-label");
  const before = await name();
  await until("the newest value moved", async () => await name() !== before);
  await page.click("#today >> text=Table");
  await page.waitForSelector("#today .points tbody tr");
  const times = await page.locator("#today .points tbody th").allTextContents();
  assert.ok(times.every((time) => /^\d+ \w{3} \d\d:\d\d:\d\d$/.test(time)), times.join());
  assert.ok(new Set(times.map((time) => time.slice(0, 6))).size >= 4, times.join());
});

for (const width of [PHONE.width, 360]) {
  test(`ui §11: on ${width} px the switches scroll in themselves, 44 px high`, {
    viewport: { width, height: PHONE.height },
    isTouch: true,
  }, async ({ page }) => {
    const made = await makeLines(page);
    await openLive(page, desk().url);
    await page.locator("button[name=range][value='1y']").tap();
    await untilNote(page, /each day/);
    const sideways = await page.evaluate(() =>
      document.documentElement.scrollWidth - document.documentElement.clientWidth
    );
    assert.equal(sideways, 0);
    const heights = await page.locator("#today .seg button").evaluateAll((buttons) =>
      buttons.map((button) => button.getBoundingClientRect().height)
    );
    assert.ok(heights.length === 12 && heights.every((height) => height >= 44), heights.join());
    const [query] = made.asked;
    assert.equal(query.get("range"), "1y");
    assert.ok(Number(query.get("pixels")) <= width);
  });
}

/** Times every animation frame that draws the line, what it leaves to microtasks included. */
function timeFrames(): void {
  const durations: number[] = [];
  Reflect.set(globalThis, "durations", durations);
  let hasDrawn = false;
  const fillText = CanvasRenderingContext2D.prototype.fillText;
  CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
    hasDrawn ||= this.canvas.id === "today-canvas";
    fillText.call(this, text, x, y);
  };
  const plain = requestAnimationFrame.bind(globalThis);
  globalThis.requestAnimationFrame = (draw) =>
    plain((at) => {
      const from = performance.now();
      hasDrawn = false;
      draw(at);
      queueMicrotask(() => {
        if (hasDrawn) durations.push(performance.now() - from);
      });
    });
}

test("G-068: a year at 390 px is drawn within a frame", {
  viewport: PHONE,
  isTouch: true,
  before: timeFrames,
}, async ({ page }) => {
  await makeLines(page);
  await openLive(page, desk().url);
  await page.locator("button[name=range][value='1y']").tap();
  await untilNote(page, /each day/);
  await page.evaluate(() => Reflect.get(globalThis, "durations").splice(0));
  const durations = (): Promise<number[]> =>
    page.evaluate(() => Reflect.get(globalThis, "durations"));
  await until("the line was drawn seven times", async () => (await durations()).length >= 7);
  const sorted = (await durations()).toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)];
  assert.ok(median < 16, `${sorted.map((ms) => ms.toFixed(1))} ms`);
});

test("T-022: a range is chosen by a plain form and drawn without a script", {
  javaScript: false,
}, async ({ page }) => {
  await page.goto(desk().url);
  await choose(page, "5d");
  assert.equal(new URL(page.url()).searchParams.get("range"), "5d");
  assert.equal(await page.textContent("#today h2"), "Last 5 sessions");
  assert.match(await note(page), /each day from its previous close/);
  await page.click("button[name=metric][value=netLiq]");
  assert.equal(await page.textContent("#today h2"), "Last 5 sessions", "the cookie keeps it");
});

test("T-016: after a lost connection the record fills the hole in today's line", {}, async (
  { page },
) => {
  const made = await makeLines(page);
  let isCut = false;
  const open: { close(): Promise<void> }[] = [];
  await page.routeWebSocket(/\/api\/stream/, (socket) => {
    if (isCut) return void socket.close();
    socket.connectToServer();
    open.push(socket);
  });
  await openLive(page, desk().url);
  await untilNote(page, /one point a second; since/);
  assert.equal(made.asked.length, 0);
  isCut = true;
  for (const socket of open) await socket.close();
  await until(
    "the page knows",
    async () => /not reachable/.test(await page.textContent("#feed-bar [role=status]") ?? ""),
  );
  const clock = () => page.textContent("[data-n=clock]");
  const seconds = new Set([await clock()]);
  await until("it is cut off for four seconds", async () => seconds.add(await clock()).size > 4);
  const gate = Promise.withResolvers<void>();
  made.hold = gate.promise;
  isCut = false;
  await until("the record is asked", () => made.asked.length > 0, 40_000);
  assert.equal(made.asked[0].get("range"), "today");
  await untilNote(page, /1 gap, the longest \d+ seconds/);
  gate.resolve();
  await untilNote(page, /^USD, one point a second; since 09:30, no gaps/);
});
