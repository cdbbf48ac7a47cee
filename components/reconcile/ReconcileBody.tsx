import type { ReconcileView } from "@/lib/portfolio/reconciliation/page_view.ts";
import { AccountTable } from "@/components/reconcile/AccountsTable.tsx";
import { PositionsTable } from "@/components/reconcile/PositionsTable.tsx";

/** The answer, then accounts, then positions. */
export function ReconcileBody(props: {
  readonly view: ReconcileView;
  readonly broker: string;
  readonly currency: string;
}) {
  const { view, broker, currency } = props;
  return (
    <>
      <header class="lede recon-lede">
        <p class="kicker">
          <b>Reconcile</b>
          <span>{broker} beside the desk</span>
        </p>
        <h1 id="answer">{view.headline}</h1>
        {view.stand !== "" && <p class="stand">{view.stand}</p>}
      </header>
      {!view.isTold && (
        <p class="empty">
          What is played was recorded from a market, not told by a broker of an account. Connect a
          broker to see both sides.
        </p>
      )}
      {view.accounts.map((account) => (
        <AccountTable key={account.slug} account={account} currency={currency} />
      ))}
      <PositionsTable positions={view.positions} unlisted={view.unlisted} />
    </>
  );
}
