import assert from "node:assert/strict";
import type { IbClient } from "./client.ts";
import { loadIbClient } from "./stoqey.ts";
import { EventLog, frame, joined, Peer } from "./tws_peer_fixture_test.ts";

const open = await loadIbClient();
/** The library's limiter holds a timer for each message it wrote, this long. */
const LIMITER_MS = 130;
const OPTION = [700001, "AAPL", "OPT", "20261218", 250, "C", 100] as const;

async function connected(
  work: (rig: { peer: Peer; log: EventLog; client: IbClient }) => Promise<void>,
  log = new EventLog(),
  version = 178,
): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const address = { host: "127.0.0.1", port: listener.addr.port, clientId: 12 };
  const client = open(address, log.events);
  const peer = new Peer(await accepted);
  try {
    await peer.handshake(version);
    await log.seen("nextValidId");
    await work({ peer, log, client });
  } finally {
    client.close();
    peer.close();
    listener.close();
    await new Promise((resolve) => setTimeout(resolve, LIMITER_MS));
  }
}

Deno.test("the handshake names the fixed client id and is ready with nextValidId", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const log = new EventLog();
  const client = open({ host: "127.0.0.1", port: listener.addr.port, clientId: 12 }, log.events);
  const peer = new Peer(await accepted);
  assert.equal(await peer.greeting(), "v100..193");
  await peer.write(frame(178, "20261120 14:46:05 EST"));
  assert.deepEqual(await peer.request(), ["71", "2", "12", ""]);
  await peer.write(joined(frame(15, 1, "DU1234567,DU7654321,"), frame(9, 1, 5)));
  await log.seen("nextValidId 5");
  assert.deepEqual(log.lines.slice(0, 2), [
    "connected 178",
    `managedAccounts ["DU1234567","DU7654321"]`,
  ]);
  client.close();
  assert.equal(await peer.request(), null, "the socket is closed");
  peer.close();
  listener.close();
});

Deno.test("a peer that never answers the handshake is let go of by close", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  const log = new EventLog();
  const client = open({ host: "127.0.0.1", port: listener.addr.port, clientId: 12 }, log.events);
  const peer = new Peer(await accepted);
  await peer.greeting();
  client.close();
  assert.equal(await peer.request(), null);
  assert.deepEqual(log.lines, []);
  peer.close();
  listener.close();
});

Deno.test("502: a port where nobody listens is a notice, and closed once", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const log = new EventLog();
  open({ host: "127.0.0.1", port, clientId: 12 }, log.events);
  await log.seen("closed");
  assert.match(log.lines[0], /^notice \{"id":-1,"code":502/);
  assert.equal(log.lines.length, 2);
});

for (const [version, code] of [[194, 506], [150, 503]]) {
  Deno.test(`${code}: server version ${version} is refused in words`, async () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const accepted = listener.accept();
    const log = new EventLog();
    const client = open({ host: "127.0.0.1", port: listener.addr.port, clientId: 1 }, log.events);
    const peer = new Peer(await accepted);
    await peer.greeting();
    await peer.write(frame(version, "20261120 14:46:05 EST"));
    await log.seen("closed");
    assert.match(log.lines[0], new RegExp(`^notice .*"code":${code}.*${version}`));
    client.close();
    peer.close();
    listener.close();
    await new Promise((resolve) => setTimeout(resolve, LIMITER_MS));
  });
}

Deno.test("codes of id -1 and of a request both come as notices", async () => {
  await connected(async ({ peer, log }) => {
    await peer.write(joined(
      frame(4, 2, -1, 2104, "Market data farm connection is OK:usfarm", ""),
      frame(4, 2, -1, 1100, "Connectivity lost", ""),
      frame(4, 2, 1000007, 354, "Not subscribed \\u00e9", ""),
    ));
    await log.seen(`notice {"id":1000007,"code":354,"text":"Not subscribed é"}`);
    await log.seen(`notice {"id":-1,"code":2104`);
    await log.seen(`notice {"id":-1,"code":1100`);
  });
});

Deno.test("a reject text that is no JSON costs only its own message's details", async () => {
  await connected(async ({ peer, log }) => {
    await peer.write(joined(
      frame(4, 2, 77, 201, "Order rejected", "{not json"),
      frame(49, 1, 1700000000),
      frame(4, 2, 78, 201, "Order rejected", '{"a":1}'),
    ));
    await log.seen(`notice {"id":78`);
    assert.equal(log.lines.filter((line) => line.startsWith("undecoded")).length, 1);
    assert.ok(log.lines.includes("currentTime 1700000000"));
    assert.ok(log.lines.includes(`notice {"id":77,"code":201,"text":"Order rejected"}`));
  });
});

