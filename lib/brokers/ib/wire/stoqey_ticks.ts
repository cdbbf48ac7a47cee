import type { StoqeySource } from "./stoqey_source.ts";

const NO_PRICE = -1;
const BID = 1;
const BID_SIZE = 0;

/** Market data. */
export function listenToTicks(source: StoqeySource): void {
  const { api, names, events, guard } = source;
  const { raw } = guard;
  // Bodies are guarded in place, without a closure each: these come by the hundred thousand.
  api.on(names.tickPrice, (id, type, price) => {
    if (raw.isQuarantined || guard.isOver) return;
    try {
      events.tickPrice(id, type, price === NO_PRICE ? NaN : raw.number(price, 4));
      // The library hands on the size in a price's message but that of a bid, whose type is 0.
      if (type === BID) events.tickSize(id, BID_SIZE, raw.at(5) === "" ? NaN : Number(raw.at(5)));
      guard.tellBlanks();
    } catch (error) {
      guard.failed(error);
    }
  });
  api.on(names.tickSize, (id, type, size) => {
    if (raw.isQuarantined || guard.isOver || type === undefined) return;
    try {
      events.tickSize(id, type, size === undefined || size < 0 ? NaN : size);
    } catch (error) {
      guard.failed(error);
    }
  });
  // deno-fmt-ignore
  api.on(names.tickOptionComputation, (
    id, type, _attrib, iv, delta, price, dividend, gamma, vega, theta, underlying,
  ) => {
    if (raw.isQuarantined || guard.isOver) return;
    try {
      events.tickOptionComputation(
        id, type, raw.number(iv, 4), raw.number(delta, 5), raw.number(price, 6),
        raw.number(dividend, 7), raw.number(gamma, 8), raw.number(vega, 9),
        raw.number(theta, 10), raw.number(underlying, 11),
      );
      guard.tellBlanks();
    } catch (error) {
      guard.failed(error);
    }
  });
  api.on(names.tickGeneric, (id, type, value) => {
    guard.take(() => events.tickGeneric(id, type, raw.number(value, 4)));
  });
  api.on(names.tickString, (id, type, text) => {
    guard.take(() => events.tickString(id, type, text));
  });
  api.on(names.marketDataType, (id, type) => {
    guard.take(() => events.marketDataType(id, type));
  });
  api.on(names.tickSnapshotEnd, (id) => guard.take(() => events.tickSnapshotEnd(id)));
}
