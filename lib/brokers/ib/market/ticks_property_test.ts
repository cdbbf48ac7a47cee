import assert from "node:assert/strict";
import fc from "fast-check";
import { anOption, aShare, MarketRun } from "./market_run_fixture_test.ts";

const INSTRUMENTS = [aShare("SPY"), anOption(560), anOption(570)];

type Step =
  | { readonly what: "price" | "size"; readonly line: number; readonly type: number; value: number }
  | { readonly what: "model"; readonly line: number; readonly delta: number }
  | { readonly what: "chunk" | "again" };

const line = fc.nat({ max: INSTRUMENTS.length - 1 });
const value = fc.oneof(
  fc.double({ min: 0.01, max: 1e6, noNaN: true }),
  fc.constantFrom(-1, 0, NaN),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      what: fc.constant("price" as const),
      line,
      type: fc.constantFrom(1, 2, 4, 6, 7, 9, 14, 37, 100),
      value,
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constant("size" as const),
      line,
      type: fc.constantFrom(0, 3, 5, 8, 21, 86),
      value,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant("model" as const),
      line,
      delta: fc.constantFrom(NaN, 0.25, 0.5, 0.75),
    }),
  },
  { weight: 4, arbitrary: fc.record({ what: fc.constant("chunk" as const) }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("again" as const) }) },
);

/** What a reader without columns would keep: the newest value of each kind, by name. */
class Naive {
  readonly values = INSTRUMENTS.map(() => new Map<string, number>());
  readonly quote: (number[] | null)[] = INSTRUMENTS.map(() => null);
  readonly trade: (number[] | null)[] = INSTRUMENTS.map(() => null);
  readonly summary: (number[] | null)[] = INSTRUMENTS.map(() => null);
  readonly delta: (number | null)[] = INSTRUMENTS.map(() => null);

  price(line: number, type: number, value: number): void {
    if (type === 1 || type === 2) {
      this.#set(line, type === 1 ? "bid" : "ask", value === -1 ? NaN : value);
    } else if (value > 0) {
      if (type === 4) this.#set(line, "last", value);
      if (type === 9) this.#set(line, "close", value);
      if (type === 14) this.#set(line, "open", value);
    }
  }

  size(line: number, type: number, value: number): void {
    const name = new Map([[0, "bidSize"], [3, "askSize"], [5, "lastSize"], [8, "volume"]])
      .get(type);
    if (name !== undefined) this.#set(line, name, value >= 0 ? value : NaN);
  }

  again(): void {
    for (const values of this.values) values.clear();
  }

  #set(line: number, name: string, value: number): void {
    const values = this.values[line];
    const before = values.get(name) ?? NaN;
    values.set(name, value);
    const read = (...names: string[]) => names.map((one) => values.get(one) ?? NaN);
    // A size that repeats itself says nothing new.
    if (/Size|volume/.test(name) && Object.is(before, value)) return;
    if (/bid|ask/i.test(name)) this.quote[line] = read("bid", "ask", "bidSize", "askSize");
    else if (/last|volume/.test(name)) {
      if (values.has("last")) this.trade[line] = read("last", "lastSize", "volume");
    } else this.summary[line] = read("close", "open");
  }
}

function play(run: MarketRun, naive: Naive, one: Step): void {
  const { market } = run;
  switch (one.what) {
    case "price":
      market.tickPrice(run.idOf(INSTRUMENTS[one.line]), one.type, one.value);
      return naive.price(one.line, one.type, one.value);
    case "size":
      market.tickSize(run.idOf(INSTRUMENTS[one.line]), one.type, one.value);
      return naive.size(one.line, one.type, one.value);
    case "model":
      run.compute(INSTRUMENTS[one.line], 13, 0.2, one.delta, 1, 0.01, 0.1, -0.1);
      naive.delta[one.line] = one.delta;
      return;
    case "chunk":
      return market.flush();
    case "again":
      market.flush();
      run.open.clear();
      market.dataLost();
      run.time.advance(250);
      return naive.again();
  }
}

Deno.test("what is told last is what a naive reader keeps, in any order", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const run = new MarketRun();
      const naive = new Naive();
      run.want(...INSTRUMENTS);
      run.connect();
      run.time.advance(250);
      for (const one of steps) play(run, naive, one);
      run.market.flush();
      INSTRUMENTS.forEach((_, handle) => {
        const last = (kind: string, count: number) =>
          run.told.findLast((one) => one.handle === handle && one.kind === kind)
            ?.values.slice(0, count) ?? null;
        assert.deepEqual(last("quote", 4), naive.quote[handle]);
        assert.deepEqual(last("trade", 3), naive.trade[handle]);
        assert.deepEqual(last("summary", 2), naive.summary[handle]);
        assert.deepEqual(last("greeks", 3)?.[2] ?? null, naive.delta[handle]);
      });
      assert.equal(run.end(), 0);
    }),
    { numRuns: 300 },
  );
});
