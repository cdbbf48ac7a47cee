import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { type GatedDesk, startGatedDesk } from "../http/gated_desk.ts";
import { chromiumPath, testWith } from "../prerequisite.ts";
import { violations } from "./axe.ts";
import {
  DESKTOP,
  openBrowser,
  openPage,
  openPageIn,
  type PageOptions,
  PHONE,
  until,
  type Watched,
} from "./browser.ts";

let desk: GatedDesk;
let browser: Browser;

if (chromiumPath() !== null) {
  Deno.test.beforeAll(async () => {
    [desk, browser] = await Promise.all([startGatedDesk(), openBrowser()]);
  });
  Deno.test.afterAll(async () => {
    await browser.close();
    await desk.stop();
  });
}

function test(name: string, options: PageOptions, fn: (watched: Watched) => Promise<void>): void {
  testWith(["chromium"], {
    name,
    sanitizeOps: false,
    sanitizeResources: false,
    fn: async () => {
      const watched = await openPage(browser, options);
      try {
        await fn(watched);
      } finally {
        await watched.page.context().close();
      }
    },
  });
}

async function signIn(page: Page, code = desk.code): Promise<void> {
  await page.fill("#code", code);
  await page.click("text=Sign in >> nth=-1");
}

for (const viewport of [DESKTOP, PHONE]) {
  for (const javaScript of [true, false]) {
    const what = `${viewport.width} px, ${javaScript ? "with" : "without"} a script`;
    test(`sign-in: the form leads to the page that was asked for, ${what}`, {
      viewport,
      javaScript,
      isTouch: viewport === PHONE,
    }, async ({ page, complaints }) => {
      await page.goto(`${desk.url}?open=SPY`);
      assert.equal(page.url(), `${desk.url}login?next=%2F%3Fopen%3DSPY`);
      assert.equal(await page.title(), "Demo · Sign in · Deltadesk");
      assert.match(await page.textContent("h1") ?? "", /Sign in to see your book\.$/);
      const field = page.locator("#code");
      assert.equal(await field.getAttribute("autocomplete"), "one-time-code");
      assert.match(await page.textContent("#code-hint") ?? "", /terminal where the desk was/);
      assert.ok(await page.isVisible("label[for=code]"));
      const width = await page.locator("html").evaluate((html) => html.scrollWidth);
      assert.ok(width <= viewport.width, `${width} px wide`);
      if (javaScript) {
        const size = await field.evaluate((input) => parseFloat(getComputedStyle(input).fontSize));
        assert.ok(size >= 16, "a phone does not zoom in");
        await page.waitForFunction(() => document.activeElement?.id === "code");
      }
      await signIn(page, desk.code.toLowerCase().replace("-", " "));
      await page.waitForURL(`${desk.url}?open=SPY`);
      assert.ok(await page.locator("#exposure-table tr.leg").count() > 0);
      assert.deepEqual(complaints, []);
      if (viewport === PHONE) await page.click('a[href="#more"]');
      await page.click("text=Sign out");
      await page.waitForURL(`${desk.url}login`);
      await page.goBack();
      assert.equal(await page.locator("#exposure-table").count(), 0, "no way back to the book");
      await page.goto(`${desk.url}api/data`);
      assert.doesNotMatch(await page.content(), /portfolio_delta/);
    });
  }
  for (const colorScheme of ["light", "dark"] as const) {
    test(`sign-in: axe finds nothing at ${viewport.width} px, ${colorScheme}`, {
      viewport,
      colorScheme,
      isTouch: viewport === PHONE,
    }, async ({ page }) => {
      await page.goto(desk.url);
      assert.deepEqual(await violations(page, true), []);
      await signIn(page, "short");
      await page.waitForSelector("#code-problem");
      assert.deepEqual(await violations(page, true), []);
    });
  }
}

test("MAL-4: the cookie is out of reach of scripts and of other sites", {}, async ({ page }) => {
  await page.goto(desk.url);
  await signIn(page);
  await page.waitForSelector("#exposure-table");
  const [session] = (await page.context().cookies()).filter(({ httpOnly }) => httpOnly);
  assert.equal(session.name, `deltadesk_session_${desk.port}`);
  assert.equal(session.sameSite, "Strict");
  assert.ok(!(await page.evaluate(() => document.cookie)).includes("session"));
});

