import assert from "node:assert/strict";
import { readAtRest } from "./book_api.ts";
import { numberOf, readShown } from "./overview.ts";
import { stageOf } from "./stage.ts";

// One event a second: between two of them everything stands still.
const { stage, test } = stageOf(["--rate", "1"]);
const desk = () => stage().desk;
const PLAIN = { javaScript: false };

test(
  "T-017: the page without a script shows the numbers of the API",
  PLAIN,
  async ({ page }) => {
    await page.goto(desk().url);
    const { book, read } = await readAtRest(desk().url, [], async () => {
      await page.reload();
      return await readShown(page);
    });
    assert.equal(read.stats.dollarDelta, Math.round(book.total_notional));
    assert.equal(read.stats.netLiq, Math.round(book.account_net_liq));
    assert.equal(read.stats.deltaShares, Math.round(book.portfolio_delta));
    assert.equal(read.stats.positions, book.position_count);
    assert.equal(read.groups.length, book.grouped_positions.length);
    for (const group of book.grouped_positions) {
      const row = read.groups.find((item) => item.symbol === group.symbol);
      assert.equal(
        row?.numbers.dollarDelta,
        Math.round(group.total_notional),
        group.symbol,
      );
    }
    const sizes = read.groups.map((group) => Math.abs(group.numbers.dollarDelta ?? 0));
    assert.deepEqual(
      sizes,
      sizes.toSorted((a, b) => b - a),
      "largest exposure first",
    );
  },
);

test(
  "T-017: title, flag and mark say demo without a script (X-05)",
  PLAIN,
  async ({ page }) => {
    await page.goto(desk().url);
    assert.equal(await page.title(), "Demo · Overview · Deltadesk");
    assert.match(await page.textContent(".demo-flag") ?? "", /^Demo market/);
    assert.ok(await page.isVisible(".demo-flag"));
    assert.ok(await page.isVisible(".specimen"));
    assert.equal(await page.textContent(".specimen-name"), "Demo market");
  },
);

test(
  "T-024: a group opens and closes without a script",
  PLAIN,
  async ({ page }) => {
    await page.goto(desk().url + "?open=QQQ");
    const legsOf = () => page.locator("#exposure-table tr.leg").count();
    const { book } = await readAtRest(desk().url, [], () => Promise.resolve());
    // A contract is one line, however many accounts hold it (G-070).
    const count = (symbol: string) => {
      const group = book.grouped_positions.find((one) => one.symbol === symbol);
      return new Set(group?.positions.map((held) => held.original_symbol)).size;
    };
    assert.ok(count("QQQ") > 0);
    assert.equal(await legsOf(), count("QQQ"));
    await page.click("button[value=SPY]");
    assert.equal(new URL(page.url()).searchParams.get("toggle"), "SPY");
    assert.equal(await legsOf(), count("QQQ") + count("SPY"));
    await page.click("button[value=QQQ]");
    assert.equal(await legsOf(), count("SPY"));
    assert.equal(
      await page.getAttribute("button[value=QQQ]", "aria-expanded"),
      "false",
    );
    assert.equal(
      await page.getAttribute("button[value=SPY]", "aria-expanded"),
      "true",
    );
  },
);

test(
  "T-007: the account filter is a form that works without a script",
  PLAIN,
  async ({ page }) => {
    await page.goto(desk().url);
    await page.uncheck("input[name=accounts][value=joint]");
    await page.click("button.apply");
    await page.waitForURL((url) => url.searchParams.has("accounts"));
    const chosen = ["individual", "ira"];
    assert.deepEqual(
      new URL(page.url()).searchParams.getAll("accounts").filter(Boolean),
      chosen,
    );
    const { book, read } = await readAtRest(desk().url, chosen, async () => {
      await page.reload();
      return await readShown(page);
    });
    assert.equal(read.stats.dollarDelta, Math.round(book.total_notional));
    assert.equal(read.stats.netLiq, Math.round(book.account_net_liq));
    assert.equal(read.stats.positions, book.position_count);
    assert.equal(read.foot.dollarDelta, Math.round(book.total_notional));
    await page.goto(desk().url);
    assert.deepEqual(
      (await readShown(page)).accounts,
      chosen,
      "the cookie keeps it",
    );
  },
);

test(
  "T-025: the ring without a script labels what is above 5 % and stripes shorts",
  PLAIN,
  async ({ page }) => {
    await page.goto(desk().url);
    const [labels, shorts, longs, shown] = await Promise.all([
      page.locator("svg.static text.share").allTextContents(),
      page.locator("svg.static path.arc.short").evaluateAll((arcs) =>
        arcs.map((arc) => arc.getAttribute("fill"))
      ),
      page.locator("svg.static path.arc.long").evaluateAll((arcs) =>
        arcs.map((arc) => arc.getAttribute("fill"))
      ),
      readShown(page),
    ]);
    const named = shown.legend.filter((line) => !line.label.endsWith(" more"));
    const above = named.filter((line) => line.share > 5).length;
    assert.ok(
      above > 0 && above < named.length,
      "the book has shares on both sides of 5 %",
    );
    assert.equal(labels.length, above);
    assert.ok(
      labels.every((label) => (numberOf(label) ?? 0) >= 5),
      labels.join(),
    );
    assert.ok(
      shorts.length > 0 && shorts.every((fill) => fill === "url(#hatch-short)"),
    );
    assert.ok(longs.length > 0 && longs.every((fill) => fill === null));
  },
);

test(
  "T-024: sort and metric are buttons of a form without a script",
  PLAIN,
  async ({ page }) => {
    await page.goto(desk().url);
    await page.click("thead th[data-c=name] button");
    const symbols = (await readShown(page)).groups.map((group) => group.symbol);
    assert.deepEqual(symbols, symbols.toSorted((a, b) => a < b ? -1 : 1));
    assert.equal(
      await page.getAttribute("thead th[data-c=name]", "aria-sort"),
      "ascending",
    );
    await page.click("button[name=metric][value=vega]");
    assert.equal(
      await page.getAttribute(
        "button[value=vega][name=metric]",
        "aria-pressed",
      ),
      "true",
    );
    assert.equal(
      await page.getAttribute("thead th[data-c=name]", "aria-sort"),
      "ascending",
    );
  },
);
