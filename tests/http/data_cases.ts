import assert from "node:assert/strict";
import { z } from "zod";
import { ask, desk, port } from "./shared_desk.ts";
import { handshake, RawSocket, textOf } from "./raw_web_socket.ts";

const TIME = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const MASKED = z.string().regex(/^••••.{4}$/);
const NUMBER = z.number();
const MAYBE = z.number().nullable();

const PROVENANCE = z.strictObject({
  source: z.string().min(1),
  event_time: TIME.nullable(),
  receive_time: TIME.nullable(),
  model_version: z.string().min(1).nullable(),
});

const LEFT_OUT = z.strictObject({
  without_greeks: NUMBER.int().min(0),
  without_price: NUMBER.int().min(0),
  without_day_pnl: NUMBER.int().min(0),
});

const POSITION = z.strictObject({
  original_symbol: z.string().min(1),
  underlying: z.string().min(1),
  strike: NUMBER.positive().nullable(),
  option_type: z.enum(["call", "put"]).nullable(),
  quantity: NUMBER.refine((value) => value !== 0),
  expiration: z.string().regex(/^\d{4}-\d\d-\d\d$/).nullable(),
  account_number: MASKED,
  account: z.string().min(1),
  instrument_type: z.enum(["equity", "option", "future", "futureOption", "index", "unsupported"]),
  multiplier: NUMBER.positive(),
  currency: z.string().length(3),
  position_delta: MAYBE,
  notional_value: MAYBE,
  delta_per_contract: MAYBE,
  price: MAYBE,
  net_liq: MAYBE,
  day_pnl: MAYBE,
  implied_volatility: MAYBE,
  prob_itm: MAYBE,
  move_to_itm_pct: MAYBE,
  move_to_double_pct: MAYBE,
  moves_reason: z.string().nullable(),
  days_to_expiry: NUMBER.int().min(0).nullable(),
  state: z.enum(["current", "stale", "closed", "settling"]),
  price_reason: z.string().nullable(),
  greeks_reason: z.string().nullable(),
  price_provenance: PROVENANCE,
  greeks_provenance: PROVENANCE,
});

/** A known value has the times of its source, an unknown one its reason. */
const PROVEN = POSITION.refine((one) =>
  one.price === null
    ? one.price_reason !== null
    : one.price_provenance.source !== "none" && one.price_provenance.event_time !== null &&
      one.price_provenance.receive_time !== null
).refine((one) =>
  one.position_delta === null
    ? one.greeks_reason !== null
    : one.greeks_provenance.source !== "none" && one.greeks_provenance.event_time !== null &&
      one.greeks_provenance.receive_time !== null
).refine((one) =>
  one.greeks_provenance.source.startsWith("model") ===
    (one.greeks_provenance.model_version !== null)
);

const GROUP = z.strictObject({
  symbol: z.string().min(1),
  price: MAYBE,
  price_source: z.string().min(1),
  total_delta: NUMBER,
  total_notional: NUMBER,
  total_net_liq: NUMBER,
  total_day_pnl: NUMBER,
  contract_notional: NUMBER.min(0),
  left_out: LEFT_OUT,
  positions: z.array(PROVEN).min(1),
});

const ACCOUNT = z.strictObject({
  account: z.string().min(1),
  nickname: z.string().min(1),
  type: z.string(),
  broker: z.string().min(1),
  currency: z.string().length(3),
  account_number: MASKED,
  is_paper: z.literal(false),
  net_liquidation: MAYBE,
  computed_net_liquidation: MAYBE,
  cash: MAYBE,
  cash_pnl: MAYBE,
  balances_as_of: z.iso.datetime().nullable(),
  balances_state: z.enum(["current", "stale", "absent"]),
});

const DATA = z.strictObject({
  mode: z.literal("demo"),
  stand_in: z.null(),
  base_currency: z.string().length(3),
  brokers: z.array(z.never()),
  fx_rates: z.array(z.strictObject({
    currency: z.string().length(3),
    base: z.string().length(3),
    rate: NUMBER.positive(),
    as_of: z.iso.datetime().nullable(),
  })),
  portfolio_delta: MAYBE,
  delta_basis: z.strictObject({
    kind: z.literal("dollarDelta"),
    symbol: z.string().min(1),
    price: MAYBE,
  }),
  total_notional: NUMBER,
  contract_notional: NUMBER.min(0),
  total_net_liq: NUMBER,
  account_net_liq: MAYBE,
  day_pnl: NUMBER,
  day_pnl_check: z.strictObject({
    net_liq_change: MAYBE,
    external_flows: MAYBE,
    difference: MAYBE,
  }),
  position_count: NUMBER.int().min(1),
  left_out: LEFT_OUT,
  partial: z.boolean(),
  last_update: TIME,
  stream: z.strictObject({ epoch: z.string().min(8), seq: NUMBER.int().min(0) }),
  grouped_positions: z.array(GROUP).min(1),
  all_accounts: z.array(ACCOUNT).min(1),
  selected_accounts: z.array(z.string()),
});

