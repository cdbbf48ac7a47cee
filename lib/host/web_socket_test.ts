import assert from "node:assert/strict";
import { present } from "../base/assert.ts";
import type { SocketClosing } from "../ports/web_socket.ts";
import { realSockets } from "./web_socket.ts";

type Served = (socket: WebSocket) => void;

async function withServer(served: Served, run: (url: string) => Promise<void>): Promise<void> {
  const open = new Set<WebSocket>();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    if (request.headers.get("upgrade") !== "websocket") return new Response("<html>log in</html>");
    const { socket, response } = Deno.upgradeWebSocket(request);
    open.add(socket);
    socket.onclose = () => void open.delete(socket);
    socket.onopen = () => served(socket);
    return response;
  });
  try {
    await run(`ws://127.0.0.1:${server.addr.port}/`);
  } finally {
    for (const socket of open) if (socket.readyState === WebSocket.OPEN) socket.close();
    await server.shutdown();
  }
}

function recorder() {
  const log: string[] = [];
  const end = Promise.withResolvers<SocketClosing>();
  const events = {
    opened: () => void log.push("opened"),
    text: (message: string) => void log.push(message),
    binary: (bytes: number) => void log.push(`binary ${bytes}`),
    closed: (closing: SocketClosing) => {
      log.push("closed");
      end.resolve(closing);
    },
  };
  return { log, end: end.promise, events };
}

Deno.test("web socket: text, binary and the close code come through in order", async () => {
  await withServer((socket) => {
    socket.send("a");
    socket.send(new Uint8Array(3));
    socket.close(4001, "limit");
  }, async (url) => {
    const { log, end, events } = recorder();
    assert.ok(realSockets.connect(url, events).ok);
    assert.deepEqual(log, []);

    const closing = await end;

    assert.deepEqual(log, ["opened", "a", "binary 3", "closed"]);
    assert.deepEqual(closing, { code: 4001, reason: "limit" });
  });
});

Deno.test("web socket: messages go out between the opening and the end only", async () => {
  const got = Promise.withResolvers<string>();
  await withServer((socket) => {
    socket.onmessage = ({ data }) => {
      got.resolve(String(data));
      socket.close();
    };
  }, async (url) => {
    const { end, events } = recorder();
    const opened = Promise.withResolvers<void>();
    const connected = realSockets.connect(url, { ...events, opened: () => opened.resolve() });
    const socket = present(connected.ok ? connected.value : null, "socket");
    assert.equal(socket.send("early").ok, false);

    await opened.promise;
    assert.ok(socket.send("hello").ok);

    assert.equal(await got.promise, "hello");
    await end;
    assert.equal(socket.send("late").ok, false);
    socket.close(1000, "");
  });
});

Deno.test("web socket: a refused connection is one abnormal end", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const { log, end, events } = recorder();

  assert.ok(realSockets.connect(`ws://127.0.0.1:${port}/`, events).ok);

  assert.equal((await end).code, 1006);
  assert.deepEqual(log, ["closed"]);
});

Deno.test("web socket: an address of another kind is refused at once", () => {
  const { log, events } = recorder();
  for (const url of ["https://example.com/", "nonsense", "file:///etc/passwd", "ws://"]) {
    assert.deepEqual(realSockets.connect(url, events), { ok: false, error: "badUrl" });
  }
  assert.deepEqual(log, []);
});

Deno.test({
  name: "MAL-8: an address that the permissions do not name fails and throws nothing",
  permissions: { net: ["127.0.0.1:9001"] },
  fn: () => {
    const events = { opened() {}, text() {}, binary() {}, closed() {} };

    assert.deepEqual(realSockets.connect("wss://broker.invalid/feed", events), {
      ok: false,
      error: "badUrl",
    });
    assert.equal(realSockets.connect("ws://127.0.0.1:9002/feed", events).ok, false);
  },
});
