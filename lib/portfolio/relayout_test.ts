import assert from "node:assert/strict";
import fc from "fast-check";
import type { Instrument } from "../domain/instrument.ts";
import { LEAF_STRIDE, ROW_F32, ROW_F32_AT, ROW_F64 } from "../domain/measures.ts";
import type { Position } from "../domain/position.ts";
import {
  aFuture,
  anEquity,
  anOption,
  aPosition,
  near,
  quote,
  TestDesk,
} from "./desk_fixture_test.ts";

const SHARES = ["AAA", "BBB", "CCC"].map((symbol) => anEquity({ key: symbol, symbol }));
const OPTIONS = SHARES.flatMap(({ symbol }) =>
  [95, 100, 105].map((strike) => anOption({ underlying: symbol, underlyingKey: symbol, strike }))
);
const FUTURES = [
  aFuture(),
  aFuture({ key: "ESU5", symbol: "ESU5", expiresAt: Date.UTC(2025, 8, 19, 13, 30) }),
];
const ALL: readonly Instrument[] = [...SHARES, ...OPTIONS, ...FUTURES];
const QUOTES = ALL.map(({ key, kind }) =>
  kind === "option" ? quote(key, 4, 4.2) : quote(key, 99, 101)
);
const CARRY = { riskFreeRate: 0.03, dividendYield: 0 };

/** What one step does: an account gets another list, or an instrument is described. */
type Step =
  | { readonly kind: "hold"; readonly account: "A" | "B"; readonly of: readonly number[] }
  | { readonly kind: "describe"; readonly instrument: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant("hold" as const),
      account: fc.constantFrom("A" as const, "B" as const),
      of: fc.array(fc.nat(ALL.length - 1), { maxLength: 6 }),
    }),
    fc.record({
      kind: fc.constant("describe" as const),
      instrument: fc.nat(ALL.length - 1),
    }),
  ),
  { minLength: 1, maxLength: 12 },
);

const KEPT = new Map<string, Position>();

/** The same object for the same position, as an adapter that patches its list hands it on. */
function kept(account: "A" | "B", instrument: number): Position {
  const { key } = ALL[instrument];
  const name = `${account} ${key}`;
  const position = KEPT.get(name) ??
    aPosition({ accountId: account, instrumentKey: key, signedQuantity: instrument - 5.5 });
  KEPT.set(name, position);
  return position;
}

function sums({ book }: TestDesk): Map<string, number[]> {
  const cells = new Map<string, number[]>();
  for (let u = 0; u < book.underlyingCount; u++) {
    for (let a = 0; a < book.accountCount; a++) {
      const at = (u * book.accountCount + a) * LEAF_STRIDE;
      const values = [...book.cellF64.subarray(at, at + LEAF_STRIDE)];
      if (values.some((value) => value !== 0)) {
        cells.set(`${book.underlying(u).symbol} ${book.account(a).account.id}`, values);
      }
    }
  }
  return cells;
}

/** Rows are grouped by underlying in its order, indexed by id, and each position is there once. */
function assertOrdered({ book }: TestDesk): void {
  assert.equal(book.rowIds.length, book.rowCount);
  assert.equal(book.rowF64.length, book.rowCount * ROW_F64.length);
  let before = -1;
  for (let r = 0; r < book.rowCount; r++) {
    const u = book.underlyingOfRow(r);
    assert.ok(u >= before, "rows are sorted by underlying");
    before = u;
    assert.equal(book.rowIndex(book.rowIds[r]), r);
    assert.equal(book.row(r).underlyingId, book.underlyingIds[u]);
  }
  assert.deepEqual([...book.underlyingIds], [...book.underlyingIds].sort((a, b) => a - b));
}

function assertSame(actual: TestDesk, expected: TestDesk): void {
  const wanted = sums(expected);
  const found = sums(actual);
  assert.deepEqual([...found.keys()].sort(), [...wanted.keys()].sort());
  for (const [name, values] of wanted) {
    values.forEach((value, m) => near((found.get(name) ?? [])[m], value));
  }
  const names = (handles: number[], desk: TestDesk) =>
    handles.map((handle) => desk.book.instrument(handle).key).sort();
  assert.deepEqual(
    names(actual.book.wantedHandles(), actual),
    names(expected.book.wantedHandles(), expected),
  );
  assert.deepEqual(actual.book.undescribedKeys().sort(), expected.book.undescribedKeys().sort());
}

