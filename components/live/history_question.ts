import { type HistoryAnswer, parseHistoryAnswer } from "@/lib/portfolio/overview/history_answer.ts";
import type { HistorySourceOptions } from "@/components/live/history_source.ts";

const TIMEOUT_MS = 20_000;

function reasonOf(body: unknown): string {
  const error = typeof body === "object" && body !== null && "error" in body ? body.error : null;
  return typeof error === "string" ? error : "the desk refused";
}

/** The answer of the desk that serves this page, or in words why there is none. */
async function askDesk(address: string, abort: AbortSignal): Promise<HistoryAnswer | string> {
  try {
    const signal = AbortSignal.any([abort, AbortSignal.timeout(TIMEOUT_MS)]);
    const response = await fetch(address, { signal });
    const body: unknown = await response.json();
    if (!response.ok) return reasonOf(body);
    const answer = parseHistoryAnswer(body);
    return answer.ok ? answer.value : "this page is older than the desk; reload it";
  } catch (error) {
    const isLate = error instanceof DOMException && error.name === "TimeoutError";
    return isLate ? "no answer within 20 s" : "the desk is not reachable";
  }
}

/** What a source of lines works with in a page. */
export function inThisPage(onNews: () => void): HistorySourceOptions {
  return {
    onNews,
    monotonic: () => performance.now(),
    setTimer: (delayMs, work) => {
      const timer = setTimeout(work, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    ask: askDesk,
  };
}
