import assert from "node:assert/strict";
import type { Fault } from "./faults/script.ts";
import { type HandClient, MemoryRig } from "./memory_rig.ts";

const FIELDS = ["eventSymbol", "bidPrice", "askPrice"];
const SETUP = { acceptDataFormat: "COMPACT", acceptEventFields: { Quote: FIELDS } };

function run(faults: Fault[], ms = 20_000, seed = 1): { rig: MemoryRig; client: HandClient } {
  const rig = new MemoryRig({ seed, faults: { seed, faults } });
  const client = rig.feed(SETUP);
  const add = ["SPY", "QQQ"].map((symbol) => ({ type: "Quote", symbol }));
  client.send({ type: "FEED_SUBSCRIPTION", channel: 1, add });
  rig.advance(ms);
  return { rig, client };
}

Deno.test("muted, a server sends nothing and its connection stays; then it goes on", () => {
  const when = { afterMs: 5000, forMs: 10_000 };
  const { rig, client } = run([{ on: "dxlink", do: "mute", when }], 5000);
  client.texts.length = 0;
  rig.advance(9900);
  assert.deepEqual([client.texts.length, client.isOpen], [0, true]);
  rig.advance(2000);
  assert.ok(client.ofType("FEED_DATA").length > 0);
  rig.close();
});

Deno.test("a drop at byte N ends the connection inside the frame that holds it", () => {
  const { rig, client } = run([{ on: "dxlink", do: "drop", byte: 700 }]);
  const bytes = client.texts.join("").length;
  assert.ok(bytes <= 700 && bytes > 300, String(bytes));
  assert.deepEqual(client.closes, [{ code: 1006, reason: "", wasClean: false }]);
  const again = rig.feed(SETUP);
  rig.advance(5000);
  assert.equal(again.isOpen, true, "it happens once");
  rig.close();
});

Deno.test("a drop at an instant ends the connections of that moment alone", () => {
  const { rig, client } = run([{ on: "dxlink", do: "drop", code: 1012, when: { afterMs: 3000 } }]);
  assert.deepEqual(client.closes.map((one) => [one.code, one.wasClean]), [[1012, true]]);
  const after = rig.feed(SETUP);
  rig.advance(5000);
  assert.equal(after.isOpen, true);
  rig.close();
});

Deno.test("the second connection is refused while the first lives", () => {
  const { rig } = run([{ on: "dxlink", do: "refuse", when: { connection: 2 } }]);
  const second = rig.dxlink();
  assert.deepEqual([second.isOpen, second.closes[0].code], [false, 1006]);
  assert.equal(rig.dxlink().isOpen, true);
  rig.close();
  const limited = new MemoryRig({ dxlink: { connectionsMax: 1 } });
  const first = limited.dxlink();
  assert.equal(limited.dxlink().isOpen, false);
  first.close();
  limited.advance(1);
  assert.equal(limited.dxlink().isOpen, true);
  limited.close();
});

Deno.test("fields that are trimmed or reordered are announced before data has them so", () => {
  const trim = { type: "Quote", fields: ["askPrice"], when: { afterMs: 5000 } };
  const reorder = { type: "Quote", when: { afterMs: 10_000 } };
  const { rig, client } = run([
    { on: "dxlink", do: "trimFields", ...trim },
    { on: "dxlink", do: "reorderFields", ...reorder },
  ]);
  const configs = client.ofType("FEED_CONFIG").map((one) =>
    (one.eventFields as Record<string, string[]>).Quote
  );
  assert.deepEqual(configs, [FIELDS, ["eventSymbol", "bidPrice"], ["bidPrice", "eventSymbol"]]);
  let fields = FIELDS;
  for (const message of client.messages()) {
    if (message.type === "FEED_CONFIG") {
      fields = (message.eventFields as Record<string, string[]>).Quote;
    }
    if (message.type !== "FEED_DATA") continue;
    const values = (message.data as unknown[])[1] as unknown[];
    assert.equal(values.length % fields.length, 0);
    assert.equal(typeof values[fields.indexOf("eventSymbol")], "string");
  }
  rig.close();
});

Deno.test("the format switches in mid-session, said by a FEED_CONFIG of its own", () => {
  const { rig, client } = run([
    { on: "dxlink", do: "switchFormat", format: "FULL", when: { afterMs: 5000, forMs: 5000 } },
  ]);
  const formats = client.ofType("FEED_CONFIG").map((one) => one.dataFormat);
  assert.deepEqual(formats, ["COMPACT", "FULL", "COMPACT"]);
  let format = "";
  for (const message of client.messages()) {
    if (message.type === "FEED_CONFIG") format = message.dataFormat as string;
    if (message.type !== "FEED_DATA") continue;
    const isFull = typeof (message.data as unknown[])[0] === "object";
    assert.equal(isFull, format === "FULL");
  }
  rig.close();
});

Deno.test("frames are doubled, swapped, damaged and delayed by the same seed alike", () => {
  const when = { share: 0.3 };
  const faults: Fault[] = [
    { on: "dxlink", do: "duplicate", when },
    { on: "dxlink", do: "reorder", when },
    { on: "dxlink", do: "malformed", when: { share: 0.1 } },
    { on: "dxlink", do: "slow", latencyMs: 20, jitterMs: 200 },
  ];
  const texts = (seed: number) => {
    const { rig, client } = run(faults, 20_000, seed);
    rig.close();
    return client.texts;
  };
  const [first, again, other] = [texts(3), texts(3), texts(4)];
  assert.deepEqual(first, again);
  assert.notDeepEqual(first, other);
  assert.ok(new Set(first).size < first.length, "some came twice");
  assert.ok(first.some((text) => !isJson(text)), "some are damaged");
});

Deno.test("values are put into events: NaN, null for absent, huge, crossed", () => {
  const override = (field: string, value: string | number | null): Fault => ({
    on: "dxlink",
    do: "override",
    type: "Quote",
    symbol: "SPY",
    field,
    value,
  });
  const { rig, client } = run([override("bidPrice", "NaN"), override("askPrice", null)], 1000);
  const values = client.ofType("FEED_DATA").flatMap((one) =>
    (one.data as unknown[])[1] as unknown[]
  );
  const at = values.indexOf("SPY");
  assert.deepEqual(values.slice(at, at + 3), ["SPY", "NaN", null]);
  assert.equal(typeof values[values.indexOf("QQQ") + 1], "number");
  rig.close();
});

Deno.test("channels close, errors come and tokens end when the script says", () => {
  const { rig, client } = run([
    { on: "dxlink", do: "error", error: "UNKNOWN", message: "x", when: { afterMs: 1000 } },
    { on: "dxlink", do: "closeChannel", when: { afterMs: 2000 } },
    { on: "tokens", do: "expireQuote", when: { afterMs: 3000 } },
  ]);
  const kinds = client.messages().map((one) => one.state ?? one.error ?? one.type);
  const tail = kinds.slice(kinds.indexOf("UNKNOWN"))
    .filter((kind) => kind !== "FEED_DATA" && kind !== "KEEPALIVE");
  assert.deepEqual(tail, ["UNKNOWN", "CHANNEL_CLOSED", "UNAUTHORIZED"]);
  rig.close();
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
