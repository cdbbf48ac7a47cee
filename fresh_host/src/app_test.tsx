import assert from "node:assert/strict";
import { App, attachSnapshot } from "./app.ts";
import type { Context, PageProps } from "./context.ts";
import { HttpError } from "./error.ts";
import type { FsRoute } from "./snapshot.ts";
import { page } from "./handlers.ts";

interface State {
  trace: string[];
}

function get(app: App<State>, path: string, init?: RequestInit): Promise<Response> {
  return app.handler()(new Request(`http://localhost${path}`, init));
}

async function text(app: App<State>, path: string, init?: RequestInit): Promise<string> {
  return await (await get(app, path, init)).text();
}

/** An app with these files in `routes/`. */
function withFiles(app: App<State>, files: readonly FsRoute[]): App<State> {
  const snapshot = { buildId: "t", routes: files, islands: new Map(), staticFiles: new Map() };
  attachSnapshot(app, snapshot, { root: "/nowhere", mode: "production" });
  return app;
}

const tracer = (name: string) => (ctx: { state: State; next(): Promise<Response> }) => {
  ctx.state.trace = [...ctx.state.trace ?? [], name];
  return ctx.next();
};

Deno.test("middlewares run from the root down in the order of their registration", async () => {
  const app = new App<State>()
    .use(tracer("root 1"), tracer("root 2"))
    .use("/a", tracer("a"))
    .use("/a/b", tracer("a/b"))
    .use("/other", tracer("other"))
    .get("/a/b/c", (ctx) => ctx.text(ctx.state.trace.join(", ")));

  assert.equal(await text(app, "/a/b/c"), "root 1, root 2, a, a/b");
});

Deno.test("a route has the middlewares that were there when it was registered", async () => {
  const app = new App<State>()
    .use(tracer("before"))
    .get("/early", (ctx) => ctx.text(ctx.state.trace.join(", ")))
    .use(tracer("after"))
    .get("/late", (ctx) => ctx.text(ctx.state.trace.join(", ")));

  assert.equal(await text(app, "/early"), "before");
  assert.equal(await text(app, "/late"), "before, after");
});

Deno.test("a route before fsRoutes has no middleware or error page of the files", async () => {
  const boom = () => {
    throw new HttpError(418, "boom");
  };
  const app = withFiles(new App<State>().get("/early", boom).fsRoutes().get("/late", boom), [
    { kind: "middleware", id: "/_middleware", module: { default: tracer("file") } },
    { kind: "error", id: "/_error", module: { handler: () => new Response("error page") } },
  ]);

  assert.equal(await text(app, "/early"), "boom");
  assert.equal(await text(app, "/late"), "error page");
});

Deno.test("a middleware sees the answer of what comes after it", async () => {
  const app = new App<State>()
    .use(async (ctx) => {
      const response = await ctx.next();
      response.headers.set("x-seen", String(response.status));
      return response;
    })
    .get("/", (ctx) => ctx.text("x", { status: 201 }));

  assert.equal((await get(app, "/")).headers.get("x-seen"), "201");
});

Deno.test("concurrent requests do not share a chain", async () => {
  const app = new App<State>()
    .use(async (ctx) => {
      await Promise.resolve();
      ctx.state.trace = [ctx.url.search];
      return await ctx.next();
    })
    .get("/", async (ctx) => {
      await Promise.resolve();
      return ctx.text(ctx.state.trace.join());
    });
  const handler = app.handler();

  const answers = await Promise.all(
    Array.from(
      { length: 20 },
      async (_, i) => await (await handler(new Request(`http://localhost/?${i}`))).text(),
    ),
  );

  assert.deepEqual(answers, Array.from({ length: 20 }, (_, i) => `?${i}`));
});

Deno.test("exact routes win over patterns, patterns in the order of registration", async () => {
  const app = new App<State>()
    .get("/:any", (ctx) => ctx.text(`any ${ctx.params.any}`))
    .get("/:other", (ctx) => ctx.text("never"))
    .get("/exact", (ctx) => ctx.text("exact"))
    .get("/exact", (ctx) => ctx.text("second registration"))
    .get("/deep/:rest*", (ctx) => ctx.text(`rest ${ctx.params.rest}`))
    .get("/opt{/:id}?", (ctx) => ctx.text(`opt ${JSON.stringify(ctx.params.id)}`));

  assert.equal(await text(app, "/exact"), "exact");
  assert.equal(await text(app, "/x%20y"), "any x y");
  assert.equal(await text(app, "/deep/a/b"), "rest a/b");
  assert.equal(await text(app, "/opt/7"), 'opt "7"');
});

