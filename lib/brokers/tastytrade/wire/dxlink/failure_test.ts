import assert from "node:assert/strict";
import { wordsOfClose } from "./failure.ts";

Deno.test("failure: the end of a connection is told in words for people", () => {
  const refused = "NetworkError: failed to connect to WebSocket: Invalid status code: 503";
  const told = [
    wordsOfClose(1006, refused, false),
    wordsOfClose(1006, "invalid peer certificate: UnknownIssuer", false),
    wordsOfClose(1006, "Connection refused (os error 111)", false),
    wordsOfClose(1006, "Unexpected EOF", true),
    wordsOfClose(1001, "", true),
    wordsOfClose(1008, "token expired", true),
  ];

  assert.deepEqual(told, [
    "the feed answered HTTP 503 instead of a connection",
    "the feed cannot prove who it is: its certificate is not trusted",
    "no connection to the feed; check the network",
    "the connection to the feed broke",
    "the feed closed the connection (1001)",
    "token expired",
  ]);
});