Deno.test("507: a frame length that is none ends the connection, not the process", async () => {
  for (const length of [0xfffffffc, 0xffffffff, 0]) {
    await connected(async ({ peer, log, client }) => {
      const bytes = joined(frame(49, 1, 5), frame(49, 1, 6), frame(49, 1, 7));
      new DataView(bytes.buffer).setUint32(frame(49, 1, 5).length, length);
      await peer.write(bytes);
      await log.seen("closed");
      assert.match(log.lines[log.lines.length - 2], /"code":507/);
      assert.ok(log.lines.includes("currentTime 5"));
      client.close();
      assert.equal(await peer.request(), null);
    });
  }
});

Deno.test("R34: a message with unknown trailing fields is set aside, others go on", async () => {
  await connected(async ({ peer, log }) => {
    await peer.write(joined(
      frame(1, 6, 1000001, 1, "10.5", 3, 0, "new field"),
      frame(1, 6, 1000001, 2, "10.6", 3, 0),
      frame(250, 1, "what is this", "DU1234567"),
      frame(61, 3, "DU1234567"),
      frame(62, 1, "DU1234567", "more"),
      frame(49, 1, 5),
    ));
    await log.seen("currentTime 5");
    const undecoded = log.lines.filter((line) => line.startsWith("undecoded"));
    assert.equal(undecoded.length, 4, undecoded.join("\n"));
    assert.match(undecoded[0], /1\|6\|1000001\|1\|10\.5\|3\|0\|new field/);
    assert.match(undecoded[1], /••••4567/);
    assert.ok(!undecoded.join().includes("DU1234567"));
    assert.deepEqual(log.lines.filter((line) => line.startsWith("tickPrice")), [
      "tickPrice 1000001 2 10.6",
    ]);
  });
});

Deno.test("R35: an empty text where a number belongs is absent and counted", async () => {
  await connected(async ({ peer, log }) => {
    await peer.write(joined(
      frame(1, 6, 1000001, 1, "", 3, 0),
      frame(1, 6, 1000001, 2, "0", 3, 0),
      frame(1, 6, 1000001, 4, "abc", "", 0),
      frame(94, 1000002, "", "0", "1.7976931348623157E308"),
      frame(61, 3, "DU1", ...OPTION, "", "USD", "X", "AAPL", "", "5"),
      frame(61, 3, "DU1", ...OPTION, "", "USD", "X", "AAPL", "2", ""),
      frame(49, 1, 5),
    ));
    await log.seen("currentTime 5");
    const lines = log.lines.filter((line) => !line.startsWith("tickSize"));
    assert.deepEqual(lines.slice(3, 9), [
      "tickPrice 1000001 1 NaN",
      `blank 1 "1"`,
      "tickPrice 1000001 2 0",
      "tickPrice 1000001 4 NaN",
      `blank 1 "1"`,
      `pnl 1000002 {"daily":null,"unrealized":0,"realized":null}`,
    ]);
    assert.match(lines.find((line) => line.startsWith("position")) ?? "", / 2 null$/);
    assert.equal(lines.filter((line) => line.startsWith("undecoded")).length, 1);
  });
});

Deno.test("sentinels of prices and computations are absent, a zero stays", async () => {
  await connected(async ({ peer, log }) => {
    await peer.write(joined(
      frame(1, 6, 1000001, 1, "-1", 0, 0),
      frame(21, 1000001, 13, 0, -1, -2, -1, -1, -2, -2, -2, -1),
      frame(21, 1000001, 10, 0, "0.25", "0", "1.5", "0", "0.01", "0.1", "-0.05", "231.5"),
      frame(21, 1000001, 11, 0, "1.7976931348623157E308", "", "Infinity", 0, 0, 0, 0, 5),
    ));
    await log.seen("tickOptionComputation 1000001 11");
    assert.ok(log.lines.includes("tickPrice 1000001 1 NaN"));
    assert.ok(log.lines.includes("tickSize 1000001 0 0"));
    const computations = log.lines.filter((line) => line.startsWith("tickOption"))
      .map((line) => line.split(" ").slice(2).join(" "));
    assert.deepEqual(computations, [
      "13 NaN NaN NaN NaN NaN NaN NaN NaN",
      "10 0.25 0 1.5 0 0.01 0.1 -0.05 231.5",
      "11 NaN NaN NaN 0 0 0 0 5",
    ]);
  });
});