test("MAL-1: another port's page can neither sign in nor sign out", {}, async ({ page }) => {
  await page.goto(desk.url);
  await signIn(page);
  await page.waitForSelector("#exposure-table");
  const forms = ["sign-out", ""].map((act) =>
    `<form method="post" action="${desk.url}login"><input name="act" value="${act}">` +
    `<input name="code" value="${desk.code}"><button id="b${act}">x</button></form>`
  );
  const html = { headers: { "content-type": "text/html" } };
  const listen = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const other = Deno.serve(listen, () => new Response(forms.join(""), html));
  try {
    for (const button of ["#bsign-out", "#b"]) {
      await page.goto(`http://127.0.0.1:${other.addr.port}/`);
      const [response] = await Promise.all([
        page.waitForResponse((answer) => answer.url() === `${desk.url}login`),
        page.click(button),
      ]);
      assert.equal(response.status(), 403);
    }
    await page.goto(desk.url);
    assert.ok(await page.isVisible("#exposure-table"), "still signed in");
  } finally {
    await page.goto("about:blank");
    await other.shutdown();
  }
});

/** Opens the book signed in and waits until its stream brings frames. */
async function openSignedIn(watched: Watched, address: string): Promise<void> {
  await watched.page.goto(address);
  await signIn(watched.page);
  await until("frames", () => watched.frames() > 2);
}

test("R28: signing out in one tab says so in the other, with the way back", {}, async (watched) => {
  const { page } = watched;
  await openSignedIn(watched, desk.url);
  const second = await openPageIn(page.context());
  await second.page.goto(`${desk.url}?open=QQQ`);
  await until("frames", () => second.frames() > 2);

  await page.click("text=Sign out");

  await second.page.waitForSelector(".signed-out[role=alert]");
  assert.match(await second.page.textContent(".signed-out") ?? "", /Signed out\..*as of \d\d:\d\d/);
  assert.deepEqual(await violations(second.page), []);
  await second.page.click("text=Sign in again");
  await second.page.waitForURL((url) => url.searchParams.has("next"));
  assert.equal(new URL(second.page.url()).searchParams.get("next"), "/?open=QQQ");
});

test("R28: a desk that started anew leads its open pages to the sign-in", {}, async (watched) => {
  const { page } = watched;
  const first = await startGatedDesk();
  let sockets = 0;
  page.on("websocket", () => sockets++);
  await page.goto(`${first.url}?open=SPY`);
  await signIn(page, first.code);
  await until("frames", () => watched.frames() > 2);
  await first.stop();
  const second = await startGatedDesk(first.port);
  try {
    assert.notEqual(second.code, first.code);
    await page.waitForSelector(".signed-out", { timeout: 60_000 });
    const tried = sockets;
    await page.click("text=Sign in again");
    await page.waitForURL((url) => url.searchParams.has("next"));
    assert.equal(new URL(page.url()).searchParams.get("next"), "/?open=SPY");
    await signIn(page, first.code);
    assert.match(await page.textContent("#code-problem") ?? "", /does not match\. 4 tries left/);
    const before = watched.frames();
    await signIn(page, second.code);
    await page.waitForURL(`${second.url}?open=SPY`);
    await until("frames again", () => watched.frames() > before + 2);
    assert.equal(sockets, tried + 1, "no socket was tried in between");
    assert.equal(await page.locator(".signed-out").count(), 0);
  } finally {
    await second.stop();
  }
});

for (const javaScript of [true, false]) {
  const what = javaScript ? "with" : "without";
  // Last: a desk of its own, which ends in a pause.
  test(`MAL-4: wrong codes are counted in words, ${what} a script`, { javaScript }, async ({
    page,
  }) => {
    const paused = await startGatedDesk();
    try {
      await page.goto(`${paused.url}?open=SPY`);
      const wrong = ["11111111", "22222222", "33333333", "44444444", "55555555"];
      const words: string[] = [];
      for (const code of wrong) {
        await signIn(page, code);
        words.push(await page.textContent("#code-problem") ?? "");
        assert.equal(await page.getAttribute("#code", "aria-invalid"), "true");
        const tied = await page.getAttribute("#code", "aria-describedby") ?? "";
        assert.ok(tied.split(" ").includes("code-problem"));
        assert.equal(await page.inputValue("#code"), "");
      }
      assert.equal(words[1], "That code does not match. 3 tries left, then a 15 minute pause.");
      assert.equal(words[4], "Too many wrong codes. Try again in 15 minutes.");
      await signIn(page, paused.code);
      assert.equal(await page.textContent("#code-problem"), words[4]);
    } finally {
      await paused.stop();
    }
  });
}
