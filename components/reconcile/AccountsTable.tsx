import type { AccountCells } from "@/lib/portfolio/reconciliation/page_view.ts";
import { FigureText } from "@/components/Figure.tsx";
import { FindingText } from "@/components/reconcile/FindingText.tsx";

/** The figures of one account: broker, desk, what is between them, and why. */
export function AccountTable(props: { readonly account: AccountCells; readonly currency: string }) {
  const { account, currency } = props;
  return (
    <section class="sec" aria-label={account.name} data-account={account.slug}>
      <header>
        <h2>{account.name}</h2>
        <span class="note">{currency}, {account.note}</span>
      </header>
      {account.problem !== "" && (
        <div class="notice caution" role="status">
          <b>The broker did not answer last time.</b>
          <p>{account.problem}</p>
        </div>
      )}
      <table class="tbl recon-figures">
        <caption class="vh">{account.name}: figures of broker and desk</caption>
        <colgroup>
          <col class="c-label" />
          <col span={3} class="c-money" />
          <col class="c-tol" />
          <col />
        </colgroup>
        <thead>
          <tr>
            <th scope="col" class="t">Figure</th>
            <th scope="col">Broker</th>
            <th scope="col">Desk</th>
            <th scope="col">Difference</th>
            <th scope="col">Tolerance</th>
            <th scope="col" class="t">Probable cause</th>
          </tr>
        </thead>
        <tbody>
          {account.figures.map((row) => (
            <tr key={row.id} data-id={row.id} data-state={row.state}>
              <th scope="row" class="t">{row.label}</th>
              <td data-h="Broker">
                <FigureText figure={row.theirs} />
              </td>
              <td data-h="Desk">
                <FigureText figure={row.ours} />
              </td>
              <td data-h="Difference">
                <FigureText figure={row.difference} />
              </td>
              <td data-h="Tolerance" class="dim">
                <FigureText figure={row.tolerance} />
              </td>
              <td class="t">
                <FindingText state={row.state} finding={row.finding} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
