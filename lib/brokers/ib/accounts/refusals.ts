import { fail, type Result } from "../../../base/result.ts";
import type { BrokerError } from "../../../ports/broker.ts";

/** What a call answers whose signal was aborted. */
export function canceled(): Result<never, BrokerError> {
  return fail({ code: "canceled", message: "canceled", fix: null });
}

/** What a call for an account answers that is not shown. */
export function unknownAccount(): Result<never, BrokerError> {
  const message = "no account of this login has that id";
  return fail({ code: "unknownAccount", message, fix: "name one of the accounts that are shown" });
}

/** What the question for accounts answers when the login has none. */
export function noAccounts(): Result<never, BrokerError> {
  return fail({
    code: "refused",
    message: "this login has no account",
    fix: "log in to TWS as the user of an account that is open",
  });
}

/** What a call answers while what TWS says of an account is not to be believed yet. */
export function stillLoading(): Result<never, BrokerError> {
  return fail({
    code: "notConnected",
    message: "TWS is still loading the account",
    fix: "wait; after IB's nightly reset it takes some minutes",
  });
}
