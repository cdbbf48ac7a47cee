import { fail, ok, type Result } from "../../base/result.ts";
import { type Account, brokerName } from "../../domain/account.ts";
import type { BrokerError } from "../../ports/broker.ts";
import { claimMoney } from "../../store/claim_money.ts";

/** Brokers that tell by their accounts alone whether money is real; others by their settings. */
const TOLD_BY_ACCOUNTS: readonly string[] = ["ib"];

/**
 * Whether accounts may be recorded in this folder: never paper money where real money of the same
 * broker is, nor the other way round. The failure says which folder it is and what helps.
 */
export function admitMoney(
  directory: string,
  accounts: readonly Account[],
): Result<null, BrokerError> {
  for (const id of TOLD_BY_ACCOUNTS) {
    const own = accounts.filter(({ broker }) => broker === id);
    if (own.length === 0) continue;
    const kind = own.every(({ isPaper }) => isPaper === true) ? "paper" : "real";
    const claimed = claimMoney(directory, { id, name: brokerName(id) }, kind);
    if (!claimed.ok) {
      const { message, fix } = claimed.error;
      return fail({ code: "refused", message, fix });
    }
  }
  return ok(null);
}
