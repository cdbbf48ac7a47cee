import process from "node:process";
import type { Socket } from "../../lib/stream/hub/socket.ts";
import { startClients } from "../fanout/clients_process.ts";
import { type Listening, serveByDeno, serveByWs, type ServerKind } from "../fanout/servers.ts";
import { medianOf } from "../measure.ts";
import type { Peer, WsModule } from "../peers.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";

const CLIENTS = 100;
const PAYLOAD = new Uint8Array(512).fill(7);
const ROUNDS = 3;
const ROUND_MS = 1_200;
const CONNECT_LIMIT_MS = 15_000;
/** Unsent bytes above which a socket is left out of a turn. */
const FULL_BYTES = 64 * 1024;

/** Waits until a condition holds; throws with its name after 15 s. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const startedMs = performance.now();
  while (!holds()) {
    if (performance.now() - startedMs > CONNECT_LIMIT_MS) throw new Error(`never: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function sendFor(sockets: readonly Socket[], durationMs: number): Promise<number> {
  const endMs = performance.now() + durationMs;
  let sent = 0;
  while (performance.now() < endMs) {
    for (const socket of sockets) {
      if (socket.bufferedAmount > FULL_BYTES) continue;
      socket.send(PAYLOAD);
      sent++;
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  await until("sockets drained", () => sockets.every((socket) => socket.bufferedAmount === 0));
  return sent;
}

/** Microseconds of this process's processor time per message, over one round. */
async function costOf(serve: ServerKind): Promise<number> {
  const sockets: Socket[] = [];
  const listening: Listening = await serve({
    opened: (socket) => {
      sockets.push(socket);
      return { receive: () => {}, closed: () => {} };
    },
  });
  const clients = startClients(listening.url, CLIENTS, false);
  try {
    await until("all clients connected", () => sockets.length === CLIENTS);
    await sendFor(sockets, ROUND_MS / 4);
    const before = process.cpuUsage();
    const sent = await sendFor(sockets, ROUND_MS);
    const used = process.cpuUsage(before);
    for (const socket of sockets) socket.close(1000, "done");
    const { messages } = await clients.report;
    mustAgree("messages that never arrived", messages >= sent ? 0 : sent - messages, 0);
    return (used.user + used.system) / sent;
  } finally {
    clients.kill();
    await listening.close();
  }
}

/** Row 12: what sending one message to each of 100 clients costs the server. */
export async function sendRow(peers: { readonly ws: Peer<WsModule> }): Promise<Findings> {
  if (!peers.ws.isThere) return { results: [], bounds: [], notes: ["12: needs npm's ws."] };
  const byWs = serveByWs(peers.ws.module);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const turns = [
      async () => ours.push(await costOf(serveByDeno)),
      async () => theirs.push(await costOf(byWs)),
    ];
    if (round % 2 === 1) turns.reverse();
    for (const turn of turns) await turn();
  }
  const result: Result = {
    anchor: 12,
    what: "server's processor time per 512 B message, 100 clients",
    peer: `${peers.ws.label} on Deno`,
    unit: "ns",
    ours: 1000 * medianOf(ours),
    theirs: 1000 * medianOf(theirs),
    target: 1.1,
  };
  return {
    results: [result],
    bounds: [],
    notes: [
      "12: Bun, against which the anchor's 1.4 is meant, is a program of its own and absent; " +
      "against ws there must be nothing to gain: 1.1.",
    ],
  };
}
