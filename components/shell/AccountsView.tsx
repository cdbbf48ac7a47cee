import type { AccountItem } from "@/lib/portfolio/overview/data.ts";

/** What the account filter is drawn from. */
export interface AccountsProps {
  readonly accounts: readonly AccountItem[];
  /** Symbols of open groups: a plain form keeps them. */
  readonly open: readonly string[];
  readonly onToggle?: (index: number) => void;
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
        {props.accounts.map((account) => (
          <label key={account.slug} title={account.title}>
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
        ))}
      </fieldset>
      <noscript>
        <button class="btn apply" type="submit">Show these</button>
      </noscript>
    </form>
  );
}
