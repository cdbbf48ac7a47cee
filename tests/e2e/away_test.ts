import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { apiBook } from "./book_api.ts";
import { openPage, until, untilFrames, type Watched } from "./browser.ts";
import { numberOf, openLive, statText } from "./overview.ts";
import { stageOf } from "./stage.ts";

const { stage, test } = stageOf([]);
const desk = () => stage().desk;

/** Hides or shows the page as a browser does when its tab goes behind another. */
async function setHidden(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    Object.defineProperty(document, "visibilityState", {
      value: isHidden ? "hidden" : "visible",
      configurable: true,
    });
    document.dispatchEvent(new Event("visibilitychange"));
  }, isHidden);
}

/** Frames that the desk flushed for a page in sight, told by a second page. */
async function untilFlushed(witness: Watched, flushes: number): Promise<void> {
  await untilFrames(witness, flushes);
}

test("R81: a hidden tab takes few frames, and one brings it up to date", {}, async (watched) => {
  const { page } = watched;
  await openLive(page, desk().url);
  const witness = await openPage(stage().browser);
  await openLive(witness.page, desk().url);
  await setHidden(page, true);
  await untilFlushed(witness, 10);
  const [before, flushedBefore, from] = [watched.frames(), witness.frames(), performance.now()];
  const shownBefore = await statText(page, "dollarDelta");
  await untilFlushed(witness, 80);
  const hidden = watched.frames() - before;
  const flushed = witness.frames() - flushedBefore;
  const seconds = (performance.now() - from) / 1000;
  assert.ok(hidden <= 2 + 1.2 * seconds, `${hidden} of ${flushed} frames in ${seconds} s`);
  assert.ok(hidden < flushed / 2, `${hidden} of ${flushed} frames reached the hidden tab`);
  const beforeShow = watched.frames();
  await setHidden(page, false);
  await until("the figure is new", async () => {
    return await statText(page, "dollarDelta") !== shownBefore;
  }, 2_000);
  const [burst, meanwhile] = [watched.frames() - beforeShow, witness.frames()];
  assert.ok(burst < flushed / 2, `${burst} frames at once after ${flushed} flushes`);
  await untilFlushed(witness, 20);
  // From then on it has the pace of a page in sight: nothing is replayed.
  const [mine, theirs] = [watched.frames() - beforeShow - burst, witness.frames() - meanwhile];
  assert.ok(mine <= theirs + 5, `${mine} frames while ${theirs} were flushed`);
  assert.ok(mine >= theirs / 2, `${mine} frames while ${theirs} were flushed`);
  const { total_notional } = await apiBook(desk().url);
  const shown = numberOf(await statText(page, "dollarDelta")) ?? NaN;
  assert.ok(Math.abs(shown / total_notional - 1) < 0.01);
  await witness.page.context().close();
});

/** Sets the device's clock five hours off. */
function shiftClock(hours: number): void {
  const shift = hours * 3_600_000;
  const shifted = new Proxy(Date, {
    construct: (plain, args) =>
      Reflect.construct(plain, args.length === 0 ? [plain.now() + shift] : args),
    get: (plain, name) => name === "now" ? () => plain.now() + shift : Reflect.get(plain, name),
  });
  Reflect.set(globalThis, "Date", shifted);
}

for (const hours of [5, -5]) {
  test(`CLI-3: ages are right when the device's clock is ${hours} h off`, {}, async (
    watched,
  ) => {
    const { page } = watched;
    await page.addInitScript(shiftClock, hours);
    await openLive(page, `${desk().url}?open=SPY`);
    await untilFrames(watched, 20);
    const offBy = await page.evaluate(() => Date.now()) - Date.now();
    assert.ok(Math.abs(offBy / 3_600_000 - hours) < 0.01, "the clock is off");
    const ages = await page.locator("#exposure-table .src > span:first-of-type")
      .allTextContents();
    const shown = ages.filter((age) => age !== "");
    assert.ok(shown.length > 10);
    assert.ok(shown.every((age) => /^[\d.]+\u202fs$/.test(age)), shown.join());
    assert.ok(shown.some((age) => (numberOf(age) ?? 0) > 0), shown.join());
    const feedAge = await page.textContent("#feed-bar [data-n=age]") ?? "";
    assert.match(feedAge, /^[0-4]\.\d\u202fs$/);
    const clock = await page.textContent("[data-n=clock]") ?? "";
    const source = new Date((await apiBook(desk().url)).last_update);
    const wanted = source.toLocaleTimeString("en-GB", { timeZone: "America/New_York" });
    const seconds = (text: string) =>
      text.split(":").reduce((sum, part) => 60 * sum + Number(part), 0);
    assert.ok(Math.abs(seconds(clock) - seconds(wanted)) <= 2, `${clock} and ${wanted}`);
    assert.equal(await page.title(), "Demo · Overview · Deltadesk");
  });
}
