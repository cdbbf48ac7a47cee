import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { until, untilFrames } from "./browser.ts";
import { openLive, pause, readShown } from "./overview.ts";
import { stageOf } from "./stage.ts";

// Ten market seconds a second: figures and order move soon.
const { stage, test } = stageOf(["--speed", "10"]);
const desk = () => stage().desk;
const TABLE = "#exposure-table";

async function symbols(page: Page): Promise<string> {
  return (await page.locator(`${TABLE} tr.grp button`).evaluateAll((buttons) =>
    buttons.map((button) => button.getAttribute("value"))
  )).join(" ");
}

/** Takes the pointer and the focus out of the table. */
async function leave(page: Page): Promise<void> {
  await page.mouse.move(2, 2);
  await page.evaluate(() => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  });
}

test("T-022: open rows, sort, scroll and focus survive 100 frames", {}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  await page.click("thead th[data-c=name] button");
  for (const symbol of ["QQQ", "SPY"]) await page.click(`button[value=${symbol}]`);
  await page.locator("button[value=SPY]").focus();
  await page.evaluate(() => scrollTo({ top: 240 }));
  const before = await page.evaluateHandle((table) => {
    const rows = [...document.querySelectorAll(`${table} tbody tr`)];
    const moves: string[] = [];
    const body = document.querySelector(`${table} tbody`);
    const observer = new MutationObserver((records) => {
      for (const record of records) moves.push(`${record.addedNodes.length} rows set anew`);
    });
    if (body !== null) observer.observe(body, { childList: true });
    return { rows, moves, top: scrollY, focused: document.activeElement };
  }, TABLE);
  const figures = () => page.locator(`${TABLE} tr.leg .n`).allTextContents();
  const first = await figures();
  await untilFrames(watched, 100);
  const after = await page.evaluate(([before, table]) => ({
    areSame: [...document.querySelectorAll(`${table} tbody tr`)]
      .every((row, i) => row === before.rows[i]),
    moves: before.moves,
    isFocused: document.activeElement === before.focused,
    isAtTop: scrollY === before.top,
    top: before.top,
  }), [before, TABLE] as const);
  assert.deepEqual(after.moves, []);
  assert.ok(after.areSame, "every row keeps its element");
  assert.ok(!await page.isEnabled(".offer"), "nothing is offered while the order stands");
  assert.ok(after.isFocused, "the focus stays");
  assert.ok(after.isAtTop && after.top > 0, "the scroll stays");
  const shown = await readShown(page);
  assert.deepEqual(shown.groups.filter((g) => g.isOpen).map((g) => g.symbol), ["QQQ", "SPY"]);
  assert.equal(await page.getAttribute("thead th[data-c=name]", "aria-sort"), "ascending");
  assert.notDeepEqual(await figures(), first, "meanwhile the legs ticked");
});

for (const how of ["focus", "pointer"] as const) {
  test(`T-024: rows wait for a re-sort while the ${how} is in the table`, {}, async ({ page }) => {
    await openLive(page, desk().url);
    await page.click("thead th[data-c=pnl] button");
    if (how === "focus") {
      await page.mouse.move(2, 2);
      await page.locator("button[value=SPY]").focus();
    } else {
      await leave(page);
      await page.hover(`${TABLE} tbody tr:nth-child(3)`);
    }
    const before = await symbols(page);
    await page.waitForSelector(".offer:enabled", { timeout: 60_000 });
    assert.equal(await symbols(page), before, "no row moved");
    assert.equal(await page.getAttribute(".offer", "aria-hidden"), "false");
    await page.click(".offer");
    await until("the rows are in order", async () => await symbols(page) !== before);
    assert.ok(!await page.isEnabled(".offer"));
  });
}

test("T-024: rows follow the order by themselves while nobody is in them", {}, async ({ page }) => {
  await openLive(page, desk().url);
  await page.click("thead th[data-c=pnl] button");
  await leave(page);
  const before = await symbols(page);
  await until("the order changes", async () => await symbols(page) !== before, 60_000);
});