Deno.test("exact routes match with and without a slash at the end", async () => {
  const app = new App<State>()
    .get("/plain", (ctx) => ctx.text("plain"))
    .get("/slash/", (ctx) => ctx.text("slash"));

  assert.equal(await text(app, "/plain/"), "plain");
  assert.equal(await text(app, "/slash"), "slash");
});

Deno.test("duplicate slashes in a path collapse", async () => {
  const app = new App<State>().get("/a/b", (ctx) => ctx.text(ctx.url.pathname));

  assert.equal(await text(app, "//a///b"), "/a/b");
});

Deno.test("a parameter that is not UTF-8 is a bad request", async () => {
  const app = new App<State>().get("/:name", (ctx) => ctx.text(ctx.params.name));

  assert.equal((await get(app, "/%E0%A4%A")).status, 400);
});

Deno.test("HEAD is answered by GET without its body", async () => {
  const app = new App<State>().get("/", (ctx) => ctx.text("body", { headers: { "x-a": "1" } }));

  const response = await get(app, "/", { method: "HEAD" });

  assert.equal(response.status, 200);
  assert.equal(response.headers.get("x-a"), "1");
  assert.equal(await response.text(), "");
});

Deno.test("OPTIONS lists the methods of a path, another method is not allowed", async () => {
  const app = new App<State>().get("/", () => new Response()).post("/", () => new Response());

  const options = await get(app, "/", { method: "OPTIONS" });
  const put = await get(app, "/", { method: "PUT" });

  assert.equal(options.status, 204);
  assert.equal(options.headers.get("allow"), "GET, POST");
  assert.equal(put.status, 405);
  assert.equal(await put.text(), "Method Not Allowed");
});

Deno.test("middlewares of the root see requests that no route answers", async () => {
  const app = new App<State>().use(async (ctx) => {
    try {
      return await ctx.next();
    } catch (error) {
      return ctx.text(error instanceof HttpError ? `caught ${error.status}` : "other");
    }
  }).post("/post", () => new Response());

  assert.equal(await text(app, "/nowhere"), "caught 404");
  assert.equal(await text(app, "/post"), "caught 405");
});

Deno.test("errors reach the nearest error route, 404 the one for unknown paths", async () => {
  const app = new App<State>()
    .onError("*", (ctx) => ctx.text(`root ${String(ctx.error)}`, { status: 500 }))
    .onError("/a", (ctx) => ctx.text(`a ${String(ctx.error)}`, { status: 500 }))
    .notFound((ctx) => ctx.text(`nothing at ${ctx.url.pathname}`, { status: 404 }))
    .get("/b", () => {
      throw new HttpError(503, "b is down");
    })
    .get("/a/x", () => {
      throw new Error("x broke");
    })
    .get("/a/gone", () => {
      throw new HttpError(404);
    });

  assert.equal(await text(app, "/b"), "root HttpError: b is down");
  assert.equal(await text(app, "/a/x"), "a Error: x broke");
  assert.equal(await text(app, "/a/gone"), "nothing at /a/gone");
  assert.equal(await text(app, "/unknown"), "nothing at /unknown");
});

Deno.test("an error page answers with the status of the error unless it names one", async () => {
  const app = new App<State>()
    .onError("*", { component: ({ error }: PageProps) => <p>{String(error)}</p> })
    .get("/teapot", () => {
      throw new HttpError(418, "short");
    })
    .get("/broken", () => {
      throw new Error("broken");
    });

  const teapot = await get(app, "/teapot");

  assert.equal(teapot.status, 418);
  assert.match(await teapot.text(), /<p>HttpError: short<\/p>/);
  assert.equal((await get(app, "/broken")).status, 500);
});

Deno.test("file routes: app, layouts, groups and async components wrap the page", async () => {
  const app = withFiles(new App<State>().fsRoutes(), [
    {
      kind: "app",
      id: "/_app",
      module: {
        default: ({ Component }: Parts) => (
          <body id="app">
            <Component />
          </body>
        ),
      },
    },
    {
      kind: "layout",
      id: "/_layout",
      module: {
        default: async ({ Component }: Parts) =>
          await (
            <main>
              <Component />
            </main>
          ),
      },
    },
    {
      kind: "layout",
      id: "/(g)/_layout",
      module: {
        default: ({ Component }: Parts) => (
          <section>
            <Component />
          </section>
        ),
      },
    },
    {
      kind: "layout",
      id: "/bare/_layout",
      module: {
        config: { skipInheritedLayouts: true, skipAppWrapper: true },
        default: ({ Component }: Parts) => (
          <nav>
            <Component />
          </nav>
        ),
      },
    },
    {
      kind: "route",
      id: "/(g)/page",
      module: () => Promise.resolve({ default: async () => await <p>page</p> }),
    },
    {
      kind: "route",
      id: "/bare/index",
      module: () => Promise.resolve({ default: () => <p>bare</p> }),
    },
  ]);

  assert.match(
    await text(app, "/page"),
    /<body id="app"><main><section><p>page<\/p><\/section><\/main><\/body>/,
  );
  assert.match(await text(app, "/bare"), /<body><nav><p>bare<\/p><\/nav><\/body>/);
});

