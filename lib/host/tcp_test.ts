import assert from "node:assert/strict";
import { fail, ok } from "../base/result.ts";
import { realTcp } from "./tcp.ts";

const NEVER = new AbortController().signal;

Deno.test("tcp: something that listens is reached and let go of", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept();
  assert.deepEqual(await realTcp.reach("127.0.0.1", listener.addr.port, NEVER), ok(null));
  using connection = await accepted;
  assert.equal(await connection.read(new Uint8Array(1)), null, "nothing was sent");
  listener.close();

  assert.deepEqual(await realTcp.reach("127.0.0.1", listener.addr.port, NEVER), fail("refused"));
});

Deno.test("tcp: a name without an address is told apart from silence", async () => {
  assert.deepEqual(await realTcp.reach("no-such.invalid", 7497, NEVER), fail("unknownHost"));
  const abort = new AbortController();
  abort.abort();
  assert.deepEqual(await realTcp.reach("127.0.0.1", 9, abort.signal), fail("unreachable"));
});
