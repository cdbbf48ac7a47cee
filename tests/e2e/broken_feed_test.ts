import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { testWith } from "../prerequisite.ts";
import { openBrowser, openPage, until, untilFrames } from "./browser.ts";
import { type RunningDesk, startDesk } from "./desk.ts";
import { apiBook } from "./book_api.ts";
import { openLive, readShown, statText } from "./overview.ts";

async function icon(page: Page): Promise<string> {
  return await page.getAttribute("link[rel=icon]", "href") ?? "";
}

/** What the reader set on the page, and a mark that a reload would lose. */
async function choices(page: Page) {
  const { groups } = await readShown(page);
  return {
    open: groups.filter((group) => group.isOpen).map((group) => group.symbol),
    sort: await page.getAttribute("thead th[data-c=vega]", "aria-sort"),
    accounts: (await readShown(page)).accounts,
    mark: await page.evaluate(() => Reflect.get(globalThis, "notReloaded")),
  };
}

/** Pulls the plug: the server dies without a word, and the launcher above it ends. */
async function pullThePlug(desk: RunningDesk): Promise<void> {
  Deno.kill(desk.serverPid(), "SIGKILL");
  await desk.ended;
}

async function brokenAndBack(): Promise<void> {
  const desk = await startDesk();
  const browser = await openBrowser();
  let again: RunningDesk | null = null;
  try {
    const watched = await openPage(browser);
    const { page } = watched;
    await openLive(page, desk.url);
    await page.uncheck("input[name=accounts][value=ira]");
    await page.click("thead th[data-c=vega] button");
    await page.click("button[value=SPY]");
    await page.evaluate(() => Reflect.set(globalThis, "notReloaded", true));
    const [chosen, fineIcon] = [await choices(page), await icon(page)];
    const { epoch } = (await apiBook(desk.url)).stream;

    await pullThePlug(desk);
    await page.waitForFunction(() => document.title.startsWith("Feed down · Demo ·"), null, {
      timeout: 6_000,
    });
    assert.notEqual(await icon(page), fineIcon, "the icon tells it too");
    await page.waitForSelector("#exposure.old .badge.stale");
    const note = await page.textContent("#exposure .badge.stale") ?? "";
    const held = await readShown(page);
    assert.ok(Object.values(held.stats).every((value) => value !== null), "values are kept");
    assert.ok(held.groups.every((group) => group.numbers.dollarDelta !== null));
    assert.match(note, /not reachable/);
    assert.match(note, /since \d\d:\d\d/, "since when");
    // The bar follows at its own pace, twice a second.
    await page.waitForSelector("#feed-bar [data-feed] .pip.down, #feed-bar [data-feed] .pip.late");

    const port = Number(new URL(desk.url).port);
    again = await startDesk([], { data: desk.data, port });
    await page.waitForFunction(() => document.title === "Demo · Overview · Deltadesk", null, {
      timeout: 20_000,
    });
    assert.notEqual((await apiBook(again.url)).stream.epoch, epoch);
    const first = await statText(page, "dollarDelta");
    await until("figures move again", async () => await statText(page, "dollarDelta") !== first);
    await untilFrames(watched, 20);
    assert.equal(await icon(page), fineIcon);
    assert.equal(await page.locator("#exposure.old").count(), 0);
    assert.deepEqual(await choices(page), chosen);
    const legs = (await apiBook(again.url, ["individual", "joint"])).position_count;
    assert.equal(await statText(page, "positions"), String(legs));
  } finally {
    await browser.close();
    await (again ?? desk).stop();
  }
}

testWith(["chromium"], {
  name: "CLI-2: a killed desk is told within seconds, and a new epoch is taken without a reload",
  fn: brokenAndBack,
  sanitizeOps: false,
  sanitizeResources: false,
});
