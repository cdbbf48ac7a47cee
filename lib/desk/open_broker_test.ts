import assert from "node:assert/strict";
import { Secret } from "../base/secret.ts";
import { fail } from "../base/result.ts";
import { VirtualTime } from "../ports/virtual_time.ts";
import type { IbSettings } from "../settings/ib_settings.ts";
import type { Settings } from "../settings/settings.ts";
import type { TastytradeSettings } from "../settings/tastytrade_settings.ts";
import { type OpenBroker, openBroker } from "./open_broker.ts";

const time = new VirtualTime(Date.parse("2025-03-19T14:15:00Z"));

const IB: IbSettings = {
  host: "127.0.0.1",
  port: 7497,
  clientId: 1,
  marketDataType: 1,
  cashCurrencies: [],
  accounts: [],
  inUse: [],
};

async function opened(
  changes: Partial<TastytradeSettings> | null,
  ib: IbSettings | null = null,
): Promise<OpenBroker> {
  const tastytrade: TastytradeSettings | null = changes === null ? null : {
    environment: "production",
    simulator: null,
    clientSecret: new Secret("cs_canary"),
    refreshToken: new Secret("rt_canary"),
    inUse: [],
    ...changes,
  };
  const settings: Settings = {
    mode: "live",
    replayDirectory: null,
    tastytrade,
    ib,
    host: "127.0.0.1",
    port: 0,
    isPortExplicit: true,
    dataDirectory: "/nowhere",
    seed: 1,
    sessionOn: "2025-03-19",
    eventsPerSecond: 500,
    positionCount: 120,
    speed: 1,
    accounts: [],
    accountsOrigin: "default",
    brokers: ["tastytrade"],
    isOnce: false,
    printsSummary: false,
    intervalMs: 2000,
    warmupMs: 0,
    opensBrowser: false,
    servesDebug: false,
  };
  const broker = await openBroker(settings, {
    clock: time,
    timers: time,
    random: { next: () => 0.5, bytes: (count) => new Uint8Array(count) },
    http: { send: () => Promise.resolve(fail("unreachable")) },
    ib: {
      openClient: () => assert.fail("nothing is sent yet"),
      tcp: { reach: () => Promise.resolve(fail("refused")) },
    },
    sockets: { connect: () => fail("badUrl") },
    readText: () => Promise.resolve(fail("notFound")),
    giveUp: (why) => assert.fail(why),
  });
  assert.ok(broker.ok);
  return broker.value;
}

const SIMULATOR = {
  rest: "http://127.0.0.1:9",
  accountStreamer: "ws://127.0.0.1:9/streamer",
  feed: null,
};

Deno.test("production, sandbox and simulator never share a record nor a mark", async () => {
  const worlds = await Promise.all([
    opened({}),
    opened({ environment: "sandbox" }),
    opened({ simulator: SIMULATOR }),
    opened({ simulator: SIMULATOR, environment: "sandbox" }),
  ]);

  assert.deepEqual(worlds.map(({ source, standIn }) => [source, standIn]), [
    ["tastytrade/production", null],
    ["tastytrade/sandbox", "sandbox"],
    ["tastytrade/simulator", "simulator"],
    ["tastytrade/simulator", "simulator"],
  ]);
  assert.deepEqual(worlds.map(({ adapter }) => adapter.mode), ["live", "live", "live", "live"]);
  assert.deepEqual(worlds.map(({ notice }) => notice === null), [true, false, false, false]);
  await Promise.all(worlds.map(({ adapter }) => adapter.close()));
});

Deno.test("IB alone has a record of its own, beside tastytrade it joins that one's", async () => {
  const worlds = await Promise.all([
    opened(null, IB),
    opened({}, IB),
    opened({ environment: "sandbox" }, IB),
  ]);

  assert.deepEqual(worlds.map(({ source, standIn }) => [source, standIn]), [
    ["ib", null],
    ["tastytrade/production", null],
    ["tastytrade/sandbox+ib", null],
  ]);
  assert.ok(worlds.every(({ adapter }) => adapter.mode === "live"));
  await Promise.all(worlds.map(({ adapter }) => adapter.close()));
});

Deno.test("MAL-5: an address elsewhere is not opened, whoever made the settings", async () => {
  await assert.rejects(opened({ simulator: { ...SIMULATOR, rest: "http://192.0.2.1" } }));
});
