import assert from "node:assert/strict";
import fc from "fast-check";
import { LEAF_STRIDE } from "../domain/measures.ts";
import {
  aFill,
  aFuture,
  anEquity,
  anOption,
  aPosition,
  close,
  greeks,
  near,
  quote,
  TestDesk,
} from "./desk_fixture_test.ts";
import { allAccounts, measure, portfolioSums, selectAccounts, underlyingSums } from "./totals.ts";

const EURO = anEquity({ symbol: "EUX", currency: "EUR" });
const OPTIONS = [
  anOption(),
  anOption({ right: "put", strike: 95 }),
  anOption({ underlying: "EUX", strike: 50, currency: "EUR" }),
  anOption({
    kind: "futureOption",
    underlying: "ES",
    underlyingKey: "ESM5",
    strike: 5000,
    multiplier: 50,
    right: "put",
  }),
];
const INSTRUMENTS = [anEquity(), EURO, aFuture(), ...OPTIONS];
const KEYS = [...INSTRUMENTS.map(({ key }) => key), "MYSTERY"];

/** One message with good quotes and Greeks of everything. */
function market(desk: TestDesk): void {
  desk.send(
    quote("XYZ", 99.99, 100.01),
    quote("ESM5", 5000, 5001),
    quote("EUX", 49, 51),
    ...OPTIONS.map((option) => greeks(option.key, 0.3, 0.4, 0.02, -0.05, 0.1, 0.2)),
    ...OPTIONS.map((option) => quote(option.key, 2, 2.1)),
  );
  desk.book.setFxRate({
    currency: "EUR",
    base: "USD",
    rate: 1.1,
    previousClose: 1.08,
    asOf: desk.now,
  });
}

function someDesk(): TestDesk {
  const desk = new TestDesk().add(...INSTRUMENTS);
  desk.book.setCarry({ underlying: "XYZ", riskFreeRate: 0.04, dividendYield: 0.01 });
  desk.book.setCarry({ underlying: "ES", riskFreeRate: 0.04, dividendYield: 0 });
  desk.hold(...KEYS.map((instrumentKey, i) => aPosition({ instrumentKey, signedQuantity: i - 4 })));
  market(desk);
  return desk;
}

type Step = (desk: TestDesk) => void;

const key = fc.constantFrom(...KEYS);
const optionKey = fc.constantFrom(...OPTIONS.map((option) => option.key));
const accountId = fc.constantFrom("A", "B");
const quantity = fc.integer({ min: -9, max: 9 });
const price = fc.oneof(
  fc.double({ min: 0.01, max: 6000, noNaN: true }),
  fc.constantFrom(NaN, -1, 0, Infinity),
);
const spread = fc.constantFrom(0, 0.02, 0.5, 60, -1);
const greek = fc.oneof(fc.double({ min: -0.99, max: 0.99, noNaN: true }), fc.constant(NaN));

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.tuple(key, price, spread).map(([k, mid, width]): Step => (desk) => {
    desk.send(quote(k, mid - width / 2, mid + width / 2));
  }),
  fc.tuple(key, price, optionKey, price).map(([k, mid, other, premium]): Step => (desk) => {
    desk.send(quote(k, mid, mid + 0.01), quote(other, premium, premium + 0.01));
  }),
  fc.tuple(optionKey, greek, greek).map(([k, delta, gamma]): Step => (desk) => {
    desk.send(greeks(k, 0.3, delta, Math.abs(gamma), -0.05, 0.1, NaN));
  }),
  fc.tuple(key, price).map(([k, value]): Step => (desk) => desk.send(close(k, value))),
  fc.array(fc.tuple(accountId, key, quantity, quantity), { maxLength: 8 }).map((held): Step => {
    return (desk) => {
      for (const id of ["A", "B"]) {
        const own = held.filter(([account]) => account === id);
        desk.book.setPositions(
          id,
          own.map(([, instrumentKey, signedQuantity, overnightQuantity]) =>
            aPosition({ accountId: id, instrumentKey, signedQuantity, overnightQuantity })
          ),
        );
      }
    };
  }),
  fc.tuple(accountId, key, quantity, fc.nat(3)).map(([id, k, signedQuantity, n]): Step => {
    return (desk) => {
      const fill = { execId: `e${n}`, accountId: id, instrumentKey: k, signedQuantity };
      desk.book.applyFill(aFill({ ...fill, price: 2, fees: 0.65 }));
    };
  }),
  fc.tuple(price, price).map(([rate, previousClose]): Step => (desk) => {
    desk.book.setFxRate({ currency: "EUR", base: "USD", rate, previousClose, asOf: desk.now });
  }),
  fc.double({ min: 0, max: 0.1, noNaN: true }).map((dividendYield): Step => (desk) => {
    desk.book.setCarry({ underlying: "EUX", riskFreeRate: 0.03, dividendYield });
  }),
  fc.constantFrom("live", "stale", "down").map((state): Step => (desk) => {
    desk.board.setFeedState("f", state, desk.now);
    desk.book.advanceTime(desk.now);
  }),
  fc.tuple(key, price, fc.integer({ min: 0, max: 20 * 86_400_000 })).map(([k, mid, ms]): Step => {
    return (desk) => {
      desk.now += ms;
      desk.send(quote(k, mid, mid + 0.02));
    };
  }),
  fc.constant(market),
  fc.integer({ min: 0, max: 20 * 86_400_000 }).map((ms): Step => (desk) => {
    desk.now += ms;
    desk.book.advanceTime(desk.now);
  }),
);

