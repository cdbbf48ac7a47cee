import assert from "node:assert/strict";
import { isAbsent } from "../base/absence.ts";
import type { OptionRight } from "../domain/instrument.ts";
import { SHARED, testWith } from "../../tests/prerequisite.ts";
import {
  createPricingColumns,
  setContract,
  setRates,
  setSpot,
  setVolatility,
  setYearsToExpiry,
} from "./columns.ts";
import { createEuropeanValue, type EuropeanValue, valueEuropean } from "./european.ts";
import { impliedVolatility, type ImpliedVolatilityTerms } from "./implied_volatility.ts";
import { priceRange } from "./kernel.ts";
import { normalCdf } from "./normal.ts";
import type { EuropeanTerms } from "./terms.ts";

type Row = Readonly<Record<string, string>>;

function readRows(name: string, count: number): Row[] {
  const url = new URL(`data/reference/options/${name}`, SHARED);
  const [header = "", ...lines] = Deno.readTextFileSync(url).trim().split("\n");
  const names = header.trim().split(",");
  const rows = lines.map((line) => {
    const cells = line.trim().split(",");
    return Object.fromEntries(names.map((column, index) => [column, cells[index] ?? ""]));
  });
  assert.equal(rows.length, count, `${name} has its rows`);
  return rows;
}

function number(row: Row, column: string): number {
  const text = row[column];
  assert.ok(text !== undefined && text !== "", `${column} in ${JSON.stringify(row)}`);
  return Number(text);
}

function right(row: Row): OptionRight {
  assert.ok(row.type === "call" || row.type === "put");
  return row.type;
}

function haugTerms(row: Row): EuropeanTerms {
  return {
    right: right(row),
    spot: number(row, "spot"),
    strike: number(row, "strike"),
    yearsToExpiry: number(row, "t"),
    volatility: number(row, "vol"),
    riskFreeRate: number(row, "r"),
    dividendYield: number(row, "q"),
  };
}

function value(terms: EuropeanTerms): EuropeanValue {
  const out = createEuropeanValue();
  assert.ok(!isAbsent(valueEuropean(terms, out)), JSON.stringify(terms));
  return out;
}

function kernelPrice(terms: EuropeanTerms): number {
  const columns = createPricingColumns(1);
  setContract(columns, 0, { ...terms, isOnFuture: false });
  setRates(columns, 0, terms.riskFreeRate, terms.dividendYield);
  setYearsToExpiry(columns, 0, terms.yearsToExpiry);
  setVolatility(columns, 0, terms.volatility);
  setSpot(columns, 0, 1, terms.spot);
  priceRange(columns, 0, 1);
  return columns.price[0] ?? NaN;
}

function assertNear(actual: number, expected: number, tolerance: number, what: unknown): void {
  const error = Math.abs(actual - expected);
  assert.ok(error <= tolerance, `${actual} for ${expected}: ${JSON.stringify(what)}`);
}

testWith(["shared"], {
  name: "reference: Haug's European prices to 1e-4, scalar and columns",
  fn: () => {
    for (const row of readRows("haug_european_values.csv", 26)) {
      const terms = haugTerms(row);

      assertNear(value(terms).price, number(row, "value"), number(row, "tolerance"), row);
      assertNear(kernelPrice(terms), value(terms).price, 1e-12 * terms.spot, row);
    }
  },
});

/** Haug's units: vega and rho per 1.00, theta per year; thetaPerDay per calendar day. */
function haugGreek(name: string | undefined, v: EuropeanValue, terms: EuropeanTerms): number {
  switch (name) {
    case "delta":
      return v.delta;
    case "elasticity":
      return v.delta * terms.spot / v.price;
    case "gamma":
      return v.gamma;
    case "vega":
      return v.vegaPerPoint * 100;
    case "theta":
      return v.thetaPerDay * 365;
    case "thetaPerDay":
      return v.thetaPerDay;
    case "rho":
      return v.rhoPerPoint * 100;
    case "dividendRho":
      return -terms.yearsToExpiry * terms.spot * v.delta;
    default:
      throw new Error(`unknown Greek ${name}`);
  }
}

testWith(["shared"], {
  name: "reference: Haug's Greeks to the four digits of the book",
  fn: () => {
    for (const row of readRows("haug_greek_values.csv", 11)) {
      const terms = haugTerms(row);

      assertNear(haugGreek(row.greek, value(terms), terms), number(row, "value"), 1e-4, row);
    }
  },
});

testWith(["shared"], {
  name: "reference: Black 76 to 1e-8, with the limits of no volatility",
  fn: () => {
    for (const row of readRows("black76_basic.csv", 8)) {
      const terms: EuropeanTerms = {
        right: right(row),
        spot: number(row, "forward"),
        strike: number(row, "strike"),
        yearsToExpiry: 1,
        volatility: number(row, "stddev"),
        riskFreeRate: -Math.log(number(row, "discount")),
        dividendYield: 0,
        isOnFuture: true,
      };

      assertNear(value(terms).price, number(row, "value"), 1e-8, row);
    }
  },
});

