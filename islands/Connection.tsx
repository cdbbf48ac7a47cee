import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConnectionsState } from "@/lib/domain/connection.ts";
import { failingCount } from "@/lib/portfolio/connect/sentence.ts";
import { readConnections } from "@/lib/portfolio/connect/read_state.ts";
import { connectView } from "@/lib/portfolio/connect/view.ts";
import { ConnectView } from "@/components/connect/ConnectView.tsx";
import { showConnectBadge } from "@/components/live/connect_badge.ts";
import { showConnectBar } from "@/components/live/connect_bar.ts";

/** What the page goes on from. */
export interface ConnectionProps {
  readonly state: ConnectionsState;
  /** Where the reader wanted to go before the book was there. */
  readonly next: string;
}

const LOOK_EVERY_MS = 1_000;
const NO_DESK = "The desk does not answer: is it running?";

async function answerOf(request: Promise<Response>) {
  const response = await request.catch(() => null);
  const json: unknown = await response?.json().catch(() => null);
  return { status: response?.status ?? 0, json, state: readConnections(json) };
}

function errorOf(json: unknown): string {
  const isSaid = typeof json === "object" && json !== null && "error" in json;
  return isSaid && typeof json.error === "string" ? json.error : "";
}

/** The connection page, live: looks every second, tests when asked, goes on to the book. */
export default function Connection(props: ConnectionProps) {
  const state = useSignal(props.state);
  const message = useSignal("");
  const isReady = useSignal(false);
  const take = (next: ConnectionsState) => {
    state.value = next;
    showConnectBadge(failingCount(next));
    if (next.connections.some(({ isTesting }) => isTesting)) message.value = "";
    // With a book the frame around it keeps the title.
    if (props.state.isLoaded) return;
    const { title, bar } = connectView(next);
    document.title = title;
    showConnectBar(bar);
    if (next.isLoaded) location.assign(props.next);
  };
  const look = async () => {
    const { status, state: next } = await answerOf(fetch("/api/connections"));
    if (status === 401) location.reload();
    if (next === null) message.value = NO_DESK;
    else if (message.peek() === NO_DESK) message.value = "";
    if (next !== null) take(next);
  };
  const test = async (broker: string | null, step: string | null) => {
    message.value = "";
    const { status, json, state: next } = await answerOf(fetch("/api/connections/test", {
      method: "POST",
      headers: { "content-type": "application/json", "x-deltadesk": "1" },
      body: JSON.stringify({ broker, step }),
    }));
    if (next !== null) return take(next);
    message.value = status === 429 ? errorOf(json) : NO_DESK;
  };
  useEffect(() => {
    isReady.value = true;
    if (props.state.connections.length === 0) return;
    let isLooking = false;
    const timer = setInterval(() => {
      if (isLooking || document.hidden) return;
      isLooking = true;
      void look().finally(() => isLooking = false);
    }, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <ConnectView
      view={connectView(state.value)}
      isDemo={state.value.mode === "demo"}
      message={message.value}
      onTest={isReady.value ? (broker, step) => void test(broker, step) : undefined}
    />
  );
}