const steps = fc.array(step, { minLength: 1, maxLength: 30 });

/** Cells summed row by row from what readers see. */
function cellsFromRows(desk: TestDesk, field: "dollarDelta" | "marketValue" | "dayPnl"): number {
  let sum = 0;
  for (let i = 0; i < desk.book.rowCount; i++) {
    const { instrument, accountId: account } = desk.book.row(i);
    const value = desk.value(field, instrument.key, desk.book.account(account).account.id);
    if (!Number.isNaN(value)) sum += value;
  }
  return sum;
}

Deno.test("book: any sequence of messages leaves the sums of a full recomputation", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const desk = someDesk();
      for (const run of sequence) run(desk);

      const kept = ["dollarDelta", "marketValue", "dayPnl"] as const;
      for (const name of kept) near(desk.total(name), cellsFromRows(desk, name), 1e-9);
      const { maxRelative, rowsDiffering } = desk.book.verify();
      // What a difference leaves behind is an ulp of the largest sum that was ever in the cell.
      assert.ok(maxRelative <= 1e-8, `${maxRelative}`);
      assert.equal(rowsDiffering, 0);
    }),
    { numRuns: 300 },
  );
});

Deno.test("book: rows are the same whether they are read after every message or once", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const watched = someDesk();
      const unwatched = someDesk();
      for (const run of sequence) {
        run(watched);
        run(unwatched);
        assert.ok(watched.book.rowF64.length >= watched.book.rowCount);
      }
      for (const column of ["rowF64", "rowF32", "rowU8", "rowChanged", "cellF64"] as const) {
        assert.deepEqual(unwatched.book[column], watched.book[column], column);
      }
    }),
    { numRuns: 100 },
  );
});