/** The table's units: vega and rho per 1.00, theta per year. Zeros in it are rounding. */
function vollibColumns(prefix: "C" | "P", v: EuropeanValue): [string, number][] {
  return [
    [prefix === "C" ? "bs_call" : "bs_put", v.price],
    [`${prefix}D`, v.delta],
    [`${prefix}G`, v.gamma],
    [`${prefix}T`, v.thetaPerDay * 365],
    [`${prefix}V`, v.vegaPerPoint * 100],
    [`${prefix}R`, v.rhoPerPoint * 100],
  ];
}

testWith(["shared"], {
  name: "reference: prices and Greeks far out of the money, to 6 significant digits",
  fn: () => {
    for (const row of readRows("vollib_bs_table.csv", 61)) {
      for (const prefix of ["C", "P"] as const) {
        const v = value({
          right: prefix === "C" ? "call" : "put",
          spot: number(row, "S"),
          strike: number(row, "K"),
          yearsToExpiry: number(row, "t"),
          volatility: number(row, "v"),
          riskFreeRate: number(row, "R"),
          dividendYield: 0,
        });
        for (const [column, actual] of vollibColumns(prefix, v)) {
          assertNear(actual, number(row, column), 5e-7, [column, row]);
        }
        const tiny = number(row, "bs_call");
        if (prefix === "C" && tiny > 0 && tiny < 1e-20) {
          assert.ok(Math.abs(v.price / tiny - 1) < 5e-6, JSON.stringify(row));
        }
      }
    }
  },
});

function undiscounted(row: Row, price: string): ImpliedVolatilityTerms {
  return {
    right: number(row, "q") > 0 ? "call" : "put",
    price: number(row, price),
    spot: number(row, "F"),
    strike: number(row, "K"),
    yearsToExpiry: number(row, "T"),
    riskFreeRate: 0,
    dividendYield: 0,
  };
}

testWith(["shared"], {
  name: "reference: Let's Be Rational, price to 1e-12 and implied volatility to 1e-10",
  fn: () => {
    const absences: Record<string, number> = {};
    for (const row of readRows("lets_be_rational.csv", 600)) {
      const terms = undiscounted(row, "black_undiscounted");
      const iv = impliedVolatility(terms);
      const volatility = number(row, "sigma");

      assertNear(normalCdf(number(row, "z")), number(row, "norm_cdf"), 1e-15, row);
      assertNear(value({ ...terms, volatility }).price, terms.price, 1e-12 * terms.spot, row);
      if (isAbsent(iv)) absences[iv.detail] = (absences[iv.detail] ?? 0) + 1;
      else assertNear(iv, number(row, "implied_vol"), 1e-10, row);
    }
    // 5 rows have no time, 8 no time value, and one has 10 ulps of it on a price of 55.
    assert.deepEqual(absences, { expired: 5, noTimeValue: 8, undetermined: 1 });
  },
});

testWith(["shared"], {
  name: "reference: implied volatility of hard cases, as exact as the price in doubles allows",
  fn: () => {
    for (const row of readRows("iv_hard_mpmath.csv", 132)) {
      const terms = undiscounted(row, "price_undiscounted");
      const iv = impliedVolatility(terms);
      const volatility = number(row, "vol");
      if (row.double_status !== "recoverable") {
        assert.equal(isAbsent(iv) ? iv.detail : iv, "noTimeValue", JSON.stringify(row));
        continue;
      }
      // Half a unit in the last place of the price moves the volatility by that over vega.
      const { vegaPerPoint } = value({ ...terms, volatility });
      const carried = Number.EPSILON * terms.price / (vegaPerPoint * 100);

      assert.ok(!isAbsent(iv), JSON.stringify(row));
      assertNear(iv, volatility, carried + 1e-13 * volatility, row);
    }
  },
});

testWith(["shared"], {
  name: "reference: hard cases taken from the side out of the money come back to 1e-12",
  fn: () => {
    for (const row of readRows("iv_hard_mpmath.csv", 132)) {
      const terms = undiscounted(row, "time_value");
      const isCall = terms.strike >= terms.spot;
      const iv = impliedVolatility({ ...terms, right: isCall ? "call" : "put" });

      // The file's time value of a deep put is a difference of numbers 52 digits larger, taken with
      // 60: nine digits are left of it.
      const tolerance = row.double_status === "recoverable" ? 1e-12 : 1e-11;

      assert.ok(!isAbsent(iv), JSON.stringify(row));
      assert.ok(Math.abs(iv / number(row, "vol") - 1) < tolerance, `${iv} ${JSON.stringify(row)}`);
    }
  },
});
