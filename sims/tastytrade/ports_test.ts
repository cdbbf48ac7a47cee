import assert from "node:assert/strict";
import { MemoryRig } from "./memory_rig.ts";
import { httpOf, socketsOf } from "./ports.ts";

const GET = { method: "GET", headers: { "User-Agent": "t/1" }, body: null } as const;
const CUSTOMER = "https://api.example.test/customers/me";

Deno.test("the HTTP port answers for any host, and names a lost connection", async () => {
  const rig = new MemoryRig();
  const http = httpOf(rig.sim);
  const authorization = `Bearer ${await rig.accessToken()}`;
  const headers = { ...GET.headers, Authorization: authorization };
  const signal = new AbortController().signal;
  const url = "https://api.example.test/instruments/futures/%2FESM5?x=1";
  const reply = await http.send({ ...GET, headers, url }, signal);
  assert.ok(reply.ok);
  assert.equal(reply.value.status, 200);
  assert.match(reply.value.header("content-type") ?? "", /json/);
  assert.equal(JSON.parse(reply.value.text).context, "/instruments/futures//ESM5");
  rig.sim.inject({ on: "rest", do: "drop", when: { times: 1 } });
  assert.deepEqual(await http.send({ ...GET, headers, url }, signal), {
    ok: false,
    error: "unreachable",
  });
  rig.close();
});

Deno.test("an aborted request of the HTTP port is canceled though the server is mute", async () => {
  const rig = new MemoryRig({ faults: { faults: [{ on: "rest", do: "mute" }] } });
  const abort = new AbortController();
  const answer = httpOf(rig.sim).send({ ...GET, url: CUSTOMER }, abort.signal);
  abort.abort();
  assert.deepEqual(await answer, { ok: false, error: "canceled" });
  rig.close();
});

Deno.test("the WebSocket port tells nothing before it returns and nothing after a close", () => {
  const rig = new MemoryRig();
  const told: string[] = [];
  const events = {
    opened: () => void told.push("opened"),
    text: (message: string) => void told.push(JSON.parse(message).type),
    binary: () => {},
    closed: ({ code }: { code: number }) => void told.push(String(code)),
  };
  const sockets = socketsOf(rig.sim);
  const connect = () => {
    const socket = sockets.connect("wss://feed.example.test/dxlink/realtime", events);
    assert.ok(socket.ok);
    return socket.value;
  };
  const setup = JSON.stringify({ type: "SETUP", channel: 0, version: "0.1-t/1" });
  const first = connect();
  assert.deepEqual([told.length, first.send(setup).ok], [0, false]);
  rig.advance(1);
  assert.equal(first.send(setup).ok, true);
  rig.advance(1);
  assert.deepEqual(told, ["opened", "SETUP", "AUTH_STATE"]);
  first.close(1000, "");
  rig.advance(1);
  assert.equal(told.length, 3);
  assert.equal(rig.sim.openCount("dxlink"), 0);
  rig.sim.inject({ on: "dxlink", do: "refuse" });
  connect();
  rig.advance(1);
  assert.deepEqual(told.slice(3), ["1006"]);
  assert.equal(sockets.connect("https://x.test/", events).ok, false);
  rig.close();
});
