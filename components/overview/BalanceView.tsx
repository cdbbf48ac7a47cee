import { rateAge, rateText } from "@/lib/portfolio/overview/rate_text.ts";
import type { FxRateStatus } from "@/lib/stream/protocol/messages.ts";
import type { BalanceLine } from "@/lib/portfolio/overview/summary.ts";
import { FigureText } from "@/components/Figure.tsx";

/** Net liq from its parts beside the broker's own figure, and what is between them. */
export function BalanceView(props: {
  readonly lines: readonly BalanceLine[];
  readonly baseCurrency: string;
  readonly rates: readonly FxRateStatus[];
  /** Source's clock. */
  readonly now: number;
}) {
  const parts = props.lines.filter((line) => !line.isSum && line.id !== "difference");
  const sum = props.lines.filter((line) => line.isSum);
  const after = props.lines.filter((line) => line.id === "broker" || line.id === "difference");
  const row = (line: BalanceLine) => (
    <tr key={line.id} data-id={line.id}>
      <th scope="row" class="t">{line.label}</th>
      <td>
        <FigureText figure={line.figure} />
      </td>
    </tr>
  );
  return (
    <section class="sec" id="balance" aria-label="Net liq">
      <header>
        <h2>Net liq</h2>
        <span class="note">{props.baseCurrency}, from its parts</span>
        <span class="tools">
          <a class="note side-by-side" href="/reconcile">Side by side</a>
        </span>
      </header>
      <table class="tbl sums">
        <caption class="vh">Net liq from its parts and the broker’s own figure</caption>
        <tbody>{parts.filter((line) => line.id !== "broker").map(row)}</tbody>
        <tbody class="sum">{sum.map(row)}</tbody>
        <tbody>{after.map(row)}</tbody>
      </table>
      {props.rates.map((rate) => (
        <p class="note rate-of" key={rate.currency}>
          <span>{rateText(rate)}</span> <span class="u">{rateAge(rate, props.now)}</span>
        </p>
      ))}
    </section>
  );
}
