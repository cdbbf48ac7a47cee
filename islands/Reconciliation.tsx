import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { BookView } from "@/lib/domain/book_view.ts";
import { accountItems } from "@/lib/portfolio/overview/data.ts";
import type { ReconciliationAnswer } from "@/lib/portfolio/reconciliation/answer.ts";
import { reconcileView } from "@/lib/portfolio/reconciliation/page_view.ts";
import { parseAnswer } from "@/lib/portfolio/reconciliation/wire/parse_answer.ts";
import { ReconcileBody } from "@/components/reconcile/ReconcileBody.tsx";
import { desk } from "@/components/live/desk.ts";
import { say } from "@/components/live/say.ts";

const REFRESH_MS = 5_000;
const TIMEOUT_MS = 10_000;

/** Names of the chosen accounts, "" for all. */
function chosenNames(view: BookView): string {
  const items = accountItems(view, desk.chosen.peek());
  const chosen = items.filter(({ isChosen }) => isChosen);
  return chosen.length === items.length ? "" : chosen.map(({ slug }) => slug).join(",");
}

async function readAnswer(
  accounts: string,
  signal: AbortSignal,
): Promise<ReconciliationAnswer | null> {
  const query = new URLSearchParams({ accounts });
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(`/api/reconciliation?${query}`, {
      signal: AbortSignal.any([signal, timeout]),
    });
    const answer = response.ok ? parseAnswer(await response.json()) : null;
    return answer?.ok === true ? answer.value : null;
  } catch (error) {
    // The feed bar says that the desk is away; what was compared stays with its time.
    if (!signal.aborted) console.warn("deltadesk: reconciliation", error);
    return null;
  }
}

/** Both sides, asked again every few seconds while the page is seen. */
export default function Reconciliation(props: { readonly children: ComponentChildren }) {
  const answer = useSignal<ReconciliationAnswer | null>(null);
  useEffect(() => {
    let running = new AbortController();
    const refresh = async () => {
      const { scope } = desk;
      // Before the page was set going nobody knows here which accounts are chosen.
      if (scope === null || document.hidden || desk.isPaused.peek()) return;
      running.abort();
      running = new AbortController();
      const read = await readAnswer(chosenNames(scope.view), running.signal);
      if (read === null) return;
      const before = answer.peek();
      answer.value = read;
      const [was, is] = [before && reconcileView(before).headline, reconcileView(read).headline];
      if (was !== null && was !== is) say(is);
    };
    const timer = setInterval(() => void refresh(), REFRESH_MS);
    const unsubscribe = desk.chosen.subscribe(() => void refresh());
    return () => {
      clearInterval(timer);
      unsubscribe();
      running.abort();
    };
  }, []);
  const read = answer.value;
  return (
    <div id="reconciliation">
      {read === null ? props.children : (
        <ReconcileBody
          view={reconcileView(read)}
          broker={read.broker}
          currency={read.baseCurrency}
        />
      )}
    </div>
  );
}
