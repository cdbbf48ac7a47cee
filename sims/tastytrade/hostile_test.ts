import assert from "node:assert/strict";
import fc from "fast-check";
import { decodeClientMessage } from "./dxlink/codec.ts";
import { MemoryRig } from "./memory_rig.ts";
import { decodeStreamerMessage } from "./streamer/codec.ts";

const TYPES = ["SETUP", "AUTH", "CHANNEL_REQUEST", "FEED_SETUP", "FEED_SUBSCRIPTION", "ERROR"];

const message = fc.record({
  type: fc.oneof(fc.constantFrom(...TYPES), fc.jsonValue()),
  channel: fc.oneof(fc.integer(), fc.jsonValue()),
  add: fc.jsonValue(),
  remove: fc.jsonValue(),
  acceptEventFields: fc.jsonValue(),
  parameters: fc.jsonValue(),
}, { requiredKeys: [] });

const frame = fc.oneof(fc.string(), message.map((one) => JSON.stringify(one)));

Deno.test("no frame makes a decoder throw", () => {
  fc.assert(fc.property(frame, (text) => {
    assert.equal(typeof decodeClientMessage(text).ok, "boolean");
    assert.equal(typeof decodeStreamerMessage(text).ok, "boolean");
  }));
});

Deno.test("whatever a client sends, the feed goes on for the others", () => {
  fc.assert(
    fc.property(fc.array(frame, { maxLength: 20 }), (texts) => {
      const rig = new MemoryRig({ positions: 1 });
      const hostile = rig.feed();
      const other = rig.feed();
      for (const text of texts) hostile.send(text);
      const add = [{ type: "Quote", symbol: "SPY" }];
      other.send({ type: "FEED_SUBSCRIPTION", channel: 1, add });
      rig.advance(300);
      assert.ok(other.ofType("FEED_DATA").length > 0);
      rig.close();
      assert.equal(rig.time.pendingCount, 0);
    }),
    { numRuns: 25 },
  );
});

Deno.test("whatever path is asked for, there is an answer in the envelope or a page", async () => {
  const rig = new MemoryRig({ positions: 1 });
  const starts = ["/accounts/", "/instruments/", "/option-chains/", "/market-data/", "/"];
  const path = fc.tuple(fc.constantFrom(...starts), fc.string()).map(([head, tail]) => head + tail);
  await fc.assert(fc.asyncProperty(path, async (target) => {
    const reply = await rig.ask("GET", target);
    assert.ok([200, 400, 404].includes(reply.status), `${reply.status} ${target}`);
    const body = JSON.parse(reply.body);
    assert.ok("data" in body || "error" in body);
  }));
  rig.close();
});
