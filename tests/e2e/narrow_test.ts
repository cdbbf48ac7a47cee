import assert from "node:assert/strict";
import { violations } from "./axe.ts";
import { DESKTOP, PHONE } from "./browser.ts";
import { openLive, readShown } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf([]);
const desk = () => stage().desk;

for (const viewport of [DESKTOP, PHONE]) {
  for (const colorScheme of ["light", "dark"] as const) {
    const name = `T-026: axe finds nothing grave at ${viewport.width} px, ${colorScheme}`;
    test(name, { viewport, colorScheme, isTouch: viewport === PHONE }, async ({ page }) => {
      await openLive(page, `${desk().url}?open=SPY`);
      assert.deepEqual(await violations(page), []);
    });
  }
}

/** Elements that reach out of the page sideways. */
function overflowing(): string[] {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > width + 0.5)
    .map((element) => `${element.tagName}.${element.className}`).slice(0, 5)
    .concat(`${document.documentElement.scrollWidth} > ${width}`);
}

for (const [width, what] of [[360, "a phone"], [390, "a phone"], [720, "200 % zoom"]] as const) {
  test(`T-026: no sideways scroll at ${width} px (${what})`, {
    viewport: { width, height: 844 },
    isTouch: width < 700,
  }, async ({ page }) => {
    await openLive(page, `${desk().url}?open=SPX,SPY`);
    assert.deepEqual(await page.evaluate(overflowing), []);
    const shown = await readShown(page);
    assert.ok(shown.groups.length > 10);
    const cut = await page.locator(".stats .n, #exposure-table .grp .n, .sides .n").evaluateAll(
      (nodes) =>
        nodes.map((node) => node.closest("td, dd, .side") ?? node)
          .filter((box) => box.scrollWidth > box.clientWidth)
          .map((box) => box.textContent),
    );
    assert.deepEqual(cut, [], "no figure is cut");
  });
}

test("T-026: what is touched on a phone is 44 px high", {
  viewport: PHONE,
  isTouch: true,
}, async ({ page }) => {
  await openLive(page, desk().url);
  const small = await page.locator("button, a, select, input, summary, .accts label").evaluateAll(
    (elements) =>
      elements.filter((element) =>
        element.checkVisibility({ visibilityProperty: true }) && !element.matches(".skip, .brand")
      )
        .map((element) => ({ element, box: element.closest("label") ?? element }))
        .map(({ element, box }) => ({ element, height: box.getBoundingClientRect().height }))
        .filter(({ height }) => height > 0 && height < 44)
        .map(({ element, height }) => `${element.textContent?.trim()} ${Math.round(height)} px`),
  );
  assert.deepEqual(small, []);
});

test("T-026: accounts are chosen on a phone as well", {
  viewport: PHONE,
  isTouch: true,
}, async ({ page }) => {
  await openLive(page, desk().url);
  assert.ok(!await page.isVisible(".accts"));
  const { stats } = await readShown(page);
  await page.tap(".tabs-bottom a[href='#more']");
  await page.locator(".accts label", { hasText: "IRA" }).tap();
  await page.tap(".tabs-bottom a[href='#main']");
  assert.ok(!await page.isVisible(".accts"));
  await page.waitForFunction(
    (all) => document.querySelector(".stats [data-id=positions] .n")?.textContent !== all,
    String(stats.positions),
  );
  assert.deepEqual((await readShown(page)).accounts, ["individual", "joint"]);
});
