import assert from "node:assert/strict";
import { ok } from "../../base/result.ts";
import { realClock } from "../../host/clock.ts";
import { realTimers } from "../../host/timers.ts";
import { realSockets } from "../../host/web_socket.ts";
import { createBoard } from "../../market/board.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { DxlinkFeed } from "./dxlink_feed.ts";
import { seeded, wish } from "./feed/feed_run_fixture_test.ts";
import type { ServerSide } from "./feed/memory_wire_fixture_test.ts";
import { Peer } from "./feed/peer_fixture_test.ts";

/** The scripted peer behind a real WebSocket server on this machine. */
function serve(peer: Peer) {
  const open = new Set<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    const { socket, response } = Deno.upgradeWebSocket(request);
    let side: ServerSide | null = null;
    socket.onopen = () => {
      open.add(socket);
      const accepted = peer.accept({
        url: request.url,
        send: (message) => void (socket.readyState === WebSocket.OPEN && socket.send(message)),
        close: (code, reason) => socket.close(code, reason),
      });
      if (typeof accepted !== "string") side = accepted;
    };
    socket.onmessage = ({ data }) => side?.text(String(data));
    socket.onclose = () => {
      open.delete(socket);
      side?.gone();
    };
    return response;
  });
  return { url: `ws://127.0.0.1:${server.addr.port}/`, server, open };
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 1500, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test("NET-1, R10: over a real socket the feed comes back after each close", async () => {
  const peer = new Peer(new VirtualTime(realClock.now()));
  const { url, server, open } = serve(peer);
  const board = createBoard({ capacity: 8 });
  const option = { kind: "option", sessionClass: "equity", feed: "tt" } as const;
  board.register(1, { ...option, cadenceMs: null, isDerived: false });
  let tokenCount = 0;
  const feed = new DxlinkFeed({
    id: "tt",
    label: "tastytrade",
    clock: realClock,
    timers: realTimers,
    random: seeded(1),
    sockets: realSockets,
    tokens: {
      request(reply) {
        const token = `token-${tokenCount++}`;
        peer.tokens.add(token);
        return realTimers.setTimer(
          1,
          () => reply(ok({ token, url, issuedAt: null, expiresAt: null })),
        );
      },
    },
    isUrlAllowed: () => true,
    isRegularSession: () => true,
    aggregationPeriodS: 0.1,
    reference: "SPY",
    capacity: 8,
    listener: {
      market: (batch) => board.apply(batch, realClock.now()),
      health() {},
      noData() {},
    },
  });
  feed.replace([wish(".SPY250417P500", 1)]);
  feed.start();
  for (const [round, code] of [1000, 1012, 4001].entries()) {
    peer.quote("SPY", 500);
    peer.quote(".SPY250417P500", 7 + round);
    await until("live", () => feed.health().state === "live");
    await until("the value", () => board.price(1, "bid") === 7 + round - 0.05);
    if (round < 2) { for (const socket of open) socket.close(code, "again"); }
    await until("the end", () => round === 2 || feed.health().state === "down");
  }

  assert.equal(tokenCount, 3);
  assert.equal(feed.stateOf(1), "confirmed");
  feed.close();
  await until("no connection", () => open.size === 0);
  await server.shutdown();
});
