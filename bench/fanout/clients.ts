/**
 * The clients of a fan-out run, in a process of their own: counts what arrives on every connection
 * and notes when frames arrive on the first few. Prints one JSON line when the server has ended all
 * connections. Arguments: URL, number of clients, `hello` for the desk's stream.
 */
import { RawWebSocket } from "../../tools/soak/raw_web_socket.ts";
import { FRAME_KIND, HEADER_BYTES } from "../../lib/stream/protocol/frame.ts";
import { PROTOCOL_VERSION } from "../../lib/stream/protocol/limits.ts";

/** Connections whose arrivals are noted one by one. */
const NOTED = 20;

const [url, count, isStream] = [Deno.args[0], Number(Deno.args[1]), Deno.args[2] === "hello"];
const arrivals: [seq: number, at: number][] = [];
let messages = 0;
let bytes = 0;

function now(): number {
  return performance.timeOrigin + performance.now();
}

function note(payload: Uint8Array, isText: boolean, isNoted: boolean): void {
  messages++;
  bytes += payload.length;
  if (!isStream || !isNoted || isText || payload.length < HEADER_BYTES) return;
  const view = new DataView(payload.buffer, payload.byteOffset);
  if (view.getUint8(1) === FRAME_KIND.diff) arrivals.push([view.getUint32(4, true), now()]);
}

async function run(index: number): Promise<void> {
  const socket = await RawWebSocket.open(url);
  if (isStream) {
    const hello = { type: "hello", version: PROTOCOL_VERSION, rows: "all", resume: null };
    await socket.send(JSON.stringify({ ...hello, intervalMs: 0 }));
  }
  const take = (payload: Uint8Array, isText: boolean) => note(payload, isText, index < NOTED);
  while (await socket.read(take));
  socket.close();
}

await Promise.all(Array.from({ length: count }, (_, index) => run(index)));
console.log(JSON.stringify({ messages, bytes, arrivals }));