Deno.test("book: verified part by part it is what it is when verified whole, and goes on", () => {
  fc.assert(
    fc.property(steps, steps, fc.integer({ min: 1, max: 5 }), (sequence, later, rowsMax) => {
      const whole = someDesk();
      const parts = someDesk();
      for (const run of sequence) for (const desk of [whole, parts]) run(desk);
      const expected = whole.book.verify();
      let found = parts.book.verifyPart(rowsMax);
      for (let i = 0; found === null && i < KEYS.length; i++) {
        found = parts.book.verifyPart(rowsMax);
      }
      assert.deepEqual(found, expected);
      for (const run of later) {
        for (const desk of [whole, parts]) run(desk);
        // What was verified must not be taken for read: the rows of this message still show.
        assert.equal(whole.book.verify().rowsDiffering, 0);
        for (const column of ["rowF64", "rowF32", "rowU8"] as const) {
          assert.deepEqual(parts.book[column], whole.book[column], column);
        }
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("P14: NaN never reaches a cell, whatever arrives", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const desk = someDesk();
      for (const run of sequence) {
        run(desk);
        assert.ok(desk.book.cellF64.every((value) => Number.isFinite(value)));
      }
    }),
    { numRuns: 150 },
  );
});

Deno.test("book: every leg is either in a sum or counted as left out", () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const desk = someDesk();
      for (const run of sequence) run(desk);

      let legs = 0, withoutGreeks = 0, withoutMark = 0;
      for (let i = 0; i < desk.book.rowCount; i++) {
        const row = desk.book.row(i);
        const id = desk.book.account(row.accountId).account.id;
        if (desk.value("signedQuantity", row.instrument.key, id) === 0) continue;
        legs++;
        if (Number.isNaN(desk.value("dollarDelta", row.instrument.key, id))) withoutGreeks++;
        if (Number.isNaN(desk.value("marketValue", row.instrument.key, id))) withoutMark++;
      }
      assert.equal(desk.total("legs"), legs);
      assert.equal(desk.total("withoutGreeks"), withoutGreeks);
      assert.equal(desk.total("withoutMark"), withoutMark);
    }),
    { numRuns: 150 },
  );
});

const LINEAR = ["dollarDelta", "marketValue", "vega", "theta", "dollarGamma", "rho"] as const;

const book = fc.array(fc.tuple(accountId, fc.constantFrom(...KEYS), quantity), { maxLength: 12 });

function deskWith(held: readonly (readonly [string, string, number])[]): TestDesk {
  const desk = someDesk();
  for (const id of ["A", "B"]) {
    const own = held.filter(([account]) => account === id);
    desk.book.setPositions(
      id,
      own.map(([, instrumentKey, signedQuantity]) =>
        aPosition({ accountId: id, instrumentKey, signedQuantity })
      ),
    );
  }
  market(desk);
  return desk;
}

Deno.test("X-01: turning all quantities round turns every linear sum round", () => {
  fc.assert(fc.property(book, (held) => {
    const long = deskWith(held);
    const short = deskWith(held.map(([id, k, n]) => [id, k, -n]));

    for (const name of LINEAR) near(short.total(name), -long.total(name));
    near(short.total("contractNotional"), long.total("contractNotional"));
  }));
});

Deno.test("book: splitting a position between entries or accounts leaves the totals", () => {
  fc.assert(fc.property(book, (held) => {
    const whole = deskWith(held);
    const split = deskWith(held.flatMap(([, k, n]) => [["A", k, n - 2], ["B", k, 2]] as const));

    for (const name of LINEAR) near(split.total(name), whole.total(name));
  }));
});

Deno.test("T-007: the sums under an account filter are the sums of its cells", () => {
  fc.assert(fc.property(book, fc.subarray(["A", "B"]), (held, ids) => {
    const desk = deskWith(held);
    const view = desk.book;

    const chosen = selectAccounts(view, ids);
    const sums = portfolioSums(view, chosen);
    const alone = deskWith(held.filter(([id]) => ids.includes(id)));

    for (const name of LINEAR) near(measure(sums, name), alone.total(name));
    for (let u = 0; u < view.underlyingCount; u++) {
      const all = underlyingSums(view, u, allAccounts(view));
      const parts = allAccounts(view).map((account) => underlyingSums(view, u, [account]));
      for (let m = 0; m < LEAF_STRIDE; m++) {
        near(all[m], parts.reduce((sum, part) => sum + part[m], 0));
      }
    }
  }));
});