test("G-062: long and short narrow the table to their side", {}, async ({ page }) => {
  await openLive(page, desk().url);
  const all = await readShown(page);
  await page.click(".side[data-id=short]");
  await until("rows leave", async () => (await readShown(page)).groups.length < all.groups.length);
  const shorts = await readShown(page);
  assert.ok(shorts.groups.length > 0);
  assert.ok(shorts.groups.every((group) => (group.numbers.dollarDelta ?? 0) < 0));
  assert.match(page.url(), /side=short/);
  await page.click(".side[data-id=short]");
  await until("all are back", async () => {
    return (await readShown(page)).groups.length === all.groups.length;
  });
});

test("G-072: no figure of the table is cut at 1440 and at 1280 px", {}, async ({ page }) => {
  await openLive(page, `${desk().url}?open=SPX,SPY`);
  for (const width of [1440, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    const cut = await page.locator(`${TABLE} :is(td, th, .f)`).evaluateAll((cells) =>
      cells.filter((cell) => cell.scrollWidth > cell.clientWidth)
        .map((cell) => `${cell.closest("[data-c]")?.getAttribute("data-c")}: ${cell.textContent}`)
    );
    assert.deepEqual(cut, [], `at ${width} px`);
  }
});

/** Whole units as the page shows them: a half goes away from zero, and there is no −0. */
function wholeOf(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value)) + 0;
}

/** Rows of a CSV, quotes undone. */
function parseCsv(text: string): string[][] {
  return text.split("\r\n").filter((line) => line !== "").map((line) =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)].slice(0, -1)
      .map(([, cell]) => cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell)
  );
}

test("X-05: the copied CSV is the table, and says that it is demo", {}, async ({ page }) => {
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openLive(page, `${desk().url}?open=SPY`);
  await pause(page);
  const { groups } = await readShown(page);
  const legs = await page.locator(`${TABLE} tr.leg`).count();
  await page.click("text=Copy CSV");
  await page.waitForFunction(() => document.getElementById("said")?.textContent === "Copied.");
  const rows = parseCsv(await page.evaluate(() => navigator.clipboard.readText()));
  assert.match(rows[0][0], /^Demo market: invented prices/);
  const at = (name: string) => rows[1].indexOf(name);
  const body = rows.slice(2);
  assert.equal(body.length, groups.length + legs);
  const copied = body.filter((row) => row[at("Account")] === "all chosen");
  assert.deepEqual(copied.map((row) => row[0].replace(/^'/, "")), groups.map((g) => g.symbol));
  const columns = [["dollarDelta", "Dollar delta"], ["vega", "Vega"], ["pnl", "P&L day"]] as const;
  for (const [id, name] of columns) {
    const shown = groups.map((group) => group.numbers[id]);
    const values = copied.map((row) => wholeOf(Number(row[at(name)])));
    assert.deepEqual(values, shown, name);
  }
  const quantities = body.filter((row) => row[0] === "SPY" && row[at("Account")] !== "all chosen")
    .map((row) => row[at("Quantity")]);
  assert.equal(quantities.length, legs);
  assert.ok(quantities.every((quantity) => Number(quantity) !== 0), quantities.join());
});

test("T-024: the chosen columns are back at the next first paint", {}, async (watched) => {
  const { page, complaints } = watched;
  await openLive(page, desk().url);
  const heads = () =>
    page.locator(`${TABLE} thead th`).evaluateAll((cells) =>
      cells.map((cell) => cell.getAttribute("data-c"))
    );
  const standard = await heads();
  await page.click(".menu summary");
  await page.locator(".menu label", { hasText: "Vega" }).click();
  await page.locator(".menu label", { hasText: "Weight" }).click();
  const wanted = standard.filter((id) => id !== "vega");
  wanted.splice(wanted.indexOf("pnl"), 0, "weight");
  assert.deepEqual(await heads(), wanted);
  assert.equal(await page.locator(`${TABLE} tbody td[data-c=weight] .n`).count(), 21);
  const painted = await (await page.context().request.get(desk().url)).text();
  assert.match(painted, /<th[^>]*data-c="weight"/);
  assert.doesNotMatch(painted, /<th[^>]*data-c="vega"/);
  await openLive(page, desk().url);
  assert.deepEqual(await heads(), wanted);
  await page.click(".menu summary");
  await page.click("text=Standard columns");
  assert.deepEqual(await heads(), standard);
  await untilFrames(watched, 10);
  assert.deepEqual(complaints, []);
});
