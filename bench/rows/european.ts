import {
  createPricingColumns,
  type PricingColumns,
  setContract,
  setRates,
  setSpot,
  setVolatility,
  setYearsToExpiry,
} from "../../lib/pricing/columns.ts";
import { priceRange } from "../../lib/pricing/kernel.ts";
import { type Candidate, compare } from "../measure.ts";
import type { BlackScholesModule, GreeksModule, Peer, UqeeModule } from "../peers.ts";
import { randomFrom } from "../random.ts";
import { type OptionTerms, priceOf } from "../reference/black_scholes.ts";
import { normalCdf, normalCdfSlow } from "../reference/normal.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";

const OPTIONS = 1_000;
const RATE = 0.03;

interface Sample extends OptionTerms {
  readonly volatility: number;
  readonly right: "call" | "put";
}

/** Options without yield, which the peers do not know. */
function samples(): Sample[] {
  const random = randomFrom(3);
  return Array.from({ length: OPTIONS }, (_, i) => {
    const isCall = i % 2 === 0;
    return {
      sign: isCall ? 1 : -1,
      right: isCall ? "call" : "put",
      spot: 100,
      strike: 60 + 80 * random(),
      years: 0.02 + 1.98 * random(),
      rate: RATE,
      dividendYield: 0,
      volatility: 0.1 + 0.6 * random(),
    };
  });
}

function columnsOf(options: readonly Sample[]): PricingColumns {
  const columns = createPricingColumns(options.length);
  options.forEach((option, row) => {
    setContract(columns, row, { right: option.right, strike: option.strike, isOnFuture: false });
    setYearsToExpiry(columns, row, option.years);
    setRates(columns, row, option.rate, option.dividendYield);
    setVolatility(columns, row, option.volatility);
  });
  setSpot(columns, 0, options.length, 100);
  return columns;
}

function uqeeCandidate(module: UqeeModule, options: readonly Sample[]): Candidate {
  const model = new module.BlackScholes();
  const terms = options.map((o) => ({
    rate: o.rate,
    sigma: o.volatility,
    strike: o.strike,
    time: o.years,
    type: o.right,
    underlying: o.spot,
  }));
  mustAgree("@uqee price", worst(options, (_, i) => model.option(terms[i]).price), 1e-6);
  return {
    name: "uqee",
    run: () => {
      let sum = 0;
      for (let i = 0; i < terms.length; i++) {
        const value = model.option(terms[i]);
        sum += value.price + value.delta + value.gamma + value.vega + value.theta + value.rho;
      }
      return sum === sum ? terms.length : 0;
    },
  };
}

function greeksCandidate(
  greeks: GreeksModule,
  prices: BlackScholesModule,
  options: readonly Sample[],
): Candidate {
  const price = (o: Sample) =>
    prices.blackScholes(o.spot, o.strike, o.years, o.volatility, o.rate, o.right);
  mustAgree("black-scholes price", worst(options, price), 1e-6);
  const few = options.slice(0, 40);
  return {
    name: "greeks",
    run: () => {
      let sum = 0;
      for (const o of few) {
        sum += price(o);
        for (const greek of [greeks.getDelta, greeks.getGamma, greeks.getVega]) {
          sum += greek(o.spot, o.strike, o.years, o.volatility, o.rate, o.right);
        }
        sum += greeks.getTheta(o.spot, o.strike, o.years, o.volatility, o.rate, o.right);
        sum += greeks.getRho(o.spot, o.strike, o.years, o.volatility, o.rate, o.right);
      }
      return sum === sum ? few.length : 0;
    },
  };
}

/** Largest difference from the reference, as a share of the spot. */
function worst(options: readonly Sample[], price: (o: Sample, i: number) => number): number {
  return options.reduce(
    (most, o, i) => Math.max(most, Math.abs(price(o, i) - priceOf(o, o.volatility)) / o.spot),
    0,
  );
}

function checkReference(): number {
  let most = 0;
  for (let x = -8; x <= 8; x += 0.01) {
    most = Math.max(most, Math.abs(normalCdf(x) - normalCdfSlow(x)));
  }
  mustAgree("two normal distributions of the reference", most, 1e-15);
  return most;
}

/** Row 3: price and five Greeks of a European option. */
export async function europeanRow(peers: {
  readonly uqee: Peer<UqeeModule>;
  readonly greeks: Peer<GreeksModule>;
  readonly blackScholes: Peer<BlackScholesModule>;
}): Promise<Findings> {
  checkReference();
  const options = samples();
  const columns = columnsOf(options);
  priceRange(columns, 0, OPTIONS);
  const error = worst(options, (_, i) => columns.price[i]);
  mustAgree("own price", error, 1e-11);
  let spot = 100;
  const ours: Candidate = {
    name: "desk",
    run: () => {
      spot = spot === 100 ? 100.01 : 100;
      setSpot(columns, 0, OPTIONS, spot);
      priceRange(columns, 0, OPTIONS);
      return OPTIONS;
    },
  };
  const { uqee, greeks, blackScholes } = peers;
  const others: { candidate: Candidate; label: string; target: number }[] = [];
  if (uqee.isThere) {
    const candidate = uqeeCandidate(uqee.module, options);
    others.push({ candidate, label: uqee.label, target: 0.4 });
  }
  if (greeks.isThere && blackScholes.isThere) {
    const candidate = greeksCandidate(greeks.module, blackScholes.module, options);
    others.push({ candidate, label: `${greeks.label} + ${blackScholes.label}`, target: 0.01 });
  }
  const times = await compare([ours, ...others.map(({ candidate }) => candidate)]);
  const results = others.map(({ label, target }, i): Result => ({
    anchor: 3,
    what: "European price + 5 Greeks, one option",
    peer: label,
    unit: "ns",
    ours: times[0],
    theirs: times[i + 1],
    target,
  }));
  return {
    results,
    bounds: [{
      anchor: 3,
      what: "price error against an independent formula",
      unit: "of the spot",
      value: error,
      limit: 1e-12,
    }],
    notes: ["3: yield 0, which the peers do not know; ours includes setting the spot."],
  };
}
