import { contractOf, openOrderOf } from "./stoqey_map.ts";
import type { StoqeySource } from "./stoqey_source.ts";

/** Open orders, executions and commissions. */
export function listenToOrders(source: StoqeySource): void {
  const { api, names, events, guard } = source;
  const { raw } = guard;
  api.on(names.openOrder, (orderId, library, order, state) => {
    const contract = contractOf(library);
    const open = openOrderOf(orderId, order, state);
    if (contract === null || open === null) return guard.quarantine("an open order");
    guard.take(() => events.openOrder(open, contract));
  });
  api.on(names.openOrderEnd, () => guard.take(() => events.openOrderEnd()));
  // deno-fmt-ignore
  api.on(names.orderStatus, (
    orderId, status, filled, remaining, average, permId, _parent, _last, clientId,
  ) => {
    if (!Number.isFinite(filled) || !Number.isFinite(remaining)) {
      return guard.quarantine("the state of an order");
    }
    const averageFillPrice = raw.orNull(average, 5);
    guard.take(() =>
      events.orderStatus({
        orderId,
        permId: permId ?? 0,
        clientId: clientId ?? 0,
        status,
        filled,
        remaining,
        averageFillPrice,
      })
    );
  });
  api.on(names.execDetails, (id, library, execution) => {
    const contract = contractOf(library);
    const { execId, side, shares, price, time, acctNumber } = execution;
    const at = raw.number(price, 20);
    const isWhole = contract !== null && execId !== undefined && shares !== undefined &&
      Number.isFinite(shares) && !Number.isNaN(at) && (side === "BOT" || side === "SLD");
    if (!isWhole) return guard.quarantine("an execution");
    guard.take(() =>
      events.execution(id, {
        execId,
        time: time ?? "",
        account: acctNumber ?? "",
        side,
        shares,
        price: at,
        permId: execution.permId ?? 0,
        clientId: execution.clientId ?? 0,
        orderId: execution.orderId ?? 0,
        orderRef: execution.orderRef ?? "",
      }, contract)
    );
  });
  api.on(names.execDetailsEnd, (id) => guard.take(() => events.executionsEnd(id)));
  api.on(names.commissionReport, ({ execId, commission, currency, realizedPNL }) => {
    if (execId === undefined) return guard.quarantine("a commission");
    const paid = raw.orNull(commission, 3);
    const realizedPnl = raw.orNull(realizedPNL, 5);
    guard.take(() =>
      events.commission({ execId, commission: paid, currency: currency ?? "", realizedPnl })
    );
  });
}
