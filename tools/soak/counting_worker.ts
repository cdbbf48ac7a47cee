/**
 * The thread of the clients that only count: it does nothing else, so that what it stamps is when
 * frames arrive and not when a check lets it.
 */
import { serveWorker } from "../../lib/host/worker_side.ts";
import { PROTOCOL_VERSION } from "../../lib/stream/protocol/limits.ts";
import { type FrameCounts, FrameTimes } from "./frame_times.ts";
import { RawWebSocket } from "./raw_web_socket.ts";
import { TickAges } from "./tick_ages.ts";

/** From the soak to this thread. */
export type ToCounting =
  | { readonly kind: "start"; readonly url: string; readonly clients: number }
  | { readonly kind: "measure"; readonly isMeasuring: boolean }
  | { readonly kind: "report" };

const HELLO = { type: "hello", version: PROTOCOL_VERSION, rows: "all", resume: null };
const RETRY_MS = 1_000;

const times = new FrameTimes();

async function visit(url: string, isReference: boolean): Promise<void> {
  const socket = await RawWebSocket.open(url);
  const ages = isReference ? new TickAges() : null;
  const stream = times.stream(ages === null ? null : (payload) => ages.take(payload));
  try {
    await socket.send(JSON.stringify({ ...HELLO, intervalMs: 0 }));
    const take = (payload: Uint8Array, isText: boolean) => {
      if (!isText) stream.take(payload, Date.now());
      else if (ages !== null) ages.hello(new TextDecoder().decode(payload));
    };
    while (await socket.read(take));
  } finally {
    socket.close();
  }
}

/** Comes back after every end; the soak counts ends that it did not cause. */
async function follow(url: string, isReference: boolean): Promise<never> {
  for (;;) {
    await visit(url, isReference);
    times.ends++;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

const side = serveWorker<ToCounting, FrameCounts>((message) => {
  if (message.kind === "report") return side.post(times.counts());
  if (message.kind === "measure") {
    times.isMeasuring = message.isMeasuring;
    return;
  }
  for (let i = 0; i < message.clients; i++) void follow(message.url, i === 0);
});