type Data = z.infer<typeof DATA>;

async function data(query = ""): Promise<Data> {
  const answer = await ask(`/api/data${query}`);
  assert.equal(answer.status, 200, answer.body);
  return DATA.parse(JSON.parse(answer.body));
}

function near(value: number, expected: number, name: string): void {
  const size = Math.max(1, Math.abs(value), Math.abs(expected));
  assert.ok(Math.abs(value - expected) <= 1e-9 * size, `${name}: ${value} is not ${expected}`);
}

function sum(values: readonly (number | null)[]): number {
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

Deno.test("T-018: the book has every field that docs/api.md names and no other", async () => {
  const book = await data();

  assert.deepEqual(book.selected_accounts, book.all_accounts.map((one) => one.account));
  assert.equal(new Set(book.selected_accounts).size, 3);
  assert.ok(book.position_count >= 80);
});

Deno.test("T-018: sums equal their positions, totals their groups", async () => {
  const book = await data();
  for (const group of book.grouped_positions) {
    const { positions, symbol } = group;
    near(group.total_delta, sum(positions.map((one) => one.position_delta)), `${symbol} delta`);
    near(
      group.total_notional,
      sum(positions.map((one) => one.notional_value)),
      `${symbol} notional`,
    );
    near(group.total_net_liq, sum(positions.map((one) => one.net_liq)), `${symbol} net liq`);
    near(group.total_day_pnl, sum(positions.map((one) => one.day_pnl)), `${symbol} day P&L`);
    const unknown = positions.filter((one) => one.position_delta === null).length;
    assert.equal(group.left_out.without_greeks, unknown, symbol);
    assert.ok(positions.every((one) => one.underlying === symbol), symbol);
  }
  const groups = book.grouped_positions;
  near(book.total_net_liq, sum(groups.map((one) => one.total_net_liq)), "total_net_liq");
  near(book.total_notional, sum(groups.map((one) => one.total_notional)), "total_notional");
  near(book.contract_notional, sum(groups.map((one) => one.contract_notional)), "contract");
  assert.equal(book.position_count, sum(groups.map((one) => one.positions.length)));
  const { price } = book.delta_basis;
  near(book.portfolio_delta ?? NaN, book.total_notional / (price ?? NaN), "portfolio_delta");
  near(
    book.account_net_liq ?? NaN,
    sum(book.all_accounts.map((one) => one.net_liquidation)),
    "nlv",
  );
});

Deno.test("T-018: groups come with the largest net liq, long or short, first", async () => {
  const sizes = (await data()).grouped_positions.map((one) => Math.abs(one.total_net_liq));

  assert.deepEqual(sizes, sizes.toSorted((a, b) => b - a));
  assert.ok(sizes.length > 10);
});

Deno.test("T-019: a position follows from contract, sign and multiplier", async () => {
  const positions = (await data()).grouped_positions.flatMap((group) => group.positions);
  for (const one of positions) {
    const name = one.original_symbol;
    const isOption = one.instrument_type === "option" || one.instrument_type === "futureOption";
    assert.equal(one.strike !== null && one.option_type !== null, isOption, name);
    if (isOption) assert.notEqual(one.expiration, null, name);
    if (one.delta_per_contract !== null) {
      // The unit's delta travels as f32.
      const expected = one.quantity * one.multiplier * one.delta_per_contract;
      const size = Math.max(1e-3, Math.abs(expected));
      assert.ok(Math.abs((one.position_delta ?? NaN) - expected) < 1e-5 * size, name);
    }
    if (one.price === null || one.currency !== "USD" || one.instrument_type === "future") continue;
    near(one.net_liq ?? NaN, one.quantity * one.multiplier * one.price, name);
  }
  assert.ok(positions.some((one) => one.quantity < 0) && positions.some((one) => one.quantity > 0));
  assert.ok(positions.some((one) => one.currency !== "USD"));
});

Deno.test("T-018: the filter takes a list, repeats, nicknames, last digits", async () => {
  const all = await data();
  const [first, second] = all.all_accounts;
  const tail = second.account_number.slice(-4);
  const forms = [
    `?accounts=${first.account},${second.account}`,
    `?accounts=${first.account}&accounts=${second.account}`,
    `?accounts=${first.nickname}&accounts=${tail}`,
    `?accounts=${second.account},${first.account},${first.account}`,
  ];
  for (const form of forms) {
    const book = await data(form);
    const positions = book.grouped_positions.flatMap((group) => group.positions);

    assert.deepEqual(book.selected_accounts, [first.account, second.account], form);
    assert.deepEqual(
      [...new Set(positions.map((one) => one.account))].sort(),
      [first.account, second.account].sort(),
      form,
    );
    assert.equal(book.all_accounts.length, 3, form);
  }
  const counts = await Promise.all(
    all.all_accounts.map(async ({ account }) =>
      (await data(`?accounts=${account}`)).position_count
    ),
  );
  assert.equal(sum(counts), all.position_count);
  assert.deepEqual((await data("?accounts=")).selected_accounts, all.selected_accounts);
});

Deno.test("T-018: an unknown account answers 400 with the names there are", async () => {
  for (const path of ["/api/data", "/api/history"]) {
    for (const query of ["?accounts=nobody", "?accounts=ira,nobody", "?accounts=__proto__"]) {
      const answer = await ask(path + query);
      const body = z.strictObject({ error: z.string(), fix: z.string() }).parse(
        JSON.parse(answer.body),
      );

      assert.equal(answer.status, 400, path + query);
      assert.match(body.error, /nobody|__proto__/);
      assert.match(body.fix, /individual, joint, ira/);
    }
  }
});

Deno.test("X-04: a position that lacks one of the four fields is invalid", async () => {
  const [group] = (await data()).grouped_positions;
  const [position] = group.positions;
  assert.equal(PROVEN.safeParse(position).success, true);
  for (const name of ["price_provenance", "greeks_provenance"] as const) {
    for (const field of ["source", "event_time", "receive_time", "model_version"] as const) {
      const { [field]: _, ...others } = position[name];
      assert.equal(PROVEN.safeParse({ ...position, [name]: others }).success, false, field);
    }
    const unknown = { ...position[name], source: "none" };
    assert.equal(PROVEN.safeParse({ ...position, [name]: unknown }).success, false, name);
    const timeless = { ...position[name], event_time: null };
    assert.equal(PROVEN.safeParse({ ...position, [name]: timeless }).success, false, name);
  }
});

Deno.test("X-04: the stream's rows carry source, event time and receive time", async () => {
  using socket = await RawSocket.open(port);
  const hello = await socket.nextOfType("hello");
  const lists = z.record(z.string(), z.array(z.string()));
  const { rowF64, rowU8 } = lists.parse(hello.fields);
  const { markSource, greeksSource } = lists.parse(hello.codes);

  for (const name of ["markAt", "greeksAt", "receivedAt"]) assert.ok(rowF64.includes(name), name);
  for (const name of ["markSource", "greeksSource", "markAbsence", "greeksAbsence"]) {
    assert.ok(rowU8.includes(name), name);
  }
  assert.ok(markSource.includes("mid") && greeksSource.includes("model"));
});

Deno.test("masking: no full account number is in any answer, page or frame", async () => {
  // The demo's numbers have ten characters, as its own ledger names them.
  const full = /DX\d{8}|DX\d{4,}/;
  const paths = ["/", "/api/data", "/api/history", "/metrics", "/api/nope", "/?accounts=ira"];
  for (const target of paths) assert.doesNotMatch((await ask(target)).body, full, target);

  for (const target of ["/api/stream", "/api/stream?format=json"]) {
    using socket = await RawSocket.open(port, handshake(port), target);
    await socket.sendJson({ type: "hello", version: 1, rows: "all" });
    let bytes = 0;
    for (let count = 0; count < 12; count++) {
      const frame = await socket.next();
      assert.ok(frame !== null);
      bytes += frame.payload.length;
      assert.doesNotMatch(textOf(frame), full, target);
    }
    assert.ok(bytes > 10_000, `${bytes} bytes of ${target}`);
  }
  assert.doesNotMatch(desk.output(), full);
});
