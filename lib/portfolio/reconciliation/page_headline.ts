import { listed, plural } from "../../format/words.ts";
import type { AccountAnswer, ReconciliationAnswer } from "./answer.ts";
import { gravestFinding } from "./wording.ts";

function differing(answer: ReconciliationAnswer): readonly AccountAnswer[] {
  const found = answer.accounts.filter(({ compared }) => compared?.state === "differs");
  const size = ({ compared }: AccountAnswer) => Math.abs(compared?.netLiq.difference ?? 0);
  return [...found].sort((a, b) => size(b) - size(a));
}

function sentence(words: string): string {
  return /[.!?]$/.test(words) ? words : `${words}.`;
}

/**
 * The page's answer as a sentence: the gravest difference with its cause, what hinders comparing,
 * or that both agree, and on how many accounts.
 */
export function reconcileHeadline(answer: ReconciliationAnswer): string {
  const { accounts, isTold, baseCurrency } = answer;
  if (!isTold) return "Nobody to compare with: a recording has no figures of its own.";
  if (accounts.length === 0) return "No account is chosen.";
  const [worst, ...others] = differing(answer);
  if (worst !== undefined && worst.compared !== null) {
    const finding = gravestFinding(worst.compared, worst.nickname, baseCurrency);
    const more = others.length === 0 ? "" : ` ${plural(others.length, "more account")} differ.`;
    if (finding !== null) return sentence(`${finding.title}: ${finding.text}`) + more;
    return `Positions of ${worst.nickname} differ.${more}`;
  }
  const unanswered = accounts.filter(({ compared }) => compared === null);
  const [silent] = unanswered.filter(({ problem }) => problem !== null);
  if (unanswered.length === accounts.length) {
    return silent === undefined
      ? "The broker is being asked."
      : sentence(`The broker does not answer: ${silent.problem?.message ?? ""}`);
  }
  // An agreement from before the broker fell silent says nothing of now.
  const agreeing = accounts.filter(({ compared, problem }) =>
    compared?.state === "agrees" && problem === null
  );
  const rest = accounts.filter((account) => !agreeing.includes(account));
  if (agreeing.length === 0) return "Nothing can be compared now.";
  const names = listed(rest.map(({ nickname }) => nickname));
  const apart = rest.length === 0 ? "" : `; ${names} cannot be compared now`;
  const brokers = new Set(agreeing.map(({ broker }) => broker)).size;
  const who = brokers > 1 ? "The brokers" : agreeing[0].broker ?? "The broker";
  return `${who} and the desk agree on ${plural(agreeing.length, "account")}${apart}.`;
}
