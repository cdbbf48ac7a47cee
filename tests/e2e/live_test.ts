import assert from "node:assert/strict";
import { apiBook } from "./book_api.ts";
import { until, untilFrames } from "./browser.ts";
import { numberOf, openLive, pause, readShown, resume, type Shown, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf([]);
const desk = () => stage().desk;

test(
  "T-022: numbers stand within 2 s and move, and nothing complains",
  {},
  async (watched) => {
    const { page, complaints } = watched;
    const startedAt = performance.now();
    await page.goto(desk().url, { waitUntil: "commit" });
    await page.waitForFunction(() => {
      const figure = document.querySelector(".stats [data-id=dollarDelta] .n");
      return /\d/.test(figure?.textContent ?? "");
    });
    assert.ok(performance.now() - startedAt < 2_000, "first numbers");
    const first = await statText(page, "dollarDelta");
    await until(
      "the figure moves",
      async () => await statText(page, "dollarDelta") !== first,
    );
    await untilFrames(watched, 40);
    await page.click("button[name=ring][value=netLiq]");
    await page.click("button[value=SPY]");
    await page.click("button[name=metric][value=vega]");
    await untilFrames(watched, 20);
    assert.deepEqual(complaints, []);
  },
);

test("T-014: the page follows the book of the desk", {}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  const book = await apiBook(desk().url);
  for (
    const [id, value] of [["netLiq", book.account_net_liq], [
      "positions",
      120,
    ]] as const
  ) {
    const shown = numberOf(await statText(page, id)) ?? NaN;
    assert.ok(
      Math.abs(shown / value - 1) < 0.001,
      `${id}: ${shown} and ${value}`,
    );
  }
  const dollarDelta = numberOf(await statText(page, "dollarDelta")) ?? NaN;
  assert.ok(
    Math.abs(dollarDelta / book.total_notional - 1) < 0.02,
    `${dollarDelta}`,
  );
});

/** Fails unless totals, table, sides and ring of a held page are of one book. */
function assertOneBook(shown: Shown): void {
  const { dollarDelta } = shown.stats;
  assert.equal(shown.foot.dollarDelta, dollarDelta, "foot and strip");
  assert.equal(shown.sides.net, dollarDelta, "sides and strip");
  const sum = shown.groups.reduce(
    (total, group) => total + (group.numbers.dollarDelta ?? 0),
    0,
  );
  assert.ok(
    Math.abs(sum - (dollarDelta ?? NaN)) <= shown.groups.length,
    "rows and strip",
  );
  assert.equal(shown.ringNet, ringText(dollarDelta ?? NaN), "ring and strip");
}

/** A signed amount as the ring writes it: "+1.20M", "−905k". */
function ringText(value: number): string {
  const size = Math.abs(value);
  const sign = value < 0 ? "\u2212" : "+";
  if (Math.round(size / 1e3) < 1000) return `${sign}${Math.round(size / 1e3)}k`;
  return `${sign}${(size / 1e6).toFixed(size < 1e7 ? 2 : 1)}M`;
}

test(
  "T-007: the filter moves totals, table and ring together",
  {},
  async ({ page }) => {
    await openLive(page, desk().url);
    const all = await readShown(page);
    await page.uncheck("input[name=accounts][value=individual]");
    await until("the count follows", async () => {
      return await statText(page, "positions") !== String(all.stats.positions);
    });
    await pause(page);
    const shown = await readShown(page);
    assertOneBook(shown);
    const chosen = ["joint", "ira"];
    const book = await apiBook(desk().url, chosen);
    assert.equal(shown.stats.positions, book.position_count);
    const symbols = book.grouped_positions.map((group) => group.symbol);
    assert.deepEqual(
      shown.groups.map((group) => group.symbol).toSorted(),
      symbols.toSorted(),
    );
    for (const group of book.grouped_positions) {
      const row = shown.groups.find((item) => item.symbol === group.symbol);
      const value = row?.numbers.dollarDelta ?? NaN;
      const slack = 500 + 0.05 * Math.abs(group.total_notional);
      assert.ok(Math.abs(value - group.total_notional) < slack, group.symbol);
    }
  },
);

test(
  "T-007: address and cookie bring the filter back at the first paint",
  {},
  async ({ page }) => {
    await openLive(page, desk().url);
    await page.uncheck("input[name=accounts][value=joint]");
    await page.waitForFunction(() => location.search !== "");
    assert.equal(new URL(page.url()).search, "?accounts=individual,ira");
    const cookies = await page.context().cookies();
    const cookie = cookies.find(({ name }) => name === "dd_accounts");
    assert.equal(decodeURIComponent(cookie?.value ?? ""), "individual,ira");
    const { position_count } = await apiBook(desk().url, ["individual", "ira"]);
    for (const address of [page.url(), desk().url]) {
      const answer = await page.context().request.get(address);
      const painted = />Positions<.*?<data[^>]*>([\d,]+)</s.exec(
        await answer.text(),
      );
      assert.equal(painted?.[1], String(position_count), address);
    }
    await page.reload();
    assert.deepEqual((await readShown(page)).accounts, ["individual", "ira"]);
  },
);

test(
  "G-060: pause holds every number while ages go on; resume catches up",
  {},
  async (watched) => {
    const { page } = watched;
    await openLive(page, `${desk().url}?open=SPY`);
    await pause(page);
    const held = await readShown(page);
    const heldDelta = await statText(page, "dollarDelta");
    const ages = () =>
      page.locator("#exposure-table tr.leg .src > span:first-of-type")
        .allTextContents();
    const [agesBefore, clockBefore] = [
      await ages(),
      await page.textContent("[data-n=clock]"),
    ];
    await untilFrames(watched, 60);
    assert.deepEqual(await readShown(page), held);
    assert.notEqual(await page.textContent("[data-n=clock]"), clockBefore);
    const later = await ages();
    assert.ok(later.length > 5);
    later.forEach((age, i) => {
      const [now, before] = [
        numberOf(age) ?? NaN,
        numberOf(agesBefore[i]) ?? NaN,
      ];
      assert.ok(now > before, `age ${i}: ${before} then ${now}`);
    });
    await resume(page);
    await until("the figures go on", async () => {
      return await statText(page, "dollarDelta") !== heldDelta;
    });
    const book = await apiBook(desk().url);
    const shown = numberOf(await statText(page, "netLiq")) ?? NaN;
    assert.ok(Math.abs(shown - book.account_net_liq) < 0.001 * shown);
  },
);
