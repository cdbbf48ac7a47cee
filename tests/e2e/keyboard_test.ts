import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until, untilFrames } from "./browser.ts";
import { openLive, readShown, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf([]);
const desk = () => stage().desk;

/** Symbol of the group whose button has the focus. */
async function focusedGroup(page: Page): Promise<string> {
  return await page.evaluate(() => document.activeElement?.getAttribute("value") ?? "");
}

async function isOpen(page: Page, symbol: string): Promise<string | null> {
  return await page.getAttribute(`button[value="${symbol}"]`, "aria-expanded");
}

test("T-024: rows are walked, opened and closed by keys", {}, async ({ page }) => {
  await openLive(page, desk().url);
  const { groups } = await readShown(page);
  await page.keyboard.press("j");
  const first = await focusedGroup(page);
  assert.equal(first, groups[0].symbol);
  await page.keyboard.press("j");
  const second = await focusedGroup(page);
  assert.notEqual(second, first);
  await page.keyboard.press("k");
  assert.equal(await focusedGroup(page), first);
  await page.keyboard.press("ArrowRight");
  assert.equal(await isOpen(page, first), "true");
  const legs = await page.locator("#exposure-table tr.leg").count();
  assert.ok(legs > 0);
  await page.keyboard.press("j");
  assert.equal(await page.evaluate(() => document.activeElement?.className.split(" ")[0]), "leg");
  // From a leg the arrow closes its group and goes back to it.
  await page.keyboard.press("ArrowLeft");
  assert.equal(await isOpen(page, first), "false");
  assert.equal(await focusedGroup(page), first);
  assert.equal(await page.locator("#exposure-table tr.leg").count(), 0);
  for (const key of ["Enter", "Space"]) {
    await page.keyboard.press(key);
    await until(`${key} turns the group`, async () => {
      return await isOpen(page, first) === (key === "Enter" ? "true" : "false");
    });
    assert.equal(await focusedGroup(page), first, `${key} keeps the focus`);
  }
  assert.equal(new URL(page.url()).pathname, "/");
});

test("T-024: S sorts by the focused column and says so", {}, async ({ page }) => {
  await openLive(page, desk().url);
  await page.locator("thead th[data-c=vega] button").focus();
  await page.keyboard.press("s");
  assert.equal(await page.getAttribute("thead th[data-c=vega]", "aria-sort"), "descending");
  await page.keyboard.press("Enter");
  assert.equal(await page.getAttribute("thead th[data-c=vega]", "aria-sort"), "ascending");
  assert.equal(await page.locator("thead [aria-sort]").count(), 1);
  const vegas = (await readShown(page)).groups.map((group) => Math.abs(group.numbers.vega ?? 0));
  assert.ok(vegas[0] <= vegas[vegas.length - 1]);
});

test("T-022: every single key of the list does what it says", {}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  const press = (key: string) => page.keyboard.press(key);
  await press("p");
  await page.waitForSelector("[data-act=pause][aria-pressed=true]");
  await press("p");
  await page.waitForSelector("[data-act=pause][aria-pressed=false]");
  await press("f");
  await page.waitForSelector("#today.folded");
  assert.ok(!await page.isVisible("#today-canvas"));
  assert.match(await page.textContent("[data-n=summary]") ?? "", /between .* and .*gap/);
  await press("f");
  await page.waitForSelector("#today:not(.folded)");
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const papers = new Set([await paper()]);
  for (let i = 0; i < 3; i++) {
    await press("t");
    papers.add(await paper());
  }
  assert.equal(papers.size, 2, "light and dark were seen");
  await press("r");
  await page.waitForFunction(() =>
    document.getElementById("said")?.textContent?.startsWith("You are ")
  );
  await press("?");
  assert.ok(await page.isVisible("dialog#keys"));
  await press("Escape");
  assert.ok(!await page.isVisible("dialog#keys"));
  await press("/");
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("type")), "search");
  await page.keyboard.type("sp");
  await until("the table narrows", async () => (await readShown(page)).groups.length < 5);
  const found = (await readShown(page)).groups.map((group) => group.symbol);
  assert.ok(found.includes("SPY") && found.every((symbol) => symbol.includes("SP")), `${found}`);
  await untilFrames(watched, 5);
});

test("T-022: single keys can be turned off, and stay off", {}, async ({ page }) => {
  await openLive(page, desk().url);
  await page.click("[data-act=help]");
  await page.locator("dialog#keys .switch").click();
  await page.keyboard.press("Escape");
  for (const load of ["first", "again"]) {
    await page.keyboard.press("p");
    await page.keyboard.press("?");
    assert.ok(!await page.isVisible("dialog#keys"), load);
    assert.equal(await page.getAttribute("[data-act=pause]", "aria-pressed"), "false", load);
    await openLive(page, desk().url);
  }
});

test(
  "T-022: the first tab skips to the answer, and focus is seen everywhere",
  {},
  async ({ page }) => {
    await openLive(page, desk().url);
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement?.className), "skip");
    assert.ok(
      await page.evaluate(() => {
        const box = document.activeElement?.getBoundingClientRect();
        return box !== undefined && box.top >= 0 && box.height > 10 && box.width > 10;
      }),
      "the link is in sight",
    );
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement?.id), "main");
    const unseen: string[] = [];
    for (let i = 0; i < 40; i++) {
      await page.keyboard.press("Tab");
      const problem = await page.evaluate(() => {
        const element = document.activeElement;
        if (!(element instanceof HTMLElement) || element === document.body) return "nothing";
        const style = getComputedStyle(element);
        const label = element.nextElementSibling;
        const twin = label === null ? null : getComputedStyle(label);
        const isSeen = [style, twin].some((item) =>
          item !== null && item.outlineStyle !== "none" && parseFloat(item.outlineWidth) >= 2
        );
        return isSeen ? "" : `${element.tagName} ${element.className} ${element.textContent}`;
      });
      if (problem !== "") unseen.push(problem);
    }
    assert.deepEqual(unseen, []);
  },
);

test("G-072: a figure says its state in its text, not by colour alone", {}, async ({ page }) => {
  await openLive(page, desk().url);
  const pnl = page.locator("#exposure-table td[data-c=pnl] .n[data-pl]");
  const texts = await pnl.evaluateAll((nodes) =>
    nodes.map((node) => [node.getAttribute("data-pl"), node.textContent?.[0]].join(""))
  );
  assert.ok(texts.length > 10);
  assert.ok(texts.every((text) => text === "++" || text === "-\u2212"), texts.join(" "));
  assert.match(await statText(page, "dollarDelta"), /^[+\u2212]/);
  const painted = await page.locator(".n[data-pl]").evaluateAll((nodes) =>
    nodes.map((node) => node.closest("[data-c], [data-id]"))
      .map((box) => box?.getAttribute("data-c") ?? box?.getAttribute("data-id"))
  );
  const allowed = new Set(["pnl", undefined, null]);
  assert.deepEqual(painted.filter((id) => !allowed.has(id)), [], "only results carry colour");
});
