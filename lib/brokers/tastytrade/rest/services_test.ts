import assert from "node:assert/strict";
import { ENDPOINTS } from "./environment.ts";
import { rig, type Script, settled } from "./scripted_http_fixture_test.ts";
import { TastytradeServices } from "./services.ts";

/** Services over a script that answers by path; what is not in it is 404. */
async function services(answers: Readonly<Record<string, unknown>>, script?: Script) {
  const run = rig(
    script ?? (({ url }) => {
      const { pathname } = new URL(url);
      const data = answers[pathname];
      return data === undefined
        ? { status: 404, body: { error: { code: "record_not_found", message: "none" } } }
        : { body: { data, context: pathname } };
    }),
  );
  return { ...run, services: await TastytradeServices.load(run.transport) };
}

const POSITION = {
  "account-number": "5WZ00042",
  symbol: "SPY",
  "instrument-type": "Equity",
  quantity: 1,
  "quantity-direction": "Long",
  "average-open-price": "1.0",
  multiplier: 1,
  "updated-at": "2026-10-30T20:01:02.003+00:00",
};

Deno.test("services go out over our transport, with its token and its name", async () => {
  const run = await services({ "/accounts/5WZ00042/positions": { items: [POSITION] } });
  const rows = await settled(run.time, run.services.positions("5WZ00042", run.signal));
  assert(rows.ok);
  assert.equal(rows.value.rows[0].signedQuantity, 1);
  const [call] = run.http.calls;
  const origin = "https://api.tastyworks.com";
  assert.equal(call.url, `${origin}/accounts/5WZ00042/positions?include-marks=true`);
  assert.equal(call.headers["User-Agent"], "deltadesk/0.4.0");
  assert.equal(call.headers.Authorization, "Bearer token-1");
  assert.deepEqual(run.services.drift.counts(), {});
});

Deno.test("T-015: a snapshot of another day is not the close that was asked for", async () => {
  const snapshot = (date: string) => ({ "snapshot-date": date, "net-liquidating-value": "100.0" });
  const closeOf = async (...items: object[]) => {
    const run = await services({ "/accounts/5WZ00042/balance-snapshots": { items } });
    const rows = await settled(
      run.time,
      run.services.balancesAtEnd("5WZ00042", "2026-10-29", run.signal),
    );
    assert(rows.ok);
    return rows.value.map(({ netLiquidatingValue }) => netLiquidatingValue);
  };

  assert.deepEqual(await closeOf(snapshot("2026-10-30")), []);
  assert.deepEqual(await closeOf(snapshot("2026-10-30"), snapshot("2026-10-29")), [100]);
});

Deno.test("many services at once share one login, and each gets its own answer", async () => {
  const run = await services({
    "/customers/me/accounts": { items: [{ account: { "account-number": "5WZ00042" } }] },
    "/accounts/5WZ00042/positions": { items: [] },
    "/accounts/5WZ00042/balances": { "account-number": "5WZ00042", "cash-balance": "12.34" },
    "/accounts/5WZ00042/orders/live": { items: [] },
  });
  const { services: desk, signal } = run;
  const work = Promise.all([
    desk.accounts(signal),
    desk.positions("5WZ00042", signal),
    desk.balances("5WZ00042", signal),
    desk.ordersToday("5WZ00042", signal),
  ]);
  const [accounts, positions, balances, orders] = await settled(run.time, work);
  assert(accounts.ok && accounts.value[0].account.number === "5WZ00042");
  assert(positions.ok && positions.value.rows.length === 0);
  assert(balances.ok && balances.value[0].cashBalance === 12.34);
  assert(orders.ok && orders.value.length === 0);
  assert.equal(run.http.logins.length, 1);
});

Deno.test("balances read alike as one object and as a list by currency", async () => {
  const usd = { "account-number": "5WZ00042", currency: "USD", "cash-balance": "10.0" };
  const eur = { ...usd, currency: "EUR", "cash-balance": "-5.5" };
  for (const data of [usd, { items: [usd, eur] }]) {
    const run = await services({ "/accounts/5WZ00042/balances": data });
    const rows = await settled(run.time, run.services.balances("5WZ00042", run.signal));
    assert(rows.ok);
    assert.equal(rows.value[0].cashBalance, 10);
    if ("items" in data) assert.equal(rows.value[1].cashBalance, -5.5);
  }
});

Deno.test("all pages of transactions come, although the package knows none", async () => {
  const run = await services({}, ({ url }) => {
    const page = Number(new URL(url).searchParams.get("page-offset") ?? 0);
    const items = [{ id: page, "account-number": "5WZ00042" }, { id: 2 }];
    return { body: { data: { items }, pagination: { "total-pages": 3 } } };
  });
  const dates = { from: "2026-10-30", to: "2026-10-30" };
  const rows = await settled(run.time, run.services.transactions("5WZ00042", dates, run.signal));
  assert(rows.ok);
  assert.deepEqual(rows.value.map(({ id }) => id).sort(), ["0", "1", "2"]);
  assert.equal(
    run.http.calls[1].url.split("?")[1],
    "start-date=2026-10-30&end-date=2026-10-30&per-page=250&sort=Asc&page-offset=1",
  );
});

