import type { IsoDate } from "../../../base/brand.ts";
import { ok } from "../../../base/result.ts";
import type { Answer, PreviousClose } from "../../../ports/broker.ts";
import type { InstrumentCache } from "../instruments/instrument_cache.ts";
import { unknownInstrument } from "../instruments/instrument_lookup.ts";
import { INSTRUMENT_TYPE } from "../map/definitions.ts";
import type { ListedInstrument } from "../map/listed_instrument.ts";
import { mapPreviousClose } from "../map/market_data.ts";
import { pieces } from "../rest/query.ts";
import {
  MARKET_DATA_MAX,
  type MarketDataType,
  type TastytradeServices,
  type TypedSymbol,
} from "../rest/services.ts";
import type { RescaledCloses } from "./rescaled_closes.ts";

/** What previous closes come from. */
export interface CloseSource {
  readonly services: Pick<TastytradeServices, "marketData">;
  readonly cache: InstrumentCache;
  readonly rescaled: RescaledCloses;
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
  { services, cache, rescaled }: CloseSource,
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
  const closes = new Map<string, PreviousClose>();
  // One list that fails, for one symbol that is refused perhaps, takes nothing from the others.
  for (const piece of pieces(symbols, MARKET_DATA_MAX)) {
    const rows = await services.marketData(piece, signal);
    if (!rows.ok) {
      const { code } = rows.error;
      if (code === "canceled" || code === "unauthorized") return rows;
      if (code === "unsupported") break;
      continue;
    }
    for (const row of rows.value) {
      const key = keyBySymbol.get(row.symbol);
      const told = key === undefined ? null : mapPreviousClose(row, key, today);
      if (told === null) continue;
      const close = rescaled.close(told.instrumentKey, told.close, row.mark ?? row.last);
      if (close !== null) closes.set(told.instrumentKey, { ...told, close });
    }
  }
  return ok([...closes.values()]);
}