interface Parts {
  Component: () => null;
}

Deno.test("file routes: handlers give data, status and headers to the page", async () => {
  const app = withFiles(new App<State>().fsRoutes(), [{
    kind: "route",
    id: "/[id]",
    module: () =>
      Promise.resolve({
        handler: {
          POST: () => page({ n: 5 }, { status: 201, headers: { "x-b": "2" } }),
          PUT: () => new Response("put"),
        },
        default: ({ data, params }: { data: { n?: number }; params: { id: string } }) => (
          <p>{params.id} {data.n}</p>
        ),
      }),
  }]);

  const post = await get(app, "/seven", { method: "POST" });

  assert.equal(post.status, 201);
  assert.equal(post.headers.get("x-b"), "2");
  assert.match(await post.text(), /<p>seven 5<\/p>/);
  assert.equal(await text(app, "/seven", { method: "PUT" }), "put");
  assert.match(await text(app, "/seven"), /<p>seven <\/p>/);
});

Deno.test("file routes: of two cookies in a page's headers the last stays", async () => {
  const headers = new Headers([["set-cookie", "a=1"], ["set-cookie", "b=2"]]);
  const module = () => Promise.resolve({ handler: { GET: () => page(null, { headers }) } });
  const app = withFiles(new App<State>().fsRoutes(), [{ kind: "route", id: "/", module }]);

  assert.deepEqual((await get(app, "/")).headers.getSetCookie(), ["b=2"]);
});

Deno.test("file routes: a method without handler is not found, as in Fresh 2.3.3", async () => {
  const app = withFiles(new App<State>().fsRoutes(), [{
    kind: "route",
    id: "/only-post",
    module: () => Promise.resolve({ handler: { POST: () => new Response("posted") } }),
  }]);

  assert.equal((await get(app, "/only-post")).status, 404);
  assert.equal(await text(app, "/only-post", { method: "POST" }), "posted");
});

Deno.test("file routes: a module without component and handler is refused", async () => {
  const app = withFiles(new App<State>().fsRoutes(), [
    { kind: "route", id: "/empty", module: () => Promise.resolve({ other: 1 }) },
  ]);
  const handler = app.onError("*", (ctx) => ctx.text(String(ctx.error))).handler();

  const response = await handler(new Request("http://localhost/empty"));

  assert.equal(response.status, 500);
});

Deno.test("lazy middlewares and routes are loaded once", async () => {
  let loads = 0;
  const app = new App<State>()
    .get("/m", () => {
      loads++;
      return Promise.resolve((ctx: Context<State>) => ctx.text("middleware"));
    })
    .route("/r", () => {
      loads++;
      return Promise.resolve({ component: () => <i>route</i> });
    });
  const handler = app.handler();

  for (const path of ["/m", "/m", "/r", "/r"]) {
    assert.equal((await handler(new Request(`http://localhost${path}`))).status, 200);
  }
  assert.equal(loads, 2);
});

Deno.test("a base path stands before every route", async () => {
  const app = new App<State>({ basePath: "/desk" })
    .get("/", (ctx) => ctx.text("root"))
    .get("/a", (ctx) => ctx.text("a"));

  assert.equal(await text(app, "/desk"), "root");
  assert.equal(await text(app, "/desk/a"), "a");
  assert.equal((await get(app, "/a")).status, 404);
});

Deno.test("forwarded headers count only when the proxy is trusted", async () => {
  const headers = { "x-forwarded-proto": "https", "x-forwarded-host": "desk.example" };
  const origin = (app: App<State>) => app.get("/", (ctx) => ctx.text(ctx.url.origin));

  assert.equal(await text(origin(new App()), "/", { headers }), "http://localhost");
  assert.equal(
    await text(origin(new App({ trustProxy: true })), "/", { headers }),
    "https://desk.example",
  );
});
