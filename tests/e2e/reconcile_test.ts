import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { violations } from "./axe.ts";
import { DESKTOP, PHONE } from "./browser.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf([]);
const address = () => `${stage().desk.url}reconcile`;

/** Plants a difference of 312 into what the page is answered, and a mark of the IRA. */
async function plant(page: Page): Promise<void> {
  await page.route("**/api/reconciliation*", async (route) => {
    const answer = await (await route.fetch()).json();
    const ira = answer.accounts.find(({ account }: { account: string }) => account === "ira");
    if (ira === undefined) return await route.fulfill({ json: answer });
    const { compared } = ira;
    const cause = { code: "oursIsLast", text: "2 positions are marked here at last" };
    const apart = { tolerance: 40, state: "differs", doubt: null, cause };
    Object.assign(compared.netLiq, apart, {
      theirs: compared.netLiq.ours - 312,
      difference: 312,
    });
    const position = compared.positions[3];
    Object.assign(position.mark, apart, { theirs: position.mark.ours - 1.2, difference: 1.2 });
    position.state = compared.state = "differs";
    const absent = { theirs: null, difference: null, tolerance: null, doubt: "absentTheirs" };
    Object.assign(compared.cash, absent, { state: "notComparable" });
    await route.fulfill({ json: answer });
  });
}

function headline(page: Page): Promise<string> {
  return page.locator("h1").innerText();
}

for (const viewport of [DESKTOP, PHONE]) {
  for (const colorScheme of ["light", "dark"] as const) {
    const name = `T-003: both sides at ${viewport.width} px, ${colorScheme}, and axe finds nothing`;
    test(name, { viewport, colorScheme, isTouch: viewport === PHONE }, async ({ page }) => {
      await plant(page);
      // One account: axe takes seconds for every hundred rows.
      await page.goto(`${address()}?accounts=ira`);
      assert.equal(await headline(page), "The broker and the desk agree on 1 account.");
      assert.equal(await page.locator(".recon-figures tbody tr").count(), 4);
      await page.waitForSelector("h1:has-text('Net liq of IRA differs by 312 USD')");
      const cash = page.locator("[data-account=ira] [data-id=cash]");
      assert.equal(await cash.locator(".n[data-s=absent]").count(), 3);
      assert.match(await cash.innerText(), /the broker does not tell it/);
      const first = page.locator(".recon-positions tbody").first();
      assert.equal(await first.getAttribute("data-state"), "differs");
      assert.ok(await first.locator(".finding").isVisible());
      assert.deepEqual(await violations(page), []);
      const wide = await page.evaluate(() =>
        document.documentElement.scrollWidth - document.documentElement.clientWidth
      );
      assert.ok(wide <= 0, `${wide} px too wide`);
      const cut = await page.locator(".recon-figures .n, .recon-positions .n").evaluateAll(
        (nodes) =>
          nodes.map((node) => node.closest("td") ?? node)
            .filter((box) => box.scrollWidth > box.clientWidth)
            .map((box) => box.textContent),
      );
      assert.deepEqual(cut, [], "no figure is cut");
    });
  }
}

test(
  "T-007: the account filter holds on the page",
  {},
  async (watched) => {
    const { page } = watched;
    await page.goto(address());
    await page.locator(".accts label", { hasText: "IRA" }).click();
    await page.waitForFunction(() => document.querySelectorAll("[data-account]").length > 0);
    await page.waitForSelector("[data-account=ira].sec", { state: "detached" });
    assert.equal(new URL(page.url()).pathname, "/reconcile");
    assert.equal(await headline(page), "The broker and the desk agree on 2 accounts.");
    await page.reload();
    assert.equal(await headline(page), "The broker and the desk agree on 2 accounts.");
    assert.match(await page.title(), /Reconcile/);
  },
);

test("reconcile: the page is right without a script", { javaScript: false }, async ({ page }) => {
  await page.goto(`${address()}?accounts=joint`);
  assert.equal(await headline(page), "The broker and the desk agree on 1 account.");
  assert.equal(await page.locator(".sec[data-account]").count(), 1);
  assert.ok(await page.locator(".recon-positions tbody").count() > 5);
});

test("reconcile: the Overview leads there", {}, async ({ page }) => {
  await page.goto(stage().desk.url);
  await page.locator("#balance a", { hasText: "Side by side" }).click();
  await page.waitForURL("**/reconcile");
  assert.ok(await page.locator(".nav a[href='/reconcile'][aria-current=page]").isVisible());
});
