import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type AccountItem, accountItems } from "@/lib/portfolio/overview/data.ts";
import { type BrokerItem, brokerItems } from "@/lib/portfolio/overview/part_words.ts";
import { AccountsView } from "@/components/shell/AccountsView.tsx";
import { writeAddress } from "@/components/live/address.ts";
import { keep } from "@/components/live/cookies.ts";
import { desk } from "@/components/live/desk.ts";

/** What the account filter goes on from. */
export interface AccountsIslandProps {
  readonly accounts: readonly AccountItem[];
  readonly brokers: readonly BrokerItem[];
  readonly open: readonly string[];
}

/** The account filter, applied at once and kept in address and cookie. */
export default function Accounts(props: AccountsIslandProps) {
  const accounts = useSignal(props.accounts);
  const brokers = useSignal(props.brokers);
  useEffect(() =>
    desk.onBeat(({ scope }) => {
      accounts.value = accountItems(scope.view, desk.chosen.peek());
      brokers.value = brokerItems(scope.parts);
    }), []);
  const toggle = (index: number) => {
    const others = accounts.value.filter((item) => item.isChosen !== (item.index === index));
    // None chosen means all: an empty book would say nothing.
    const chosen = others.length === 0 ? accounts.value : others;
    const indices = chosen.map((item) => item.index);
    const isAll = indices.length === accounts.value.length;
    const slugs = isAll ? null : chosen.map((item) => item.slug);
    keep("accounts", slugs === null ? "" : slugs.join(","));
    writeAddress({ accounts: slugs });
    accounts.value = accounts.value.map((item) => ({
      ...item,
      isChosen: indices.includes(item.index),
    }));
    desk.choose(indices);
  };
  return (
    <AccountsView
      accounts={accounts.value}
      brokers={brokers.value}
      open={props.open}
      onToggle={toggle}
    />
  );
}