Deno.test("symbols with slashes and spaces reach the path encoded", async () => {
  const run = await services({ "/option-chains/BRK%2FB/nested": { items: [] } });
  const chains = await settled(run.time, run.services.chains("BRK/B", run.signal));
  assert(chains.ok);
  const futures = run.services.definitions.futures(["/ESZ6"], run.signal);
  await settled(run.time, futures);
  assert.match(run.http.calls[1].url, /\/instruments\/futures\?symbol\[\]=%2FESZ6$/);
});

Deno.test("where the list of options is refused each is asked for by itself", async () => {
  const symbol = "SPY   261218P00500000";
  const run = await services({}, ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/instruments/equity-options") {
      return { status: 403, body: { error: { code: "not_permitted" } } };
    }
    if (pathname !== "/instruments/equity-options/SPY%20%20%20261218P00500000") {
      return { status: 404, body: { error: { code: "record_not_found" } } };
    }
    return { body: { data: { symbol, "underlying-symbol": "SPY", "shares-per-contract": 100 } } };
  });
  const symbols = [symbol, "SPY   261218P00501000"];
  const work = run.services.definitions.equityOptions(symbols, () => null, run.signal);
  const listed = await settled(run.time, work);
  assert(listed.ok);
  assert.deepEqual(listed.value.map(({ streamerSymbol }) => streamerSymbol), [".SPY261218P500"]);
});

Deno.test("market data goes a hundred symbols a call over all types", async () => {
  const run = await services({ "/market-data/by-type": { items: [{ symbol: "X" }] } });
  const symbols = Array.from({ length: 150 }, (_, i) => ({
    type: i % 2 === 0 ? "equity" as const : "equity-option" as const,
    symbol: `S ${i}`,
  }));
  const rows = await settled(run.time, run.services.marketData(symbols, run.signal));
  assert(rows.ok);
  const counts = run.http.calls.map(({ url }) => {
    const { searchParams } = new URL(url);
    return [...searchParams.values()].flatMap((list) => list.split(",")).length;
  });
  assert.deepEqual(counts, [100, 50]);
});

Deno.test("a failure comes out of the package with its code and line on what to do", async () => {
  const run = await services({}, () => ({ status: 500, body: "<html>" }));
  const rows = await settled(run.time, run.services.positions("5WZ00042", run.signal));
  assert(!rows.ok && rows.error.code === "unreachable");
  assert.match(rows.error.message, /GET \/accounts\/••••0042\/positions: HTTP 500/);
  assert.notEqual(rows.error.fix, null);
  const abort = new AbortController();
  abort.abort();
  const canceled = await run.services.positions("5WZ00042", abort.signal);
  assert(!canceled.ok && canceled.error.code === "canceled");
});

Deno.test("BRK-8: an answer of another shape is malformed, never an empty list", async () => {
  for (const data of [{ rows: [] }, { items: { a: 1 } }, "text", 5]) {
    const run = await services({ "/accounts/5WZ00042/positions": data });
    const rows = await settled(run.time, run.services.positions("5WZ00042", run.signal));
    assert(!rows.ok && rows.error.code === "malformed", JSON.stringify(data));
  }
});

Deno.test("what the sandbox does not serve is said at once and not asked for", async () => {
  const run = rig(() => ({ status: 502, body: "<html>" }), { baseUrl: ENDPOINTS.sandbox.rest });
  const desk = await TastytradeServices.load(run.transport);
  const answers = await Promise.all([
    desk.metrics(["SPY"], run.signal),
    desk.marketData([{ type: "equity", symbol: "SPY" }], run.signal),
    desk.netLiqHistory("5WZ00042", "1d", run.signal),
  ]);
  for (const answer of answers) assert(!answer.ok && answer.error.code === "unsupported");
  assert.equal(run.http.calls.length, 0);
});

Deno.test("BRK-8: where balances are no list, the dollar's are asked for", async () => {
  const run = rig(({ url }) =>
    url.endsWith("/balances/USD")
      ? { body: { data: { "cash-balance": "-5.5", currency: "USD" } } }
      : { status: 404, body: "" }
  );
  const services = await TastytradeServices.load(run.transport);
  const rows = await settled(run.time, services.balances("5WZ00042", run.signal));
  assert.deepEqual(rows.ok && rows.value.map(({ cashBalance }) => cashBalance), [-5.5]);
  assert.equal(run.http.calls.length, 2);
});

Deno.test("BRK-8: a risk-free rate is a fraction and nothing else", async () => {
  const cases = [["0.0412", 0.0412], [0.0412, 0.0412], ["4.12", null], ["NaN", null], [null, null]];
  for (const [sent, expected] of cases) {
    const run = rig(() => ({ body: { data: { "risk-free-rate": sent } } }));
    const services = await TastytradeServices.load(run.transport);
    const rate = await settled(run.time, services.riskFreeRate(run.signal));
    assert.equal(rate.ok ? rate.value : null, expected, String(sent));
  }
});