Deno.test("a listener that throws ends nothing; its message counts as lost", async () => {
  await connected(async ({ peer, log }) => {
    await peer.write(joined(frame(1, 6, 1000001, 1, "10.5", 3, 0), frame(49, 1, 5)));
    await log.seen("currentTime 5");
    assert.match(await log.seen("undecoded"), /tickPrice of the test/);
  }, new EventLog("tickPrice"));
});

Deno.test("frames cut anywhere come whole, at 178 and at 193", async () => {
  for (const version of [178, 193]) {
    await connected(
      async ({ peer, log }) => {
        const details = version < 182 ? ["20261218 16:00:00 US/Eastern"] : ["20261218", "20261218"];
        const tail = version < 186 ? [] : [0];
        const bytes = joined(
          // deno-fmt-ignore
          frame(10, 1000003, "AAPL", "OPT", ...details, 250, "C", "SMART", "USD",
          "AAPL  261218C00250000", "AAPL", "AAPL", 700001, "0.01", 100, "LMT", "SMART,CBOE",
          1, 265598, "APPLE INC", "", "202612", "", "", "", "US/Eastern", "", "", "", 0, 0, 1,
          "AAPL", "STK", "32,109", "20261218", "", 1, 1, 1, ...tail),
          frame(52, 1, 1000003),
          frame(59, 1, "0001.01.01", "1.05", "USD", "1.7976931348623157E308", "", ""),
        );
        for (let at = 0; at < bytes.length; at += 37) await peer.write(bytes.slice(at, at + 37));
        const commission = await log.seen("commission");
        assert.match(commission, /"commission":1.05,"currency":"USD","realizedPnl":null/);
        const line = await log.seen("contractDetails 1000003");
        assert.match(line, /"conId":700001,.*"lastTradeDate":"20261218/);
        assert.match(line, /"marketRuleIds":\[32,109\]/);
        assert.equal(log.lines.filter((one) => one.startsWith("undecoded")).length, 0);
      },
      new EventLog(),
      version,
    );
  }
});

Deno.test("the library needs the network to one host, and nothing else", {
  permissions: {
    net: ["127.0.0.1"],
    read: false,
    env: false,
    run: false,
    write: false,
    sys: false,
  },
}, async () => {
  await connected(async ({ peer, client }) => {
    client.reqMarketData(1_000_001, { conId: 265598, exchange: "SMART" }, "100,101");
    // deno-fmt-ignore
    assert.deepEqual(await peer.request(), ["1", "11", "1000001", "265598", "", "", "", "", "",
      "", "SMART", "", "", "", "", "0", "100,101", "0", "0", ""]);
  });
});

Deno.test("requests go out in their order and at once, and none after close", async () => {
  await connected(async ({ peer, client }) => {
    client.reqCurrentTime();
    client.reqPnlSingle(1_000_001, "DU1", 700001);
    client.reqExecutions(1_000_002, { since: "20261120-00:00:00" });
    assert.deepEqual(await peer.request(), ["49", "1"]);
    assert.deepEqual(await peer.request(), ["94", "1000001", "DU1", "", "700001"]);
    assert.deepEqual((await peer.request())?.slice(0, 6), [
      "7",
      "3",
      "1000002",
      "",
      "",
      "20261120-00:00:00",
    ]);
    client.close();
    client.close();
    client.reqCurrentTime();
    assert.equal(await peer.request(), null);
  });
});

Deno.test("a host that the desk may not reach is a failed connection, not an exception", {
  permissions: { net: ["127.0.0.2"] },
}, async () => {
  const log = new EventLog();
  const client = open({ host: "127.0.0.1", port: 4001, clientId: 12 }, log.events);
  await log.seen("closed");
  client.close();
  assert.equal(log.lines.filter((line) => line.startsWith("closed")).length, 1);
});

Deno.test("a port that is none fails, told after the client was given", async () => {
  const log = new EventLog();
  open({ host: "127.0.0.1", port: 99_999, clientId: 12 }, log.events);
  assert.deepEqual(log.lines, []);
  assert.match(await log.seen("closed"), /port/i);
});
