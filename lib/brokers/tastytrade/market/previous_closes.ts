import type { IsoDate } from "../../../base/brand.ts";
import { ok } from "../../../base/result.ts";
import type { Answer, PreviousClose } from "../../../ports/broker.ts";
import type { InstrumentCache } from "../instruments/instrument_cache.ts";
import { unknownInstrument } from "../instruments/instrument_lookup.ts";
import { INSTRUMENT_TYPE } from "../map/definitions.ts";
import type { ListedInstrument } from "../map/listed_instrument.ts";
import { mapPreviousClose } from "../map/market_data.ts";
import type { MarketDataType, TastytradeServices, TypedSymbol } from "../rest/services.ts";

/** What previous closes come from. */
export interface CloseSource {
  readonly services: TastytradeServices;
  readonly cache: InstrumentCache;
}

/** Parameter under which the service wants an instrument; null for what it has no data of. */
function marketDataType({ instrument, instrumentType }: ListedInstrument): MarketDataType | null {
  switch (instrumentType) {
    case INSTRUMENT_TYPE.equity:
      return instrument.kind === "index" ? "index" : "equity";
    case INSTRUMENT_TYPE.equityOption:
      return "equity-option";
    case INSTRUMENT_TYPE.future:
      return "future";
    case INSTRUMENT_TYPE.futureOption:
      return "future-option";
    case INSTRUMENT_TYPE.cryptocurrency:
      return "cryptocurrency";
    default:
      return null;
  }
}

/**
 * Official closes of the session before `today`. Where the broker does not serve them, or fails,
 * the answer is what is known: the feed's summaries bring the rest. Fails for a key that nobody
 * described, and when the call was ended.
 */
export async function previousCloses(
  { services, cache }: CloseSource,
  keys: readonly string[],
  today: IsoDate,
  signal: AbortSignal,
): Answer<readonly PreviousClose[]> {
  const keyBySymbol = new Map<string, string>();
  const symbols: TypedSymbol[] = [];
  for (const key of new Set(keys)) {
    const listed = cache.byKey(key);
    if (listed === null) return unknownInstrument(key);
    const type = marketDataType(listed);
    if (type === null || listed.instrument.kind === "unsupported") continue;
    keyBySymbol.set(listed.apiSymbol, key);
    symbols.push({ type, symbol: listed.apiSymbol });
  }
  if (symbols.length === 0) return ok([]);
  const rows = await services.marketData(symbols, signal);
  if (!rows.ok) {
    const { code } = rows.error;
    return code === "canceled" || code === "unauthorized" ? rows : ok([]);
  }
  const closes = new Map<string, PreviousClose>();
  for (const row of rows.value) {
    const key = keyBySymbol.get(row.symbol);
    const close = key === undefined ? null : mapPreviousClose(row, key, today);
    if (close !== null) closes.set(close.instrumentKey, close);
  }
  return ok([...closes.values()]);
}
