import { Fragment } from "preact";
import type { BrokerItem } from "@/lib/portfolio/overview/part_words.ts";
import type { AccountItem } from "@/lib/portfolio/overview/data.ts";

/** What the account filter is drawn from. */
export interface AccountsProps {
  readonly accounts: readonly AccountItem[];
  /** Brokers of a desk with several; else empty. */
  readonly brokers: readonly BrokerItem[];
  /** Symbols of open groups: a plain form keeps them. */
  readonly open: readonly string[];
  readonly onToggle?: (index: number) => void;
}

/** A broker over its accounts, and what is wrong with its part of the book. */
function BrokerHead(props: { broker: BrokerItem }) {
  const { name, words, state } = props.broker;
  return (
    <p class="broker" data-s={state === "current" ? undefined : state}>
      {name}
      {words !== "" && <span class="u">{words}</span>}
    </p>
  );
}

function AccountLabel(props: { account: AccountItem } & Pick<AccountsProps, "onToggle">) {
  const { account } = props;
  return (
    <label title={account.title}>
      <input
        type="checkbox"
        name="accounts"
        value={account.slug}
        checked={account.isChosen}
        onChange={() => props.onToggle?.(account.index)}
      />
      <span class="who">
        {account.name}
        {account.type !== "" && <small>{account.type}</small>}
      </span>
      <data
        class="n u"
        data-account={account.index}
        data-s={account.isOld ? "stale" : undefined}
      >
        {account.netLiq}
      </data>
    </label>
  );
}

/** Accounts under their brokers; under none on a desk with one. */
function groupsOf({ accounts, brokers }: AccountsProps) {
  if (brokers.length === 0) return [{ broker: null, accounts }];
  return brokers.map((broker) => ({
    broker,
    accounts: accounts.filter((account) => account.broker === broker.broker),
  }));
}

/** The account filter: a form of the page that it is on; the island applies a tick at once. */
export function AccountsView(props: AccountsProps) {
  return (
    <form method="get" class="accts">
      <fieldset>
        <legend>
          <h2>Accounts</h2>
        </legend>
        <input type="hidden" name="accounts" value="" />
        {props.open.length > 0 && <input type="hidden" name="open" value={props.open.join(",")} />}
        {groupsOf(props).map(({ broker, accounts }) => (
          <Fragment key={broker?.broker ?? ""}>
            {broker !== null && <BrokerHead broker={broker} />}
            {accounts.map((account) => (
              <AccountLabel key={account.slug} account={account} onToggle={props.onToggle} />
            ))}
          </Fragment>
        ))}
      </fieldset>
      <noscript>
        <button class="btn apply" type="submit">Show these</button>
      </noscript>
    </form>
  );
}
