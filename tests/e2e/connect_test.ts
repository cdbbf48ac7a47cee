import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Fault } from "../../sims/tastytrade/mod.ts";
import { violations } from "./axe.ts";
import { DESKTOP, PHONE, until } from "./browser.ts";
import { liveStageOf, openSignedIn } from "./live_stage.ts";

const POSITIONS_FAIL: Fault = {
  on: "rest",
  do: "status",
  status: 503,
  when: { path: "/accounts/" },
};
const { stage, test } = liveStageOf([POSITIONS_FAIL]);

/** What the page says: its headline, the marks of its steps and the open fix. */
async function shown(page: Page) {
  return await page.evaluate(() => ({
    headline: document.querySelector("h1")?.textContent ?? "",
    marks: [...document.querySelectorAll(".steps .m")].map((one) => one.textContent ?? ""),
    fixed: [...document.querySelectorAll(".steps li:has(.fix)")]
      .map((one) => one.getAttribute("data-step")),
    remedy: document.querySelector(".fixin ol")?.textContent ?? "",
    count: document.querySelector(".nav .count")?.firstChild?.textContent ?? "",
  }));
}

async function untilFails(page: Page, step: string): Promise<void> {
  await until(`${step} fails`, async () => (await shown(page)).fixed.includes(step), 30_000);
}

/** Puts other faults in the place of those before, and wants a test as soon as one may be had. */
async function become(page: Page, faults: readonly Fault[]): Promise<void> {
  const { sim } = stage();
  sim.faults.clear();
  for (const fault of faults) sim.inject(fault);
  await page.waitForTimeout(16_000);
}

for (const viewport of [DESKTOP, PHONE]) {
  for (const colorScheme of ["light", "dark"] as const) {
    const name =
      `T-026: axe finds nothing grave on Connect at ${viewport.width} px, ${colorScheme}`;
    test(name, { viewport, colorScheme, isTouch: viewport === PHONE }, async (watched) => {
      const { page, complaints } = watched;
      await openSignedIn(page, stage().desk, "/");
      assert.equal(new URL(page.url()).pathname, "/connect", "the book is not there");
      await untilFails(page, "positions");
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(complaints, []);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= viewport.width, `${width} px wide`);
    });
  }
}

test("Connect: the failing step is the answer, with what to do", {}, async (w) => {
  await openSignedIn(w.page, stage().desk, "/connect");
  await untilFails(w.page, "positions");
  const { headline, marks, fixed, remedy, count } = await shown(w.page);

  assert.match(headline, /^tastytrade stops at step 3: the service answers with an error/);
  const bar = w.page.locator("#connect-bar:has(.pip.down)");
  await bar.getByText("tastytrade: Step 3 of 7 fails").waitFor();
  assert.deepEqual(marks, ["✓", "✓", "✕", "4", "5", "6", "7"]);
  assert.deepEqual(fixed, ["positions"]);
  assert.match(remedy, /tastytrade's own app/);
  assert.equal(count, "1");
  const text = await w.page.locator("body").innerText();
  assert.match(text, /set, not shown/);
  assert.doesNotMatch(text, /CANARY/);
  assert.doesNotMatch(await w.page.content(), /CANARY/);
});

test(
  "Connect: reads without a script, and loads itself again",
  { javaScript: false },
  async (w) => {
    await openSignedIn(w.page, stage().desk, "/");
    assert.match(await w.page.locator("h1").innerText(), /stops at step 3/);
    assert.equal(await w.page.locator(".steps > li").count(), 7);
    assert.equal(await w.page.locator("meta[http-equiv=refresh]").count(), 1);
    assert.ok(await w.page.locator(".fixin button").isDisabled(), "nothing that does nothing");
  },
);

test("Connect: what is touched on a phone is 44 px high", {
  viewport: PHONE,
  isTouch: true,
}, async ({ page }) => {
  await openSignedIn(page, stage().desk, "/connect");
  await untilFails(page, "positions");
  const small = await page.locator("button, a").evaluateAll((elements) =>
    elements.filter((element) =>
      element.checkVisibility({ visibilityProperty: true }) && !element.matches(".skip, .brand")
    ).map((element) => ({ element, height: element.getBoundingClientRect().height }))
      .filter(({ height }) => height > 0 && height < 44)
      .map(({ element, height }) => `${element.textContent?.trim()} ${Math.round(height)} px`)
  );
  assert.deepEqual(small, []);
});

test("T-022: nothing shifts while a failing step is tested again and again", {
  before: () => {
    const shifts: string[] = [];
    Reflect.set(globalThis, "shifts", shifts);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) {
        const sources: { node: Node | null }[] = Reflect.get(entry, "sources") ?? [];
        shifts.push(sources.map(({ node }) => node?.textContent ?? "?").join(" | "));
      }
    }).observe({ type: "layout-shift", buffered: true });
  },
}, async ({ page }) => {
  await openSignedIn(page, stage().desk, "/connect");
  await untilFails(page, "positions");
  await page.evaluate(() => Reflect.get(globalThis, "shifts").splice(0));
  const { sim } = stage();
  const before = sim.rest.seen.length;
  await page.click(".fixin button");
  await until("it was tested again", () => sim.rest.seen.length > before, 40_000);
  await page.waitForTimeout(2_000);
  assert.deepEqual(await page.evaluate(() => Reflect.get(globalThis, "shifts")), []);
});

