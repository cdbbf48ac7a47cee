import { contractOf } from "./stoqey_map.ts";
import type { StoqeySource } from "./stoqey_source.ts";

/** Positions, account values and P&L. */
export function listenToAccounts(source: StoqeySource): void {
  const { api, names, events, guard } = source;
  const { raw } = guard;
  api.on(names.position, (account, library, position, averageCost) => {
    const contract = contractOf(library);
    if (contract === null || !Number.isFinite(position)) return guard.quarantine("a position");
    guard.take(() => events.position(account, contract, position, raw.orNull(averageCost, 15)));
  });
  api.on(names.positionEnd, () => guard.take(() => events.positionEnd()));
  api.on(names.updateAccountValue, (key, value, currency, account) => {
    guard.take(() => events.accountValue(account, key, value, currency));
  });
  // deno-fmt-ignore
  api.on(names.updatePortfolio, (
    library, position, marketPrice, marketValue, averageCost, unrealized, realized, account,
  ) => {
    const contract = contractOf(library);
    if (contract === null || account === undefined || !Number.isFinite(position)) {
      return guard.quarantine("a line of a portfolio");
    }
    guard.take(() =>
      events.portfolio({
        account,
        contract,
        position,
        marketPrice: raw.orNull(marketPrice, 14),
        marketValue: raw.orNull(marketValue, 15),
        averageCost: raw.orNull(averageCost, 16),
        unrealizedPnl: raw.orNull(unrealized, 17),
        realizedPnl: raw.orNull(realized, 18),
      })
    );
  });
  api.on(names.accountDownloadEnd, (account) => {
    guard.take(() => events.accountDownloadEnd(account));
  });
  api.on(names.accountSummary, (id, account, tag, value, currency) => {
    guard.take(() => events.accountSummary(id, { account, tag, value, currency }));
  });
  api.on(names.accountSummaryEnd, (id) => guard.take(() => events.accountSummaryEnd(id)));
  api.on(names.pnl, (id, daily, unrealized, realized) => {
    guard.take(() =>
      events.pnl(id, {
        daily: raw.orNull(daily, 2),
        unrealized: raw.orNull(unrealized, 3),
        realized: raw.orNull(realized, 4),
      })
    );
  });
  api.on(names.pnlSingle, (id, position, daily, unrealized, realized, value) => {
    if (!Number.isFinite(position)) return guard.quarantine("the P&L of a position");
    guard.take(() =>
      events.pnlSingle(id, {
        position,
        daily: raw.orNull(daily, 3),
        unrealized: raw.orNull(unrealized, 4),
        realized: raw.orNull(realized, 5),
        value: raw.orNull(value, 6),
      })
    );
  });
}
