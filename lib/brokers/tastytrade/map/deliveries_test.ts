import assert from "node:assert/strict";
import type { Instrument } from "../../../domain/instrument.ts";
import { AT, aTransaction } from "../accounts/account_fixture_test.ts";
import { deliveriesOf } from "./deliveries.ts";
import { listedFuture, listedOption, listedShare } from "./listed_instrument.ts";
import { parseOcc } from "./symbols.ts";
import type { TransactionRecord } from "./transactions.ts";

const PUT = "SPY   261030P00500000";
const FACTS = { kind: "equity", isCoin: false, exchange: "", tickSize: 0 } as const;

function put(): Instrument {
  const contract = parseOcc(PUT);
  assert.ok(contract !== null);
  const option = listedOption(contract, {
    underlyingSymbol: "SPY",
    multiplier: 100,
    deliverable: null,
    settlement: null,
    expiresAt: null,
    exchange: "",
    tickSize: 0.01,
  });
  assert.ok(option !== null);
  return option;
}

function future(): Instrument {
  const terms = { product: "ES", multiplier: 50, expiry: "2026-10-30", expiresAt: AT } as const;
  const listed = listedFuture("/ESZ6", { ...terms, exchange: "", tickSize: 0.25 });
  assert.ok(listed !== null);
  return listed;
}

const KNOWN = new Map<string, Instrument>([
  [PUT, put()],
  ["/ESZ6", future()],
  ...["SPY", "OLD", "NEW"].map((symbol) => [symbol, listedShare(symbol, FACTS)] as const),
]);

function read(rows: readonly TransactionRecord[], held: number | null = null) {
  return deliveriesOf(rows, {
    accountId: "tastytrade-0042-abc",
    instrumentOf: (symbol) => KNOWN.get(symbol) ?? null,
    heldBefore: () => held,
  });
}

/** Quantity and price of each movement, and what stays unclear. */
function booked(rows: readonly TransactionRecord[], held: number | null = null) {
  const { movements, unclear } = read(rows, held);
  return {
    moved: movements.map(({ signedQuantity, price, fees }) => [signedQuantity, price, fees]),
    unclear: [...unclear],
  };
}

function shares(changes: Partial<TransactionRecord>): TransactionRecord {
  return aTransaction({ id: "7", symbol: "SPY", instrumentType: "Equity", ...changes });
}

Deno.test("R36: an assigned put leaves at 0, its shares come at the strike with the costs", () => {
  const rows = [
    aTransaction(),
    shares({ action: "Buy to Open", quantity: 200, price: 500, value: -100_000, fees: 5 }),
  ];
  assert.deepEqual(booked(rows), { moved: [[2, 0, 0], [200, 500, 5]], unclear: [] });
  const [first, second] = read(rows).movements;
  assert.equal(first.execId, `delivery 252640001 ${PUT}`);
  assert.notEqual(first.execId, second.execId);
  assert.equal(second.filledAt, AT);
});

Deno.test("R36: cash settlement is at what was paid, by price or by value", () => {
  const settled = { subType: "Cash Settled Assignment", action: "Buy to Close" } as const;
  assert.deepEqual(booked([aTransaction({ ...settled, price: 12.5, value: -2500 })]).moved, [
    [2, 12.5, 0],
  ]);
  assert.deepEqual(booked([aTransaction({ ...settled, value: -2500 })]).moved, [[2, 12.5, 0]]);
});

Deno.test("R36: an expiry without a side has that of what was held, else it is unclear", () => {
  const expired = aTransaction({ subType: "Expiration" });
  assert.deepEqual(booked([expired], -2).moved, [[2, 0, 0]]);
  assert.deepEqual(booked([expired], 2).moved, [[-2, 0, 0]]);
  const { unclear } = read([expired]);
  assert.deepEqual([...unclear.values()], [2]);
});

