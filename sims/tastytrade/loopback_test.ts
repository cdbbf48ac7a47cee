import assert from "node:assert/strict";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import type { Fault } from "./faults/script.ts";
import { serveLoopback } from "./loopback.ts";
import { REST_DEFAULTS, type SimOptions } from "./options.ts";
import { TastytradeSim } from "./sim.ts";

const AGENT = { "user-agent": "test/1.0" };

async function withServer(
  options: Partial<SimOptions>,
  work: (server: ReturnType<typeof serveLoopback>, sim: TastytradeSim) => Promise<void>,
): Promise<void> {
  const base = { clock: realClock, timers: realTimers, date: "2025-03-19", positions: 20 };
  const sim = new TastytradeSim({ ...base, ...options });
  const server = serveLoopback(sim);
  try {
    await work(server, sim);
  } finally {
    await server.close();
  }
}

function tokenRequest(): RequestInit {
  const { clientSecret, refreshToken } = REST_DEFAULTS;
  const grant = { grant_type: "refresh_token", client_secret: clientSecret };
  const body = JSON.stringify({ ...grant, refresh_token: refreshToken });
  return { method: "POST", headers: AGENT, body };
}

/** Opens a socket and collects what comes until it closes or `enough` says so. */
function listen(url: string, first: unknown, enough: (texts: string[]) => boolean) {
  const socket = new WebSocket(url);
  const texts: string[] = [];
  return new Promise<{ texts: string[]; code: number; wasClean: boolean }>((resolve) => {
    socket.onopen = () => socket.send(JSON.stringify(first));
    socket.onmessage = (event) => {
      texts.push(String(event.data));
      if (enough(texts)) socket.close(1000);
    };
    socket.onclose = ({ code, wasClean }) => resolve({ texts, code, wasClean });
  });
}

const SETUP = { type: "SETUP", channel: 0, version: "0.1-t/1", keepaliveTimeout: 60 };

Deno.test("REST and the feed answer over real sockets on one port", async () => {
  await withServer({}, async (server) => {
    const token = await (await fetch(`${server.baseUrl}/oauth/token`, tokenRequest())).json();
    const authorization = `Bearer ${token.access_token}`;
    const headers = { ...AGENT, authorization };
    const quote = await fetch(`${server.baseUrl}/api-quote-tokens`, { headers });
    const { data } = await quote.json();
    assert.equal(data["dxlink-url"], server.dxlinkUrl);
    const future = await fetch(`${server.baseUrl}/instruments/futures//ESM5`, { headers });
    assert.equal((await future.json()).data["streamer-symbol"], "/ESM25:XCME");
    const heard = await listen(server.dxlinkUrl, SETUP, (texts) => texts.length === 2);
    assert.deepEqual(heard.texts.map((text) => JSON.parse(text).type), ["SETUP", "AUTH_STATE"]);
    const streamer = await listen(server.streamerUrl, { action: "heartbeat" }, () => true);
    assert.equal(JSON.parse(streamer.texts[0]).message, "connect-not-completed");
  });
});

Deno.test("a connection is lost at any byte of handshake or frame", async () => {
  const handshakeBytes = 129;
  for (const byte of [0, 1, 60, handshakeBytes + 1, handshakeBytes + 40]) {
    const faults: Fault[] = [{ on: "dxlink", do: "drop", byte }];
    await withServer({ faults: { faults } }, async (server, sim) => {
      const heard = await listen(server.dxlinkUrl, SETUP, () => false);
      assert.deepEqual([heard.texts, heard.wasClean], [[], false], `byte ${byte}`);
      assert.equal(sim.openCount("dxlink"), 0);
      const again = await listen(server.dxlinkUrl, SETUP, (texts) => texts.length === 2);
      assert.equal(again.code, 1000);
    });
  }
});

Deno.test("an answer of REST is cut inside its body or never comes", async () => {
  const faults: Fault[] = [
    { on: "rest", do: "drop", byte: 150, when: { times: 1 } },
    { on: "rest", do: "drop", when: { times: 1 } },
  ];
  await withServer({ faults: { faults } }, async (server) => {
    for (let n = 0; n < 2; n++) {
      const answer = fetch(`${server.baseUrl}/oauth/token`, tokenRequest())
        .then((reply) => reply.text());
      await assert.rejects(answer);
    }
    const reply = await fetch(`${server.baseUrl}/oauth/token`, tokenRequest());
    assert.equal((await reply.json()).token_type, "Bearer");
  });
});

Deno.test("a second connection is refused with a status, a code is sent when dropped", async () => {
  const faults: Fault[] = [
    { on: "dxlink", do: "refuse", status: 429, when: { connection: 1 } },
    { on: "dxlink", do: "drop", code: 1012, when: { connection: 2, frame: 2 } },
  ];
  await withServer({ faults: { faults } }, async (server) => {
    const refused = await listen(server.dxlinkUrl, SETUP, () => false);
    assert.equal(refused.wasClean, false);
    const dropped = await listen(server.dxlinkUrl, SETUP, () => false);
    assert.equal(dropped.code, 1012);
  });
});
