import assert from "node:assert/strict";
import { ROW_F64, ROW_F64_AT, type RowF64 } from "@/lib/domain/measures.ts";
import { BothBrokers } from "./both_brokers.ts";

// Loaded before: virtual time does not wait for a module.
await import("@tastytrade/api");

/** Rows of the book with who holds them. */
function rowsOf({ engine: { book } }: BothBrokers) {
  const field = (row: number, name: RowF64) => book.rowF64[row * ROW_F64.length + ROW_F64_AT[name]];
  return Array.from({ length: book.rowCount }, (_, row) => {
    const { account } = book.account(book.accountOfRow(row));
    return {
      key: book.instrumentOfRow(row).key,
      kind: book.instrumentOfRow(row).kind,
      group: book.row(row).mergeGroup,
      broker: account.broker,
      // Both show the same three people.
      person: account.number.slice(-4),
      quantity: field(row, "signedQuantity"),
      mark: field(row, "mark"),
      dollarDelta: field(row, "dollarDelta"),
    };
  });
}

Deno.test("DAT-5, X-01: two protocols of one world make one book", async () => {
  const desk = new BothBrokers(120);
  await desk.start();
  const rows = rowsOf(desk).filter(({ quantity }) => quantity !== 0);

  assert.deepEqual(desk.troubles, [], "nothing contradicts");
  assert.ok(rows.every(({ key }) => !key.includes("@")));
  const kinds = new Set(rows.map(({ kind }) => kind));
  for (const kind of ["equity", "option", "future"]) assert.ok(kinds.has(kind as "equity"), kind);
  const of = (broker: string) =>
    rows.filter((row) => row.broker === broker && !row.key.startsWith("SAP"))
      .map(({ key, person, quantity, group }) => `${key} ${person} ${quantity} ${group}`).sort();
  assert.deepEqual(of("ib"), of("tastytrade"), "same contract, sign and group");
  assert.ok(of("ib").length > 100);
  for (const { key, mark, dollarDelta } of rows) {
    assert.ok(Number.isFinite(mark) && Number.isFinite(dollarDelta), key);
  }
  await desk.stop();
});

Deno.test("G-058: IB's euros count in dollars by IB's rate, which has its time", async () => {
  const desk = new BothBrokers();
  await desk.start();
  const [euro] = desk.engine.fxRates();
  assert.equal(euro.currency, "EUR");
  assert.ok(desk.time.now() - euro.asOf < 60_000);
  const sap = rowsOf(desk).find(({ key, broker }) => key.startsWith("SAP") && broker === "ib");
  assert.ok(sap !== undefined);
  const inDollars = sap.quantity * sap.mark * euro.rate;
  assert.ok(Math.abs(sap.dollarDelta / inDollars - 1) < 1e-6);
  await desk.stop();
});

Deno.test("B-01: a lot and 3 % of a mark between two brokers are found within 2 s", async () => {
  const desk = new BothBrokers();
  await desk.start();
  const planted = new Map<string, "lot" | "mark">();
  desk.plant = (held) => {
    const what = planted.get(held.instrumentKey);
    if (what === "lot") return { ...held, signedQuantity: held.signedQuantity + 1 };
    if (what === undefined || held.mark === null) return held;
    return { ...held, mark: { ...held.mark, value: held.mark.value * 1.03 } };
  };
  planted.set("SPY", "lot");
  planted.set("KO", "mark");
  const tookMs = await desk.during(desk.reconciler.look());

  assert.ok(tookMs <= 2_000, `${tookMs} ms`);
  const { book } = desk.engine;
  const found = new Set<string>();
  for (let a = 0; a < book.accountCount; a++) {
    const { id, broker } = book.account(a).account;
    const { compared, problem } = desk.reconciler.stateOf(id);
    assert.equal(problem, null, id);
    for (const one of compared?.positions ?? []) {
      if (one.state !== "differs") continue;
      assert.equal(broker, "ib", `${one.instrumentKey} agrees at the other`);
      const cause = one.quantity.state === "differs" ? one.quantity.cause : one.mark.cause;
      found.add(`${one.instrumentKey} ${planted.get(one.instrumentKey)} ${cause?.code}`);
    }
  }
  const words = [...found].sort();
  assert.equal(words.length, 2, words.join("; "));
  assert.match(words[0], /^KO mark (?!undefined)/);
  assert.match(words[1], /^SPY lot quantity$/);
  await desk.stop();
});

Deno.test("B-01: a broker that is slow with its figures holds up no other's", async () => {
  const desk = new BothBrokers();
  desk.figuresTakeMs = 9_000;
  await desk.start();
  void desk.reconciler.look();
  await desk.pass(2_000);

  const { book } = desk.engine;
  for (let a = 0; a < book.accountCount; a++) {
    const { id, broker } = book.account(a).account;
    const isCompared = desk.reconciler.stateOf(id).compared !== null;
    assert.equal(isCompared, broker === "tastytrade", id);
  }
  await desk.stop();
});
