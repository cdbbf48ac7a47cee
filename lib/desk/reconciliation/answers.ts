import type { UnixMs } from "../../base/brand.ts";
import { type Account, brokerName, maskAccountNumber } from "../../domain/account.ts";
import { accountSlugs } from "../../domain/account_choice.ts";
import {
  ANSWER_FORMAT,
  type LastingDifference,
  type ReconciliationAnswer,
} from "../../portfolio/reconciliation/answer.ts";
import { gravestFinding } from "../../portfolio/reconciliation/wording.ts";
import type { Reconciler } from "./reconciler.ts";

/** What an answer is made from. */
export interface AnswerSource {
  readonly reconciler: Pick<Reconciler, "isTold" | "stateOf" | "lastingOf">;
  readonly mode: string;
  readonly broker: string;
  readonly baseCurrency: string;
  /** All accounts by dense index. */
  readonly accounts: readonly Account[];
  readonly now: UnixMs;
}

/** What is known of the chosen accounts (dense indices), without their numbers and ids. */
export function reconciliationAnswer(
  source: AnswerSource,
  chosen: readonly number[],
): ReconciliationAnswer {
  const { reconciler, mode, broker, baseCurrency, accounts, now } = source;
  const slugs = accountSlugs(accounts);
  const isOfSeveral = new Set(accounts.map((account) => account.broker)).size > 1;
  return {
    format: ANSWER_FORMAT,
    mode,
    broker,
    baseCurrency,
    now,
    isTold: reconciler.isTold,
    accounts: chosen.map((index) => ({
      account: slugs[index],
      nickname: accounts[index].nickname,
      type: accounts[index].type,
      ...(isOfSeveral ? { broker: brokerName(accounts[index].broker) } : {}),
      accountNumber: maskAccountNumber(accounts[index].number),
      ...reconciler.stateOf(accounts[index].id),
    })),
  };
}

/** Differences that have lasted for a while, one per account; null where nothing is compared. */
export function lastingDifferences(source: AnswerSource): readonly LastingDifference[] | null {
  const { reconciler, accounts, baseCurrency } = source;
  if (!reconciler.isTold) return null;
  const slugs = accountSlugs(accounts);
  return accounts.flatMap(({ id, nickname }, index) => {
    const lasting = reconciler.lastingOf(id);
    if (lasting === null) return [];
    const finding = gravestFinding(lasting.compared, nickname, baseCurrency);
    if (finding === null) return [];
    return [{ index, account: slugs[index], nickname, ...finding, since: lasting.since }];
  });
}
