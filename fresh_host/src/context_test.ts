import assert from "node:assert/strict";
import { App } from "./app.ts";
import type { Context } from "./context.ts";

type Answer = (ctx: Context<unknown>) => Response | Promise<Response>;

function answerOf(answer: Answer, path = "/"): Promise<Response> {
  return new App().get("/", answer).handler()(new Request(`http://localhost${path}`));
}

/** Serves `app` on a free port of this machine while `run` uses it. */
async function serving(app: App<unknown>, run: (port: number) => Promise<void>): Promise<void> {
  const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
  const server = Deno.serve(options, app.handler());
  try {
    await run(server.addr.port);
  } finally {
    await server.shutdown();
  }
}

/** Sends `text` over a new WebSocket and answers the first message that comes back. */
function exchange(url: string, text: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = new WebSocket(url);
  let received = "";
  socket.onopen = () => socket.send(text);
  socket.onmessage = (event) => {
    received = String(event.data);
    socket.close(4001, "done");
  };
  socket.onerror = () => reject(new Error("the socket failed"));
  socket.onclose = () => resolve(received);
  return promise;
}

Deno.test("redirect: a path cannot lead to another site", async () => {
  const expected: Record<string, string> = {
    "/a/b": "/a/b",
    "//evil.example/x": "/evil.example/x",
    "/\\evil.example": "/evil.example",
    "///evil.example//y?next=//ok#//h": "/evil.example/y?next=//ok#//h",
    "https://good.example//x": "https://good.example//x",
  };

  for (const [target, location] of Object.entries(expected)) {
    const response = await answerOf((ctx) => ctx.redirect(target));
    assert.equal(response.status, 302);
    assert.equal(response.headers.get("location"), location);
  }
  assert.equal((await answerOf((ctx) => ctx.redirect("/", 303))).status, 303);
});

Deno.test("text, html and json answer with their content types", async () => {
  const html = await answerOf((ctx) => ctx.html("<b>x</b>", { status: 202 }));
  const json = await answerOf((ctx) => ctx.json({ a: [1] }));
  const text = await answerOf((ctx) => ctx.text("plain", { headers: { "x-a": "1" } }));

  assert.equal(html.status, 202);
  assert.equal(html.headers.get("content-type"), "text/html; charset=utf-8");
  assert.deepEqual(await json.json(), { a: [1] });
  assert.equal(text.headers.get("x-a"), "1");
  await html.body?.cancel();
  await text.body?.cancel();
});

Deno.test("stream sends texts and bytes of a generator one after the other", async () => {
  const response = await answerOf((ctx) =>
    ctx.stream<string | Uint8Array>(async function* () {
      yield "a ";
      await Promise.resolve();
      yield new TextEncoder().encode("é");
    })
  );

  assert.equal(await response.text(), "a é");
});

Deno.test("a handler sees the URL, parameters, pattern, state and connection", async () => {
  const app = new App<{ user: string }>()
    .use((ctx) => {
      ctx.state.user = "me";
      return ctx.next();
    })
    .get("/p/:id", (ctx) =>
      ctx.json({
        ...ctx.params,
        route: ctx.route,
        query: ctx.url.searchParams.get("q"),
        user: ctx.state.user,
        remote: ctx.info.remoteAddr.transport,
        mode: ctx.config.mode,
        isPartial: ctx.isPartial,
      }));

  const response = await app.handler()(new Request("http://localhost/p/7?q=x"));

  assert.deepEqual(await response.json(), {
    id: "7",
    route: "/p/:id",
    query: "x",
    user: "me",
    remote: "tcp",
    mode: "production",
    isPartial: false,
  });
});

Deno.test("upgrade: a request without upgrade is a bad request", async () => {
  const response = await answerOf((ctx) => ctx.upgrade({ message: () => {} }));

  assert.equal(response.status, 400);
  await response.body?.cancel();
});

Deno.test("upgrade: handlers are called for open, message and close", async () => {
  const calls: string[] = [];
  const closed = Promise.withResolvers<void>();
  const app = new App<unknown>().ws("/ws", {
    open: () => calls.push("open"),
    message: (socket, event) => socket.send(`echo ${event.data}`),
    close: (_socket, code, reason) => {
      calls.push(`close ${code} ${reason}`);
      closed.resolve();
    },
  });

  await serving(app, async (port) => {
    assert.equal(await exchange(`ws://127.0.0.1:${port}/ws`, "hi"), "echo hi");
    await closed.promise;
  });

  assert.deepEqual(calls, ["open", "close 4001 done"]);
});

Deno.test("upgrade: without handlers it gives the socket and the response", async () => {
  const app = new App<unknown>()
    .use(async (ctx) => {
      const response = await ctx.next();
      response.headers.set("x-after", "1");
      return response;
    })
    .get("/bare", (ctx) => {
      const { socket, response } = ctx.upgrade({ idleTimeout: 30 });
      socket.onmessage = (event) => socket.send(`bare ${event.data}`);
      return response;
    });

  await serving(app, async (port) => {
    assert.equal(await exchange(`ws://127.0.0.1:${port}/bare`, "hi"), "bare hi");
  });
});

Deno.test("upgrade: a middleware that refuses keeps the socket from opening", async () => {
  const app = new App<unknown>()
    .use((ctx) => ctx.text("no", { status: 403 }))
    .ws("/ws", { open: () => assert.fail("it opened") });

  await serving(app, async (port) => {
    await assert.rejects(exchange(`ws://127.0.0.1:${port}/ws`, "hi"));
  });
});
