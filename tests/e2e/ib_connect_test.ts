import assert from "node:assert/strict";
import type { Page } from "playwright-core";
import { testWith } from "../prerequisite.ts";
import { violations } from "./axe.ts";
import { DESKTOP, openPage, PHONE, until } from "./browser.ts";
import { IbStage } from "./ib_stage.ts";
import { openSignedIn } from "./live_stage.ts";
import { ask } from "./watching.ts";

/** Pauses between attempts grow to 10 s, and a silent greeting takes 10 s to be given up. */
const WITHIN_MS = 60_000;

/** What the connection page says: its headline and the step that has its fix open. */
function shown(page: Page) {
  return page.evaluate(() => ({
    headline: document.querySelector("h1")?.textContent ?? "",
    failing: document.querySelector(".steps li:has(.fix)")?.getAttribute("data-step") ?? "",
    remedy: document.querySelector(".fixin ol")?.textContent ?? "",
    marks: [...document.querySelectorAll(".steps .m")].map((one) => one.textContent ?? ""),
  }));
}

async function untilFails(page: Page, step: string) {
  let seen = await shown(page);
  await until(`${step} fails`, async () => (seen = await shown(page)).failing === step, WITHIN_MS)
    .catch((error) => {
      throw new Error(`${error.message}\n${JSON.stringify(seen)}`);
    });
  return seen;
}

async function isTooWide(page: Page): Promise<boolean> {
  return await page.evaluate(() =>
    document.documentElement.scrollWidth > document.documentElement.clientWidth
  );
}

/** A desk whose TWS fails from the start at one step, and what the page says of it. */
interface Failing {
  readonly step: string;
  readonly setUp: Parameters<typeof IbStage.start>[0];
  readonly headline: RegExp;
  readonly remedy: RegExp;
  readonly marks: string;
}

const CLOSED: Failing = {
  step: "port",
  setUp: { isTwsAway: true },
  headline: /^Interactive Brokers stops at step 1: nothing listens at/,
  remedy: /Start TWS or IB Gateway/,
  marks: "✕",
};
const SILENT: Failing = {
  step: "handshake",
  setUp: { faults: [{ on: "gateway", do: "handshake" }] },
  headline: /step 2: the API does not answer/,
  remedy: /screen/,
  marks: "✓✕",
};
const USED: Failing = {
  step: "clientId",
  setUp: { faults: [{ on: "gateway", do: "clientInUse" }] },
  headline: /step 3: .*is used by another program/,
  remedy: /client-id/,
  marks: "✓✓✕",
};

async function isNamed({ desk, browser }: IbStage, failing: Failing): Promise<void> {
  for (const viewport of [DESKTOP, PHONE]) {
    const isTouch = viewport === PHONE;
    const { page, complaints } = await openPage(browser, { viewport, isTouch });
    await openSignedIn(page, desk, "/connect");
    const { headline, remedy, marks } = await untilFails(page, failing.step);
    assert.match(headline, failing.headline);
    assert.match(remedy, failing.remedy);
    assert.ok(marks.join("").startsWith(failing.marks), marks.join(""));
    assert.deepEqual(await violations(page), []);
    assert.equal(await isTooWide(page), false);
    assert.deepEqual(complaints, []);
    await page.context().close();
  }
}

testWith(["chromium"], {
  name: "G-005, G-011: TWS's failing step is named, then the delayed book is there",
  sanitizeOps: false,
  sanitizeResources: false,
  fn: async () => {
    // Side by side: each is tested at its pace, which grows from one failure to the next.
    const cases = [CLOSED, SILENT, USED];
    const started = await Promise.allSettled(
      cases.map(({ setUp }) => IbStage.start(setUp, { IB_MD_TYPE: "3" })),
    );
    const stages = started.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    try {
      assert.equal(stages.length, cases.length, JSON.stringify(started));
      await Promise.all(stages.map((stage, at) => isNamed(stage, cases[at])));
      await Promise.all(stages.slice(1).map((stage) => stage.stop()));
      const [stage] = stages.splice(0);
      stages.push(stage);
      await theDelayedBookComes(stage);
    } finally {
      await Promise.all(stages.map((stage) => stage.stop()));
    }
  },
});

async function theDelayedBookComes(stage: IbStage): Promise<void> {
  const { browser, desk } = stage;
  const [wide, small] = await Promise.all([
    openPage(browser, { viewport: DESKTOP }),
    openPage(browser, { viewport: PHONE, isTouch: true }),
  ]);
  for (const { page } of [wide, small]) {
    await openSignedIn(page, desk, "/?open=SPY");
    assert.equal(new URL(page.url()).pathname, "/connect", "the book is not there");
  }
  await stage.restartTws([{ on: "market", do: "noData", code: 354 }]);
  for (const { page } of [wide, small]) {
    await page.waitForURL((url) => url.pathname === "/", { timeout: WITHIN_MS });
    assert.equal(new URL(page.url()).search, "?open=SPY", "where the reader wanted to go");
  }
  await theDelayedBookIsThere(stage, wide.page, small.page);
  const complaints = [...wide.complaints, ...small.complaints];
  assert.deepEqual(complaints.filter((one) => !/503|Failed to load/.test(one)), []);
}

async function theDelayedBookIsThere(
  { desk }: IbStage,
  page: Page,
  phone: Page,
): Promise<void> {
  const badge = page.locator(".stats [data-id=dollarDelta] .badge.late");
  await until("totals say delayed", async () => await badge.isVisible(), WITHIN_MS);
  const sources = page.locator("tr.leg .src");
  await until(
    "every leg says so",
    async () => (await sources.allInnerTexts()).every((text) => /delayed/i.test(text)),
    WITHIN_MS,
  );
  for (const one of [page, phone]) {
    assert.equal(await one.title(), "Paper · Overview · Deltadesk");
    assert.match(await one.locator(".demo-flag").innerText(), /^Paper money/);
    assert.ok(await one.locator(".stats [data-id=dollarDelta] .badge.late").isVisible());
    assert.equal(await isTooWide(one), false);
    assert.deepEqual(await violations(one), []);
  }
  assert.equal(JSON.parse(await ask(desk, "api/data")).stand_in, "paper");
  await page.goto(new URL("connect", desk.url).href);
  await until(
    "no step fails",
    async () => (await shown(page)).marks.every((mark) => mark === "✓"),
    WITHIN_MS,
  );
  assert.match(await page.locator("[data-step=accounts]").innerText(), /3 paper accounts/);
  assert.match(await page.locator(".demo-flag").innerText(), /^Paper money/);
}
