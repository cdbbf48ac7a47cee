import { BookCopy } from "@/lib/stream/client/book_copy.ts";
import { attachWebSocket, type ClientSocketEvents } from "@/lib/stream/client/client_socket.ts";
import { askWhyRefused } from "@/lib/stream/client/refused_upgrade.ts";
import { StreamClient, type StreamState } from "@/lib/stream/client/stream_client.ts";
import type { LinkState } from "@/lib/portfolio/overview/feed_bar.ts";
import { formatAge } from "@/lib/format/time.ts";
import { BEAT, desk } from "@/components/live/desk.ts";

const LINK_OF: Readonly<Record<StreamState, LinkState>> = {
  connecting: "connecting",
  live: "open",
  late: "late",
  down: "lost",
  reload: "reload",
  signedOut: "signedOut",
};

/** An absence shorter than this is not worth a word. */
const AWAY_MIN_MS = 60_000;
const AWAY_SHOWN_MS = 20_000;
/** The client gives a connection up after 10 s; the answer has to be there before. */
const SESSION_ANSWER_MS = 5_000;

/** Address of the page's stream. */
function streamAddress(): string {
  const { protocol, host } = location;
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/api/stream`;
}

/** Whether the desk answers that nobody is signed in; false when it does not answer. */
async function isSignedOut(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(SESSION_ANSWER_MS);
    const { status } = await fetch("/api/session", { signal, cache: "no-store" });
    return status === 401;
  } catch (error) {
    if (error instanceof TypeError || error instanceof DOMException) return false;
    throw error;
  }
}

function makeClient(copy: BookCopy, isGuarded: boolean): StreamClient {
  const open = (events: ClientSocketEvents) =>
    attachWebSocket(new WebSocket(streamAddress()), events);
  return new StreamClient({
    copy,
    rows: copy.rowsOf,
    connect: (events) => open(isGuarded ? askWhyRefused(events, isSignedOut) : events),
    monotonic: () => performance.now(),
    setTimer: (delayMs, work) => {
      const timer = setTimeout(work, delayMs);
      return { cancel: () => clearTimeout(timer) };
    },
    random: () => Math.random(),
    onFrame: () => desk.heard(),
    onEvents: (events) => desk.tell(events),
    onStatus: (status) => desk.linked(LINK_OF[status.state]),
  });
}

function watchVisibility(client: StreamClient): () => void {
  let hiddenAt: number | null = document.hidden ? performance.now() : null;
  const turned = () => {
    client.setVisible(!document.hidden);
    if (document.hidden) {
      hiddenAt = performance.now();
      return;
    }
    const awayMs = hiddenAt === null ? 0 : performance.now() - hiddenAt;
    hiddenAt = null;
    desk.refresh();
    if (awayMs < AWAY_MIN_MS) return;
    desk.away.value = `away ${formatAge(awayMs)}`;
    setTimeout(() => desk.away.value = "", AWAY_SHOWN_MS);
  };
  const shown = () => client.wake();
  document.addEventListener("visibilitychange", turned);
  globalThis.addEventListener("pageshow", shown);
  globalThis.addEventListener("online", shown);
  return () => {
    document.removeEventListener("visibilitychange", turned);
    globalThis.removeEventListener("pageshow", shown);
    globalThis.removeEventListener("online", shown);
  };
}

/**
 * Goes on from the book of the first paint: the stream resumes at the page's epoch and sequence.
 * Returns what ends it. An unreadable snapshot is no reason to stay without data: the stream then
 * begins with one of its own, and the page stays as painted until then. `isGuarded`: whoever sees
 * the page has signed in, and may be signed out.
 */
export function openStream(
  snapshot: string,
  chosen: readonly number[],
  isGuarded: boolean,
): () => void {
  const painted = BookCopy.fromSnapshot(snapshot);
  const copy = painted.ok ? painted.value : new BookCopy();
  const client = makeClient(copy, isGuarded);
  const begin = () =>
    desk.begin({
      view: client.copy,
      get feeds() {
        return client.copy.feeds;
      },
      get market() {
        return client.copy.market;
      },
      get recording() {
        return client.copy.recording;
      },
      get rates() {
        return client.copy.rates;
      },
      now: () => client.sourceNow(),
    }, chosen);
  if (painted.ok) begin();
  client.start();
  const beat = setInterval(() => {
    if (desk.scope === null && client.copy.seq !== null) begin();
    desk.strike();
  }, BEAT);
  const unwatch = watchVisibility(client);
  return () => {
    clearInterval(beat);
    unwatch();
    client.stop();
  };
}