test("NET-5: the answer follows the fault, and the page goes on to the book", {}, async (
  { page, complaints },
) => {
  const { desk } = stage();
  await openSignedIn(page, desk, "/?open=SPY");
  await become(page, [{ on: "rest", do: "html" }]);
  await untilFails(page, "signIn");
  assert.match((await shown(page)).headline, /step 1: this network answers with a page of its own/);
  await become(page, [{ on: "rest", do: "status", status: 403, when: { path: "/customers/me" } }]);
  await untilFails(page, "accounts");
  assert.match((await shown(page)).headline, /step 2: the grant may not do this/);
  const again = page.locator(".test-all button:enabled");
  stage().sim.faults.clear();
  await page.waitForTimeout(16_000);
  // The book may be there by now, and the page on its way to it.
  if (await again.count() > 0) await again.click({ timeout: 2_000 }).catch(() => {});
  await page.waitForURL((url) => url.pathname === "/", { timeout: 40_000 });
  assert.equal(new URL(page.url()).search, "?open=SPY", "where the reader wanted to go");
  await page.waitForSelector("#exposure-table .grp");
  assert.deepEqual(complaints.filter((one) => !/503|Failed to load/.test(one)), []);
});

test("Connect: with a book the running feeds prove their steps", {
  viewport: PHONE,
  isTouch: true,
}, async ({ page }) => {
  stage().sim.faults.clear();
  await openSignedIn(page, stage().desk, "/");
  await page.waitForURL((url) => url.pathname === "/", { timeout: 60_000 });
  await page.goto(new URL("connect", stage().desk.url).href);
  await until("every step passes", async () => {
    const { marks } = await shown(page);
    return marks.length === 7 && marks.every((mark) => mark === "✓");
  }, 60_000);
  assert.equal((await shown(page)).headline, "tastytrade is connected.");
  assert.match(await page.locator("[data-step=feed] small").innerText(), /last frame .* ago/);
  assert.deepEqual(await violations(page), []);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 390);
});

test("Connect: a quote token that is refused fails its step; the book stays", {}, async (
  { page },
) => {
  const { sim, desk } = stage();
  sim.inject({ on: "rest", do: "status", status: 403, when: { path: "/api-quote-tokens" } });
  await openSignedIn(page, desk, "/connect");
  await until("the quote token fails", async () => {
    // A wish that comes too soon is refused with the time to wait.
    await page.locator(".test-all button:enabled").click();
    await page.waitForTimeout(1_000);
    return (await shown(page)).fixed.includes("quoteToken");
  }, 60_000);
  assert.match((await shown(page)).headline, /step 4: this login gets no quotes/);
  assert.match((await shown(page)).remedy, /market data agreements/);
  await page.goto(desk.url);
  await page.waitForSelector("#exposure-table .grp");
  const badge = page.locator(".nav a[href='/connect'] .count");
  assert.equal(await badge.count(), 1);
  // The badge follows without a load, on the page of the book and beside the steps.
  const other = await page.context().newPage();
  sim.faults.clear();
  await other.goto(new URL("connect", desk.url).href);
  await until("the quote token passes", async () => {
    await other.locator(".test-all button:enabled").click();
    await other.waitForTimeout(1_000);
    return (await shown(other)).marks.every((mark) => mark === "✓");
  }, 60_000);
  await badge.waitFor({ state: "detached", timeout: 30_000 });
  assert.equal(await other.locator(".nav a[href='/connect'] kbd").textContent(), "9");
  await other.close();
});
