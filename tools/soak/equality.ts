import type { ApiData, ApiPosition } from "../../lib/desk/api_types.ts";
import { accountSlugs } from "../../lib/domain/account_choice.ts";
import type { BookView } from "../../lib/domain/book_view.ts";
import { isOption } from "../../lib/domain/instrument.ts";
import {
  LEAF,
  LEAF_STRIDE,
  ROW_F32,
  ROW_F32_AT,
  ROW_F64,
  ROW_F64_AT,
  ROW_U8,
  ROW_U8_AT,
  STALENESS,
} from "../../lib/domain/measures.ts";

/** A client's book at one flush, by the names that `/api/data` uses. */
export interface BookAt {
  readonly seq: number;
  /** Position values by `key|account`. */
  readonly rows: ReadonlyMap<string, readonly (number | string | null)[]>;
  /** Sums by underlying: shares delta, dollar delta, market value, day P&L, contract notional. */
  readonly groups: ReadonlyMap<string, readonly number[]>;
  readonly netLiq: number;
  readonly dollarDelta: number;
}

const SUMS = [
  LEAF.positionDelta,
  LEAF.dollarDelta,
  LEAF.marketValue,
  LEAF.dayPnl,
  LEAF.contractNotional,
] as const;

/** Sums of the same numbers may differ by their order. */
const SUM_TOLERANCE = 1e-9;

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function rowValues(view: BookView, index: number): readonly (number | string | null)[] {
  const f64 = (name: keyof typeof ROW_F64_AT) =>
    orNull(view.rowF64[index * ROW_F64.length + ROW_F64_AT[name]]);
  const f32 = (name: keyof typeof ROW_F32_AT) =>
    orNull(view.rowF32[index * ROW_F32.length + ROW_F32_AT[name]]);
  const { instrument } = view.row(index);
  return [
    f64("signedQuantity"),
    f64("positionDelta"),
    f64("dollarDelta"),
    f64("mark"),
    f64("marketValue"),
    f64("dayPnl"),
    f32("delta"),
    isOption(instrument) ? f32("iv") : null,
    STALENESS[view.rowU8[index * ROW_U8.length + ROW_U8_AT.staleness]] ?? null,
  ];
}

function apiValues(position: ApiPosition): readonly (number | string | null)[] {
  return [
    position.quantity,
    position.position_delta,
    position.notional_value,
    position.price,
    position.net_liq,
    position.day_pnl,
    position.delta_per_contract,
    position.implied_volatility,
    position.state,
  ];
}

/** What a copy holds at flush `seq`, kept apart from what comes next. */
export function bookAt(view: BookView, seq: number): BookAt {
  const accounts = Array.from({ length: view.accountCount }, (_, a) => view.account(a).account);
  const slugs = accountSlugs(accounts);
  const rows = new Map<string, readonly (number | string | null)[]>();
  for (let index = 0; index < view.rowCount; index++) {
    const values = rowValues(view, index);
    if (values[0] === 0) continue;
    const { instrument, accountId } = view.row(index);
    rows.set(`${instrument.key}|${slugs[view.accountIds.indexOf(accountId)]}`, values);
  }
  const groups = new Map<string, readonly number[]>();
  for (let u = 0; u < view.underlyingCount; u++) {
    const sums = SUMS.map((measure) => {
      let sum = 0;
      for (let a = 0; a < view.accountCount; a++) {
        sum += view.cellF64[(u * view.accountCount + a) * LEAF_STRIDE + measure];
      }
      return sum;
    });
    groups.set(view.underlying(u).symbol, sums);
  }
  const total = (at: number) => [...groups.values()].reduce((sum, sums) => sum + sums[at], 0);
  return { seq, rows, groups, netLiq: total(2), dollarDelta: total(1) };
}

