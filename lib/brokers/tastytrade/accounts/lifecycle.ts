import type { LifecycleEvent } from "../../../ports/broker.ts";
import { signOfAction, type TransactionRecord } from "../map/transactions.ts";

type Kind = LifecycleEvent["kind"];

/** Sub-types of "Receive Deliver" that end an option; the set at the broker is open. */
const KINDS: Readonly<Record<string, Kind>> = {
  Expiration: "expired",
  Exercise: "exercised",
  Assignment: "assigned",
  "Cash Settled Exercise": "cashSettled",
  "Cash Settled Assignment": "cashSettled",
};
const WORDS: Readonly<Partial<Record<Kind, string>>> = {
  expired: "expired",
  exercised: "exercised",
  assigned: "assigned",
  cashSettled: "settled in cash",
};

/** A life-cycle event with the broker's id of what it was read from. */
export interface BookedEvent {
  readonly id: string;
  readonly event: LifecycleEvent;
}

/** What the transactions of an account do not say themselves. */
export interface LifecycleNames {
  readonly accountId: string;
  keyOf(apiSymbol: string): string | null;
  /** What was held before, long > 0; null when that is not known. */
  heldBefore(instrumentKey: string): number | null;
}

/** Quantity of what ended, long > 0: by the closing action, else by what was held or can be. */
function endedQuantity(row: TransactionRecord, kind: Kind, held: number | null): number {
  const quantity = Math.abs(row.quantity ?? held ?? 0);
  const action = signOfAction(row.action);
  if (action !== null) return -action * quantity;
  if (kind === "assigned") return -quantity;
  if (kind === "exercised") return quantity;
  return held === null ? 0 : Math.sign(held) * quantity;
}

/**
 * What ended options of an account: expired, exercised, assigned or settled in cash, overnight or
 * by day. What was delivered for them comes as fills. Source: tastytrade.md §4; R36.
 */
export function lifecycleEvents(
  transactions: readonly TransactionRecord[],
  names: LifecycleNames,
): BookedEvent[] {
  return transactions.flatMap((row) => {
    const { type, subType, symbol, instrumentType, executedAt, id } = row;
    const isOption = instrumentType?.endsWith("Option") ?? false;
    if (type !== "Receive Deliver" || !isOption || subType === null || symbol === null) return [];
    const kind = Object.hasOwn(KINDS, subType) ? KINDS[subType] : null;
    if (kind === null || executedAt === null) return [];
    const instrumentKey = names.keyOf(symbol);
    const held = instrumentKey === null ? null : names.heldBefore(instrumentKey);
    const event: LifecycleEvent = {
      kind,
      accountId: names.accountId,
      instrumentKey,
      signedQuantity: endedQuantity(row, kind, held),
      at: executedAt,
      text: `${instrumentKey ?? symbol} ${WORDS[kind] ?? kind}`,
    };
    return [{ id: `${id} ${symbol}`, event }];
  });
}
