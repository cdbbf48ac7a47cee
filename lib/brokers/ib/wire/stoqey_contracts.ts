import type { IbBar } from "./client.ts";
import { detailsOf } from "./stoqey_map.ts";
import type { StoqeySource } from "./stoqey_source.ts";

const FINISHED = "finished-";

/** Contract details and chains. */
export function listenToContracts(source: StoqeySource): void {
  const { api, names, events, guard } = source;
  api.on(names.contractDetails, (id, library) => {
    const details = detailsOf(library);
    if (details === null) return guard.quarantine("details of a contract");
    guard.take(() => events.contractDetails(id, details));
  });
  api.on(names.contractDetailsEnd, (id) => guard.take(() => events.contractDetailsEnd(id)));
  api.on(
    names.securityDefinitionOptionParameter,
    (id, exchange, underConId, tradingClass, multiplier, expirations, strikes) => {
      const size = Number(multiplier);
      const part = {
        exchange,
        underConId,
        tradingClass,
        multiplier: size > 0 && Number.isFinite(size) ? size : null,
        expirations,
        strikes: strikes.filter((strike) => strike > 0 && Number.isFinite(strike)),
      };
      guard.take(() => events.chainPart(id, part));
    },
  );
  api.on(names.securityDefinitionOptionParameterEnd, (id) => {
    guard.take(() => events.chainEnd(id));
  });
}

/** Bars. */
export function listenToHistory(source: StoqeySource): void {
  const { api, names, events, guard } = source;
  api.on(names.historicalData, (id, time, open, high, low, close, volume) => {
    if (time.startsWith(FINISHED)) return guard.take(() => events.historicalEnd(id));
    const bar = barOf(time, [open, high, low, close, volume]);
    if (bar !== null) guard.take(() => events.historicalBar(id, bar));
    else guard.take(() => events.blank(1, "17"));
  });
  api.on(names.historicalDataUpdate, (id, time, open, high, low, close, volume) => {
    const bar = barOf(time, [open, high, low, close, volume]);
    if (bar === null) return guard.quarantine("a bar");
    guard.take(() => events.historicalUpdate(id, bar));
  });
}

/** A bar; null when one of its prices is none. Volume that there is not is -1, as IB writes it. */
function barOf(time: string, values: readonly (number | undefined)[]): IbBar | null {
  const [open, high, low, close, volume] = values;
  const isPrice = (value: number | undefined): value is number =>
    value !== undefined && Number.isFinite(value);
  if (!isPrice(open) || !isPrice(high) || !isPrice(low) || !isPrice(close)) return null;
  // The library reads an empty price as 0, which no bar's low is.
  if (low === 0 && high !== 0) return null;
  return { time, open, high, low, close, volume: isPrice(volume) ? volume : -1 };
}