function carry(desk: TestDesk): void {
  for (const { symbol } of SHARES) desk.book.setCarry({ underlying: symbol, ...CARRY });
}

Deno.test("relayout: a book changed step by step is the book that is loaded at once", () => {
  fc.assert(fc.property(steps, (list) => {
    const stepwise = new TestDesk();
    carry(stepwise);
    const held = new Map<string, readonly Position[]>();
    const named = new Set<string>();
    const described = new Set<number>();
    for (const step of list) {
      if (step.kind === "describe") {
        described.add(step.instrument);
        stepwise.add(ALL[step.instrument]);
      } else {
        const positions = step.of.map((instrument) => kept(step.account, instrument));
        held.set(step.account, positions);
        for (const { instrumentKey } of positions) named.add(instrumentKey);
        stepwise.book.setPositions(step.account, positions);
      }
      stepwise.book.advanceTime(stepwise.now);
      assertOrdered(stepwise);
    }
    const loaded = new TestDesk();
    carry(loaded);
    for (const instrument of described) loaded.add(ALL[instrument]);
    // A key that was ever held has its handle, so that its quote finds it.
    for (const key of named) loaded.hold(aPosition({ instrumentKey: key }));
    for (const account of ["A", "B"]) loaded.book.setPositions(account, held.get(account) ?? []);
    const events = QUOTES.filter(({ key }) =>
      stepwise.board.isRegistered(stepwise.book.handleOf(key))
    );

    stepwise.send(...events);
    loaded.send(...events);

    assertSame(stepwise, loaded);
    const { maxRelative, rowsDiffering } = stepwise.book.verify();
    assert.ok(maxRelative < 1e-12 && rowsDiffering === 0, "nothing was left behind");
  }));
});

Deno.test("relayout: what is wanted changes its version, other changes do not", () => {
  const [share] = SHARES;
  const desk = new TestDesk().add(share, OPTIONS[0]);
  const versions = [desk.book.wantedVersion];
  const step = (change: () => void) => {
    change();
    versions.push(desk.book.wantedVersion);
  };
  const of = (key: string, signedQuantity: number) =>
    aPosition({ instrumentKey: key, signedQuantity });

  step(() => desk.hold(of(OPTIONS[0].key, 1)));
  step(() => desk.hold(of(OPTIONS[0].key, 2)));
  step(() => desk.send(quote(share.key, 99, 101)));
  step(() => desk.hold(of(OPTIONS[0].key, 2), of(share.key, 1)));

  const changed = versions.slice(1).map((version, i) => version !== versions[i]);
  assert.deepEqual(changed, [true, false, false, true]);
});

Deno.test("relayout: carry of an underlying that left the book moves no cell", () => {
  const desk = new TestDesk().add(...ALL);
  const held = OPTIONS.map(({ key }) => aPosition({ instrumentKey: key }));
  desk.hold(...held);
  desk.send(...QUOTES);
  desk.hold(held[held.length - 1]);
  const before = desk.book.cellF64.slice();

  desk.book.setCarry({ ...CARRY, underlying: SHARES[1].symbol });

  assert.deepEqual(desk.book.cellF64, before);
});

Deno.test("relayout: a book that outgrew its room takes no price for the quote of another", () => {
  const [first] = SHARES;
  const many = Array.from(
    { length: 60 },
    (_, i) =>
      anOption({ underlying: first.symbol, underlyingKey: first.symbol, strike: 90 + i / 4 }),
  );
  const desk = new TestDesk().add(first, ...many);
  desk.book.setCarry({ ...CARRY, underlying: first.symbol });
  desk.hold(aPosition({ instrumentKey: many[0].key }));
  desk.hold(...many.map(({ key }) => aPosition({ accountId: "B", instrumentKey: key })));
  desk.send(quote(first.key, 99, 101), ...many.map(({ key }) => quote(key, 12, 12.2)));
  const volatilities = () =>
    many.map(({ key }) => desk.book.rowF32[desk.index(key, "B") * ROW_F32.length + ROW_F32_AT.iv]);
  const before = volatilities();

  desk.send(quote(first.key, 100, 102));

  assert.deepEqual(volatilities(), before);
});
