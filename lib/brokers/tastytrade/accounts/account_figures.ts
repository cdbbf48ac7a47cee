import type { UnixMs } from "../../../base/brand.ts";
import { ok } from "../../../base/result.ts";
import type {
  AccountFigures,
  PositionFigures,
  ToldFigure,
} from "../../../domain/broker_figures.ts";
import type { Answer } from "../../../ports/broker.ts";
import type { BalanceRecord } from "../map/balances.ts";
import { INSTRUMENT_TYPE } from "../map/definitions.ts";
import { CURRENCY } from "../map/listed_instrument.ts";
import type { HeldRow, HeldRows } from "../map/positions.ts";
import type { AccountLoader } from "./account_loader.ts";

const BALANCES = "balances";
const POSITIONS = "positions with marks";

function told(value: number | null, at: UnixMs | null, source: string): ToldFigure | null {
  return value === null ? null : { value, at, source };
}

/** Long less short over all kinds; null as soon as a kind that may be held is not told. */
function positionsValue(own: BalanceRecord, rows: readonly HeldRow[]): number | null {
  const holds = (type: string) => rows.some(({ instrumentType }) => instrumentType === type);
  const coins = own.longCryptocurrencyValue ?? (holds(INSTRUMENT_TYPE.cryptocurrency) ? NaN : 0);
  const bonds = own.longBondValue ?? (holds("Bond") ? NaN : 0);
  const parts = [
    [own.longEquityValue, own.shortEquityValue],
    [own.longDerivativeValue, own.shortDerivativeValue],
    [own.longFuturesDerivativeValue, own.shortFuturesDerivativeValue],
  ] as const;
  let sum = coins + bonds;
  for (const [long, short] of parts) {
    if (long === null || short === null) return null;
    sum += Math.abs(long) - Math.abs(short);
  }
  return Number.isNaN(sum) ? null : sum;
}

/** Cash in dollars; null when there is some in a currency that nobody gives a rate for. */
function cashOf(rows: readonly BalanceRecord[]): number | null {
  const others = rows.filter(({ currency }) => currency !== CURRENCY);
  if (others.some(({ cashBalance }) => cashBalance !== 0 && cashBalance !== null)) return null;
  return rows.find(({ currency }) => currency === CURRENCY)?.cashBalance ?? null;
}

function positionFigures(row: HeldRow, instrumentKey: string): PositionFigures | null {
  const { signedQuantity, multiplier, markPrice, closePrice, symbol } = row;
  if (signedQuantity === null) return null;
  return {
    instrumentKey,
    name: symbol,
    signedQuantity,
    multiplier,
    // The broker tells no time with its marks: a row's stamp is that of its last trade.
    mark: told(markPrice, null, POSITIONS),
    previousClose: told(closePrice, null, POSITIONS),
  };
}

/** What the broker's own answers say of an account. `keyOf`: the desk's key of a row. */
export function mapAccountFigures(
  accountId: string,
  { rows, unreadCount }: HeldRows,
  balances: readonly BalanceRecord[],
  keyOf: (row: HeldRow) => string,
): AccountFigures {
  const own = balances.find(({ currency }) => currency === CURRENCY) ?? null;
  const at = own?.updatedAt ?? null;
  const positions = rows.map((row) => positionFigures(row, keyOf(row)));
  const readable = positions.filter((one) => one !== null);
  return {
    accountId,
    currency: CURRENCY,
    netLiquidation: told(own?.netLiquidatingValue ?? null, at, BALANCES),
    cash: told(cashOf(balances), at, BALANCES),
    pendingCash: told(own?.pendingCash ?? null, at, BALANCES),
    positionsValue: told(own === null ? null : positionsValue(own, rows), at, BALANCES),
    dayPnl: null,
    positions: readable,
    unreadCount: unreadCount + positions.length - readable.length,
  };
}

/** Asks for balances and positions with marks at once, so that they are of one moment. */
export async function accountFigures(
  loader: AccountLoader,
  signal: AbortSignal,
): Answer<AccountFigures> {
  const [rows, balances] = await Promise.all([loader.rows(signal), loader.balanceRows(signal)]);
  if (!rows.ok) return rows;
  if (!balances.ok) return balances;
  const keyOf = (row: HeldRow) => loader.keyOfRow(row);
  return ok(mapAccountFigures(loader.account.id, rows.value, balances.value, keyOf));
}
