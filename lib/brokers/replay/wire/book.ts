import { z } from "zod";
import { ok, type Result } from "../../../base/result.ts";
import { type ReplayError, replayFailure } from "./failure.ts";
import { currencySchema, dateSchema, finiteSchema, readJson, textSchema } from "./json.ts";

const numberSchema = z.string().regex(/^[A-Za-z0-9-]{1,32}$/, {
  message: "is not an account number of letters, digits and hyphens",
});

const bookSchema = z.strictObject({
  accounts: z.array(z.strictObject({
    number: numberSchema,
    nickname: textSchema,
    type: textSchema,
    currency: currencySchema,
    netLiquidation: finiteSchema.nullable().default(null),
    previousNetLiquidation: finiteSchema.nullable().default(null),
    accrued: finiteSchema.default(0),
  })).min(1).max(50),
  cash: z.array(z.strictObject({
    account: numberSchema,
    currency: currencySchema,
    amount: finiteSchema,
  })).max(500),
  positions: z.array(z.strictObject({
    account: numberSchema,
    instrument: textSchema,
    overnightQuantity: finiteSchema,
    averagePrice: finiteSchema.nullable().default(null),
    strategy: textSchema.nullable().default(null),
  })).max(100_000),
  fills: z.array(z.strictObject({
    execId: textSchema,
    account: numberSchema,
    instrument: textSchema,
    signedQuantity: finiteSchema,
    price: finiteSchema.min(0),
    fees: finiteSchema.min(0),
    at: z.string(),
  })).max(10_000).default([]),
  previousCloses: z.array(z.strictObject({
    instrument: textSchema,
    close: finiteSchema.min(0),
    session: dateSchema,
  })).max(100_000).default([]),
  fxRates: z.array(z.strictObject({
    currency: currencySchema,
    rate: finiteSchema.positive(),
    previousClose: finiteSchema.positive(),
    asOf: z.string(),
  })).max(50).default([]),
});

/** A recording's book; fields and units in docs/replay.md. */
export type Book = z.infer<typeof bookSchema>;

function inconsistency(book: Book): string | null {
  const numbers = new Set(book.accounts.map((account) => account.number));
  if (numbers.size < book.accounts.length) return "an account number stands twice";
  for (const { account } of [...book.cash, ...book.positions, ...book.fills]) {
    if (!numbers.has(account)) return `account ${account} is not among the accounts`;
  }
  const keys = book.positions.map((position) => `${position.account} ${position.instrument}`);
  const twice = new Set<string>();
  for (const key of keys) {
    if (twice.has(key)) return `position ${key} stands twice; add the quantities`;
    twice.add(key);
  }
  const execIds = new Set(book.fills.map((fill) => fill.execId));
  return execIds.size < book.fills.length ? "an execId stands twice" : null;
}

/** Reads the book file. Fails with `empty` or `malformed`, naming the field. */
export function readBook(text: string, file: string): Result<Book, ReplayError> {
  const book = readJson(text, file, bookSchema);
  if (!book.ok) return book;
  const problem = inconsistency(book.value);
  if (problem === null) return ok(book.value);
  return replayFailure("malformed", file, null, `${problem}; see docs/replay.md`);
}