/** True when two sums agree but for their order. */
export function isNear(a: number, b: number): boolean {
  return Math.abs(a - b) <= SUM_TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

/**
 * First difference between a copy and `/api/data`, or null. Rows must be equal to the last bit; of
 * a book whose rows do not all travel, only those that do are compared.
 */
export function differenceOf(copy: BookAt, data: ApiData, hasAllRows: boolean): string | null {
  const positions = data.grouped_positions.flatMap((group) => group.positions);
  if (hasAllRows && positions.length !== copy.rows.size) {
    return `${copy.rows.size} rows, /api/data has ${positions.length}`;
  }
  for (const position of positions) {
    const key = `${position.original_symbol}|${position.account}`;
    const own = copy.rows.get(key);
    if (own === undefined && !hasAllRows) continue;
    const theirs = apiValues(position);
    const at = own === undefined ? 0 : own.findIndex((value, i) => value !== theirs[i]);
    if (at >= 0) return `${key}: field ${at} is ${own?.[at]}, /api/data has ${theirs[at]}`;
  }
  for (const group of data.grouped_positions) {
    const theirs = [
      group.total_delta,
      group.total_notional,
      group.total_net_liq,
      group.total_day_pnl,
      group.contract_notional,
    ];
    const own = copy.groups.get(group.symbol) ?? [];
    const at = theirs.findIndex((value, i) => !isNear(own[i] ?? NaN, value));
    if (at >= 0) return `${group.symbol}: sum ${at} is ${own[at]}, /api/data has ${theirs[at]}`;
  }
  if (!isNear(copy.netLiq, data.total_net_liq)) {
    return `net liq ${copy.netLiq}, /api/data has ${data.total_net_liq}`;
  }
  return isNear(copy.dollarDelta, data.total_notional)
    ? null
    : `dollar delta ${copy.dollarDelta}, /api/data has ${data.total_notional}`;
}

/** Of the gross: rows add up in another order than running sums, which moved by differences. */
const ROWS_TOLERANCE = 1e-7;

/**
 * First group of an answer whose positions do not add up to its sums, or null: of rows that travel
 * to no client, an answer is the only witness, and its sums are compared with a copy's. P&L is left
 * out: what was closed today has some, and is no position any more.
 */
export function disagreement(data: ApiData): string | null {
  for (const group of data.grouped_positions) {
    const sums = [
      ["position_delta", group.total_delta],
      ["notional_value", group.total_notional],
      ["net_liq", group.total_net_liq],
    ] as const;
    for (const [name, total] of sums) {
      let [sum, gross] = [0, 1];
      for (const position of group.positions) {
        sum += position[name] ?? 0;
        gross += Math.abs(position[name] ?? 0);
      }
      if (Math.abs(sum - total) <= ROWS_TOLERANCE * gross) continue;
      return `${group.symbol}: ${name} of its positions is ${sum}, its sum ${total}`;
    }
  }
  const count = data.grouped_positions.reduce((sum, { positions }) => sum + positions.length, 0);
  return count === data.position_count ? null : `${count} positions of ${data.position_count}`;
}

function mix(hash: number, bytes: Uint8Array): number {
  let mixed = hash;
  for (let i = 0; i < bytes.length; i++) mixed = Math.imul(mixed ^ bytes[i], 0x0100_0193);
  return mixed;
}

/** One number for everything that a copy holds, whatever the order of its rows; FNV-1a. */
export function digestOf(view: BookView): number {
  let sum = 0;
  const scratch = new Float64Array(1);
  const bytes = new Uint8Array(scratch.buffer);
  const run = (hash: number, column: ArrayLike<number>, at: number, width: number) => {
    let mixed = hash;
    for (let i = 0; i < width; i++) {
      // One zero and one NaN, whatever their bits.
      scratch[0] = Number.isNaN(column[at + i]) ? NaN : column[at + i] + 0;
      mixed = mix(mixed, bytes);
    }
    return mixed;
  };
  for (let row = 0; row < view.rowCount; row++) {
    let hash = run(0x811c_9dc5, view.rowIds, row, 1);
    hash = run(hash, view.rowF64, row * ROW_F64.length, ROW_F64.length);
    hash = run(hash, view.rowF32, row * ROW_F32.length, ROW_F32.length);
    hash = run(hash, view.rowU8, row * ROW_U8.length, ROW_U8.length);
    sum = (sum + hash) >>> 0;
  }
  for (let u = 0; u < view.underlyingCount; u++) {
    for (let a = 0; a < view.accountCount; a++) {
      const cellAt = (u * view.accountCount + a) * LEAF_STRIDE;
      const name = view.underlyingIds[u] * 31 + view.accountIds[a];
      const hash = run(name, view.cellF64, cellAt, LEAF_STRIDE);
      sum = (sum + hash) >>> 0;
    }
  }
  return sum;
}
