import {
  impliedVolatility,
  type ImpliedVolatilityTerms,
} from "../../lib/pricing/implied_volatility.ts";
import { type Candidate, compare, medianOf, quantileOf } from "../measure.ts";
import type { ImpliedVolatilityModule, Peer } from "../peers.ts";
import { randomFrom } from "../random.ts";
import {
  brentVolatility,
  newtonVolatility,
  type OptionTerms,
  priceOf,
} from "../reference/black_scholes.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";

const OPTIONS = 500;
const PRICE_MIN = 0.005;

interface Sample extends OptionTerms {
  readonly volatility: number;
  readonly price: number;
  readonly terms: ImpliedVolatilityTerms;
}

/** Options out of the money that are worth at least half a cent, as quotes that are solved are. */
function samples(): Sample[] {
  const random = randomFrom(4);
  const found: Sample[] = [];
  while (found.length < OPTIONS) {
    const spot = 100;
    const strike = 60 + 80 * random();
    const years = 0.02 + 1.98 * random();
    const volatility = 0.1 + 0.6 * random();
    const sign = strike > spot ? 1 : -1;
    const option = { sign, spot, strike, years, rate: 0.03, dividendYield: 0 } as const;
    const price = priceOf(option, volatility);
    if (price < PRICE_MIN) continue;
    const terms: ImpliedVolatilityTerms = {
      right: sign === 1 ? "call" : "put",
      price,
      spot,
      strike,
      yearsToExpiry: years,
      riskFreeRate: 0.03,
      dividendYield: 0,
    };
    found.push({ ...option, volatility, price, terms });
  }
  return found;
}

/** Those whose price, cut to the cent, the search to the cent can hit. */
function wholeCents(options: readonly Sample[]): Sample[] {
  return options
    .map((option) => ({ ...option, price: Math.floor(option.price * 100) / 100 }))
    .filter(({ price }) => price > 0.5 && Number.isInteger(price * 100));
}

function candidate(
  name: string,
  options: readonly Sample[],
  solve: (option: Sample) => number,
): Candidate {
  return {
    name,
    run: () => {
      let sum = 0;
      for (let i = 0; i < options.length; i++) sum += solve(options[i]);
      return sum === sum ? options.length : 0;
    },
  };
}

function solveOurs(option: Sample): number {
  const found = impliedVolatility(option.terms);
  return typeof found === "number" ? found : NaN;
}

/** Relative errors, ascending; an unsolved one counts as infinite. */
function errorsOf(options: readonly Sample[], solve: (option: Sample) => number): Float64Array {
  return Float64Array.from(options, (option) => {
    const error = Math.abs(solve(option) / option.volatility - 1);
    return error === error ? error : Infinity;
  }).sort();
}

/** Row 4: implied volatility to machine precision. */
export async function impliedVolatilityRow(
  peers: { readonly impliedVolatility: Peer<ImpliedVolatilityModule> },
): Promise<Findings> {
  const options = samples();
  const solveBrent = (o: Sample) => brentVolatility(o, o.price);
  const solveNewton = (o: Sample) => newtonVolatility(o, o.price);
  const errors = errorsOf(options, solveOurs);
  mustAgree("Brent", quantileOf(errorsOf(options, solveBrent), 0.99), 1e-9);
  mustAgree("Newton", quantileOf(errorsOf(options, solveNewton), 0.99), 1e-9);
  const others = [
    { label: "Brent to 1e-13", target: 0.45, candidate: candidate("brent", options, solveBrent) },
    { label: "textbook Newton", target: 0.9, candidate: candidate("newton", options, solveNewton) },
  ];
  const peer = peers.impliedVolatility;
  const notes = [
    "4: options out of the money worth half a cent or more; Brent and Newton are written here on " +
    "an independent, equally fast normal distribution.",
  ];
  if (peer.isThere) {
    const few = wholeCents(options).slice(0, 20);
    const solve = (o: Sample) =>
      peer.module.getImpliedVolatility(o.price, o.spot, o.strike, o.years, o.rate, o.terms.right);
    const error = medianOf([...errorsOf(few, solve)]);
    mustAgree(peer.label, error, 0.05);
    const figure = error.toExponential(0);
    notes.push(
      `4: ${peer.label} gets whole cents, where it stops: median relative error ${figure}.`,
    );
    others.push({ label: peer.label, target: 0.01, candidate: candidate("npm", few, solve) });
  }
  const times = await compare([
    candidate("desk", options, solveOurs),
    ...others.map((other) => other.candidate),
  ]);
  return {
    results: others.map(({ label, target }, i): Result => ({
      anchor: 4,
      what: "implied volatility, one option",
      peer: label,
      unit: "ns",
      ours: times[0],
      theirs: times[i + 1],
      target,
    })),
    bounds: [{
      anchor: 4,
      what: "99 % of relative errors are below",
      unit: "of the volatility",
      value: quantileOf(errors, 0.99),
      limit: 1e-9,
    }],
    notes,
  };
}
