import assert from "node:assert/strict";
import { isWebSocketRequest } from "./web_socket_request.ts";

const WHOLE: Readonly<Record<string, string>> = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

function isTaken(headers: Record<string, string>, method = "GET"): boolean {
  return isWebSocketRequest(new Request("http://127.0.0.1/api/stream", { method, headers }));
}

Deno.test("WebSocket request: the whole handshake is taken, also with a list of tokens", () => {
  assert.equal(isTaken(WHOLE), true);
  assert.equal(
    isTaken({ ...WHOLE, connection: "keep-alive, Upgrade", upgrade: "WebSocket" }),
    true,
  );
});

Deno.test("MAL-2: a handshake that lacks or bends any part is not taken", () => {
  const changes: [string, string | null][] = [
    ["upgrade", null],
    ["upgrade", "h2c"],
    ["connection", null],
    ["connection", "keep-alive"],
    ["sec-websocket-key", null],
    ["sec-websocket-key", "short"],
    ["sec-websocket-version", null],
    ["sec-websocket-version", "8"],
  ];
  for (const [name, value] of changes) {
    const { [name]: _, ...others } = WHOLE;
    const headers = value === null ? others : { ...others, [name]: value };
    assert.equal(isTaken(headers), false, `${name}: ${value}`);
  }
  assert.equal(isTaken(WHOLE, "POST"), false);
});