Deno.test("R36: shares without a side go the way that the money did not", () => {
  assert.deepEqual(booked([shares({ quantity: 100, value: -50_000 })]).moved, [[100, 500, 0]]);
  assert.deepEqual(booked([shares({ quantity: 100, value: 50_000 })]).moved, [[-100, 500, 0]]);
});

Deno.test("R36: a future that ends does so at its price, whatever its value", () => {
  const ended = { symbol: "/ESZ6", instrumentType: "Future", quantity: 1 } as const;
  const row = aTransaction({ ...ended, action: "Sell", price: 5800, value: 0 });
  assert.deepEqual(booked([row]).moved, [[-1, 5800, 0]]);
  assert.deepEqual(booked([{ ...row, price: null }]).unclear, [["/ESZ6", -1]]);
});

Deno.test("R36: a row whose money and price disagree, or without amounts, is unclear", () => {
  const bought = { action: "Buy to Open", quantity: 100 } as const;
  for (
    const row of [
      shares({ ...bought, price: 500, value: 0 }),
      shares({ ...bought, price: 500, value: 50_000 }),
      shares({ ...bought, price: 500, value: -49_000 }),
      shares({ ...bought, subType: "ACAT", price: null, value: 0 }),
      shares({ ...bought, subType: "ACAT", price: 0, value: 0 }),
      shares({ ...bought, subType: "Dividend", price: null, value: null }),
    ]
  ) {
    assert.deepEqual(booked([row]), { moved: [], unclear: [["SPY", 100]] }, row.subType ?? "");
  }
  assert.deepEqual(booked([shares({ ...bought, quantity: null })]).unclear, [["SPY", 1]]);
});

Deno.test("R36: trades and money are none, nor is what nobody can name", () => {
  const rows = [
    aTransaction({ type: "Trade", action: "Buy to Open", price: 1, value: -200 }),
    aTransaction({ type: "Money Movement", symbol: null }),
    aTransaction({ symbol: "XYZ" }),
  ];
  assert.deepEqual(booked(rows), { moved: [], unclear: [] });
});

Deno.test("R36: a split and a change of name move nothing, and a split tells its ratio", () => {
  const split = { subType: "Forward Split", value: null } as const;
  const out = shares({ ...split, action: "Sell to Close", quantity: 100 });
  const into = shares({ ...split, id: "8", action: "Buy to Open", quantity: 400 });
  const found = read([into, out]);
  assert.deepEqual([found.movements, found.unclear.size], [[], 0]);
  assert.deepEqual(found.rescaled, [{ instrumentKey: "SPY", ratio: 4 }]);

  const renamed = { subType: "Symbol Change", value: 0, quantity: 30 } as const;
  const short = [
    shares({ ...renamed, symbol: "OLD", action: "Buy to Close" }),
    shares({ ...renamed, symbol: "NEW", id: "8", action: "Sell to Open" }),
  ];
  const changed = read(short);
  assert.deepEqual([changed.movements, changed.unclear.size, changed.rescaled], [[], 0, []]);
});

Deno.test("R36: half a split, or one after a trade of the same day, is not understood", () => {
  const split = { subType: "Forward Split", value: null } as const;
  const out = shares({ ...split, action: "Sell to Close", quantity: 100 });
  const into = shares({ ...split, id: "8", action: "Buy to Open", quantity: 400 });
  assert.deepEqual(booked([into]).unclear, [["SPY", 400]]);
  assert.deepEqual(booked([into, shares({ ...out, action: "Buy to Open" })]).unclear, [[
    "SPY",
    500,
  ]]);
  const trade = shares({ type: "Trade", subType: "Buy to Open", executedAt: AT - 60_000 });
  assert.deepEqual(booked([out, into, trade]).unclear, [["SPY", 300]]);
  const valued = [{ ...out, value: 50_000 }, { ...into, value: -50_000 }, trade];
  assert.deepEqual(booked(valued).moved, []);
  assert.deepEqual(booked([out, into, { ...trade, executedAt: AT + 60_000 }]).unclear, []);
});
