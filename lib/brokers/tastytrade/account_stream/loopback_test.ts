import assert from "node:assert/strict";
import { serveLoopback, TastytradeSim } from "../../../../sims/tastytrade/mod.ts";
import { REST_DEFAULTS } from "../../../../sims/tastytrade/options.ts";
import { realClock } from "../../../host/clock.ts";
import { realHttp } from "../../../host/http.ts";
import { realTimers } from "../../../host/timers.ts";
import { realSockets } from "../../../host/web_socket.ts";
import { seeded } from "../feed/feed_run_fixture_test.ts";
import type { Clock } from "../../../ports/clock.ts";
import { Drift } from "../map/fields.ts";
import { Secret } from "../rest/secret.ts";
import { RestTransport } from "../rest/transport.ts";
import { AccountStream } from "./account_stream.ts";

/** Market time runs five minutes a second: fills are rare. */
const quickClock: Clock = {
  now: () => startedAt + (realClock.now() - startedAt) * 300,
  monotonic: () => realClock.monotonic() * 300,
};
const startedAt = realClock.now();

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 2000, `not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

Deno.test("NET-1, NET-5, R10: over real sockets it survives a cut and a refusal", async () => {
  const sim = new TastytradeSim({
    clock: quickClock,
    timers: realTimers,
    date: "2025-03-19",
    positions: 40,
    eventRate: 2,
    rest: { accessTokenLifeMs: 1e9 },
    streamer: { idleMs: 1e9 },
  });
  const server = serveLoopback(sim);
  const { clientSecret, refreshToken } = REST_DEFAULTS;
  const opened = RestTransport.open({
    http: realHttp,
    clock: realClock,
    timers: realTimers,
    random: seeded(3),
    baseUrl: server.baseUrl,
    isLoopbackAllowed: true,
    credentials: {
      clientSecret: new Secret(clientSecret),
      refreshToken: new Secret(refreshToken),
    },
    version: "0.0.1",
  });
  assert.ok(opened.ok);
  const seen = { subscribed: 0, notices: 0 };
  const details: (string | null)[] = [];
  const stream = new AccountStream({
    id: "tastytrade-account",
    label: "Account stream",
    url: server.streamerUrl,
    isUrlAllowed: (url) => url.startsWith("ws://127.0.0.1:"),
    clock: realClock,
    timers: realTimers,
    random: seeded(3),
    sockets: realSockets,
    tokens: opened.value.tokens,
    accountNumbers: sim.accounts.accounts.map(({ number }) => number),
    source: "deltadesk/0.0.1",
    drift: new Drift(),
    listener: {
      subscribed: () => void seen.subscribed++,
      notice: () => void seen.notices++,
      health: ({ detail }) => void details.push(detail),
    },
  });
  stream.start();
  await until("the first subscription", () => seen.subscribed === 1);
  await until("a notice", () => seen.notices > 0);
  sim.inject({ on: "streamer", do: "refuse", status: 429, when: { times: 1 } });
  sim.inject({ on: "streamer", do: "drop", when: { times: 1 } });
  await until("the end is noticed", () => stream.health().state !== "live");
  await until("the second subscription", () => seen.subscribed === 2);
  assert.equal(stream.health().state, "live");
  assert.ok(details.some((detail) => /answered HTTP 429/.test(detail ?? "")), details.join());
  const { notices } = seen;
  await until("a notice again", () => seen.notices > notices);
  assert.equal(sim.openCount("streamer"), 1);
  stream.close();
  opened.value.close();
  await until("no connection", () => sim.openCount("streamer") === 0);
  await server.close();
});
