import assert from "node:assert/strict";
import { apiBook } from "./book_api.ts";
import { until, untilFrames } from "./browser.ts";
import { ROOT } from "./desk.ts";
import { openLive, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

// Ten recorded minutes in ten seconds.
const { stage, test } = stageOf(["--replay", `${ROOT}/docs/examples/replay`, "--speed", "60"]);
const desk = () => stage().desk;

test(
  "X-05: a replay is marked apart from the demo on page, title and export",
  {},
  async (watched) => {
    const { page, complaints } = watched;
    await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await openLive(page, desk().url);
    assert.match(await page.title(), /Replay · Overview · Deltadesk$/);
    assert.match(await page.textContent(".demo-flag") ?? "", /^Replay recorded prices/);
    assert.equal(await page.textContent(".specimen-name"), "Replay");
    assert.doesNotMatch(await page.content(), /Demo/);
    await page.click("text=Copy CSV");
    await page.waitForFunction(() => document.getElementById("said")?.textContent === "Copied.");
    const csv = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(csv, /^"?Replay: recorded prices/);
    await untilFrames(watched, 5);
    assert.deepEqual(complaints, []);
  },
);

test("X-03: what has no value is a dash with its reason, never 0", {}, async ({ page }) => {
  const book = await apiBook(desk().url);
  const symbols = book.grouped_positions.map((group) => group.symbol);
  await openLive(page, `${desk().url}?open=${symbols.join(",")}`);
  await page.waitForSelector("#exposure-table tr.leg .n[data-s=absent]");
  const absent = await page.locator("#exposure-table tr.leg:has(.n[data-s=absent])").evaluateAll(
    (rows) =>
      rows.map((row) => ({
        figures: [...row.querySelectorAll(".n[data-s=absent]")].map((node) => node.textContent),
        reason: row.querySelector(".src i")?.textContent ?? "",
      })),
  );
  assert.ok(absent.length > 0);
  for (const { figures, reason } of absent) {
    assert.ok(figures.every((text) => text === "\u2014"), figures.join());
    assert.notEqual(reason, "");
  }
});

test(
  "T-029: at the end of the recording feed and page say closed, values stay",
  {},
  async ({ page }) => {
    await page.goto(desk().url);
    await page.waitForSelector("#feed-bar [data-feed] .pip.shut", { timeout: 20_000 });
    assert.match(await page.textContent("#feed-bar [data-feed]") ?? "", /closed/);
    assert.doesNotMatch(await page.textContent("#feed-bar [data-feed] [data-n=age]") ?? "", /\d/);
    assert.equal(await page.title(), "Replay · Overview · Deltadesk");
    const before = await statText(page, "netLiq");
    assert.match(before, /\d/);
    await until("the page stays", async () => await statText(page, "netLiq") === before);
    assert.equal(await page.locator("#exposure-table .src.stale").count(), 0, "nothing is stale");
  },
);
