import { newYorkTime } from "../../calendar/new_york.ts";
import { shortBrokerName } from "../../domain/account.ts";
import { formatMinute } from "../../format/time.ts";
import { listed, plural } from "../../format/words.ts";
import type { BrokerPart } from "../broker_parts.ts";
import type { BookScope } from "./scope.ts";

/** A broker in the account filter, with what is wrong with its part. */
export interface BrokerItem {
  readonly broker: string;
  readonly name: string;
  /** "as of 13:06", "not connected", "" while it is current. */
  readonly words: string;
  readonly state: BrokerPart["state"];
}

function minute(at: number | null): string {
  return at === null || !Number.isFinite(at) ? "" : formatMinute(newYorkTime(at));
}

/** The brokers of a desk with several, as its account filter names them. */
export function brokerItems(parts: readonly BrokerPart[]): readonly BrokerItem[] {
  if (parts.length < 2) return [];
  return parts.map(({ broker, name, state, since }) => ({
    broker,
    name,
    state,
    words: state === "current"
      ? ""
      : state === "missing"
      ? "not connected"
      : `as of ${minute(since)}`,
  }));
}

/** What totals say of themselves where room is short: "IB as of 13:06", "without IB"; else "". */
export function wantingText(scope: BookScope): string {
  return scope.wanting.map(({ broker, state, since }) => {
    const name = shortBrokerName(broker);
    return state === "missing" ? `without ${name}` : `${name} as of ${minute(since)}`;
  }).join(", ");
}

function legsOf(scope: BookScope, { accounts }: BrokerPart): number {
  return accounts.reduce((sum, account) => sum + scope.legsIn(account), 0);
}

/** The same as sentences for the headline, "" when every part is current. */
export function wantingSentence(scope: BookScope): string {
  return scope.wanting.map((part) => {
    if (part.state === "missing") return ` ${part.name} is not in these totals.`;
    const legs = plural(legsOf(scope, part), "leg");
    return ` ${part.name} is known as of ${minute(part.since)}, with ${legs}.`;
  }).join("");
}

/** A part that is not current, as what needs the reader tells it. */
export function partText(scope: BookScope, part: BrokerPart): {
  readonly title: string;
  readonly text: string;
} {
  const { name, state, accounts, detail } = part;
  const why = detail === null ? "" : ` ${detail.charAt(0).toUpperCase()}${detail.slice(1)}.`;
  if (state === "missing") {
    return {
      title: `${name} is not connected`,
      text: `Its accounts are in no total; they are taken in as soon as it answers.${why}`,
    };
  }
  const names = listed(accounts.map((account) => scope.view.account(account).account.nickname));
  const legs = plural(legsOf(scope, part), "leg");
  return {
    title: `${name} does not answer`,
    text: `What ${names} hold counts as it was then: ${legs} in all sums.${why}`,
  };
}
