import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { chromiumPath, testWith } from "../prerequisite.ts";
import { violations } from "./axe.ts";
import { DESKTOP, openPage, PHONE, until } from "./browser.ts";
import { openSignedIn } from "./live_stage.ts";
import { TwoBrokersStage } from "./two_brokers_stage.ts";

let stage: TwoBrokersStage | null = null;

function current(): TwoBrokersStage {
  if (stage === null) throw new Error("the stage stands only while tests run");
  return stage;
}

if (chromiumPath() !== null) {
  Deno.test.beforeAll(async () => {
    stage = await TwoBrokersStage.start({ isTwsAway: true });
  });
  Deno.test.afterAll(async () => {
    await stage?.stop();
    stage = null;
  });
}

function test(name: string, fn: () => Promise<void>): void {
  testWith(["chromium"], { name, sanitizeOps: false, sanitizeResources: false, fn });
}

function rail(page: Page): Promise<string> {
  return page.locator(".accts").innerText();
}

function needs(page: Page): Promise<string> {
  return page.locator("#needs").innerText();
}

async function isTooWide(page: Page): Promise<boolean> {
  return await page.evaluate(() =>
    document.documentElement.scrollWidth > document.documentElement.clientWidth
  );
}

const WITHIN_MS = 45_000;

test("G-070: a broker that comes late joins the page that is open, dies and returns", async () => {
  const { browser, desk } = current();
  const { page, complaints } = await openPage(browser, { viewport: DESKTOP });
  await openSignedIn(page, desk, "/?open=SPY");
  await page.waitForSelector("#exposure-table tr.grp");
  assert.match(await rail(page), /tastytrade[^]*Interactive Brokers\s*not connected/);
  assert.match(await needs(page), /Interactive Brokers is not connected/);
  assert.match(await page.locator(".stats").innerText(), /USD, without IB/);
  await page.evaluate(() => document.body.dataset.mark = "same page");

  current().startTws();
  await until(
    "its accounts are there",
    async () => /Paper Individual/.test(await rail(page)),
    WITHIN_MS,
  );
  await page.waitForSelector("tr.merged");
  await until(
    "nothing is missing",
    async () => !/without IB/.test(await page.locator(".stats").innerText()),
    WITHIN_MS,
  );
  assert.equal(await page.evaluate(() => document.body.dataset.mark), "same page");
  const chosen = page.locator(".accts input:checked");
  await until("all of them are chosen", async () => await chosen.count() === 6);
  const shares = page.locator("tr.merged", { hasText: "shares" });
  await until("all holders are in it", async () => /4 accounts/.test(await shares.innerText()));
  await shares.locator("button").click();
  assert.equal(await page.locator("tr.part").count(), 4);

  await current().endTws();
  await until(
    "totals say so",
    async () => /IB as of \d\d:\d\d/.test(await page.locator(".stats").innerText()),
    WITHIN_MS,
  );
  await until(
    "it is told",
    async () => /Interactive Brokers does not answer/.test(await needs(page)),
  );
  await until(
    "the filter says so",
    async () => /Interactive Brokers\s*as of \d\d:\d\d/.test(await rail(page)),
  );
  assert.ok(await page.locator("#exposure.old").count() === 0, "the table is not dimmed");
  current().startTws();
  await until(
    "it is whole again",
    async () => /broker value/.test(await page.locator(".stats").innerText()),
    WITHIN_MS,
  );
  assert.deepEqual(complaints, []);
  await page.context().close();
});

for (const viewport of [DESKTOP, PHONE]) {
  test(`G-070: both brokers on their pages at ${viewport.width} px`, async () => {
    const { browser, desk } = current();
    const isTouch = viewport === PHONE;
    const { page, complaints } = await openPage(browser, { viewport, isTouch });
    await openSignedIn(page, desk, "/?open=SPY");
    await page.waitForSelector("tr.merged");
    assert.equal(await isTooWide(page), false);
    const bar = page.locator("footer, .feed").first();
    const cut = await bar.evaluate((node) => node.scrollWidth > node.clientWidth);
    assert.equal(cut, false, "the feed bar has room for both");
    assert.deepEqual(await violations(page), []);

    await page.goto(`${desk.url}connect`);
    await page.waitForSelector(".steps");
    assert.equal(await page.locator(".steps").count(), 2);
    assert.ok(await page.locator("button[aria-label='Test Interactive Brokers']").isVisible());
    assert.equal(await isTooWide(page), false);

    await page.goto(`${desk.url}reconcile?accounts=ira,paper-ira-trad`);
    await page.waitForSelector("[data-account=paper-ira-trad].sec");
    assert.match(
      await page.locator("[data-account=paper-ira-trad].sec").innerText(),
      /Interactive Brokers/,
    );
    assert.equal(await isTooWide(page), false);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
}
