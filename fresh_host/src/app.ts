import { applyCommands, type Command } from "./commands.ts";
import { setBuildId } from "./build_id.ts";
import type { FreshConfig, ResolvedFreshConfig } from "./config.ts";
import {
  Context,
  type LayoutConfig,
  type RouteComponent,
  type WebSocketHandlers,
  type WebSocketUpgradeOptions,
} from "./context.ts";
import { HttpError, STATUS_TEXT } from "./error.ts";
import { pathSegments } from "./fs_paths.ts";
import { fsCommands } from "./fs_routes.ts";
import { renderPage } from "./render.ts";
import type { RouteMatch } from "./router.ts";
import type { Snapshot } from "./snapshot.ts";
import type { MaybeLazy } from "./lazy.ts";
import type { MaybeLazyMiddleware, Method, Middleware, Route, RouteConfig } from "./handlers.ts";

/** Options of {@link App.listen}: those of `Deno.serve`. */
export type ListenOptions = Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem> & {
  remoteAddress?: string;
};

const TEST_CONNECTION: Deno.ServeHandlerInfo = {
  remoteAddr: { transport: "tcp", hostname: "localhost", port: 0 },
  completed: Promise.resolve(),
};

const FIRST_PORT = 8000;
const LAST_PORT = 8019;

/** Gives `app` a build; for the Builder and the generated server alone. */
export let attachSnapshot: <State>(
  app: App<State>,
  snapshot: Snapshot,
  options: { root: string; mode: "development" | "production" },
) => void;

function toRoute<State>(routeOrMiddleware: Route<State> | Middleware<State>): Route<State> {
  return typeof routeOrMiddleware === "function"
    ? { handler: routeOrMiddleware }
    : routeOrMiddleware;
}

/** An application: middlewares and routes in the order in which they are registered. */
export class App<State> {
  readonly #commands: Command<State>[] = [];
  #snapshot: Snapshot | null = null;

  static {
    attachSnapshot = (app, snapshot, { root, mode }) => {
      app.#snapshot = snapshot;
      app.config = { ...app.config, root, mode };
      setBuildId(snapshot.buildId);
    };
  }

  /** The configuration with every default filled in. */
  config: ResolvedFreshConfig;

  constructor(config: FreshConfig = {}) {
    this.config = {
      root: ".",
      basePath: config.basePath ?? "",
      mode: config.mode ?? "production",
      trustProxy: config.trustProxy ?? false,
    };
  }

  /** Adds middlewares for a path and everything below it; without a path, for everything. */
  use(...middleware: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middleware: MaybeLazyMiddleware<State>[]): this;
  use(
    first: string | MaybeLazyMiddleware<State>,
    ...others: MaybeLazyMiddleware<State>[]
  ): this {
    const isPath = typeof first === "string";
    return this.#add({
      kind: "middleware",
      at: pathSegments(isPath ? first : "*"),
      list: isPath ? others : [first, ...others],
    });
  }

  /** Sets the answer to paths that no route has. */
  notFound(routeOrMiddleware: Route<State> | Middleware<State>): this {
    return this.#add({ kind: "notFound", route: toRoute(routeOrMiddleware) });
  }

  /** Sets the answer to errors thrown at `path` and below. */
  onError(path: string, routeOrMiddleware: Route<State> | Middleware<State>): this {
    return this.#add({ kind: "error", at: pathSegments(path), route: toRoute(routeOrMiddleware) });
  }

  /** Sets the outer HTML of every page. */
  appWrapper(component: RouteComponent<State>): this {
    return this.#add({ kind: "app", component });
  }

  /** Sets the layout of the pages at `path` and below. */
  layout(path: string, component: RouteComponent<State>, config: LayoutConfig = {}): this {
    return this.#add({ kind: "layout", at: pathSegments(path), layout: { component, config } });
  }

  /** Adds a page or a set of handlers. */
  route(path: string, route: MaybeLazy<Route<State>>, config: RouteConfig = {}): this {
    const methods = config.methods ?? "ALL";
    return this.#add({ kind: "route", at: pathSegments(path), path, route, methods });
  }

  /** Adds middlewares for GET, and for HEAD unless there are some for it. */
  get(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["GET"], path, middlewares);
  }

  /** Adds middlewares for POST. */
  post(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["POST"], path, middlewares);
  }

  /** Adds middlewares for PATCH. */
  patch(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["PATCH"], path, middlewares);
  }

  /** Adds middlewares for PUT. */
  put(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["PUT"], path, middlewares);
  }

  /** Adds middlewares for DELETE. */
  delete(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["DELETE"], path, middlewares);
  }

  /** Adds middlewares for HEAD. */
  head(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle(["HEAD"], path, middlewares);
  }

  /** Adds middlewares for every method. */
  all(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this {
    return this.#handle("ALL", path, middlewares);
  }

  /** Adds a WebSocket that `handlers` serve. */
  ws(path: string, handlers: WebSocketHandlers, options?: WebSocketUpgradeOptions): this {
    return this.get(path, (ctx) => ctx.upgrade(handlers, options));
  }

  /** Puts the files of `routes/` here; none while no build is attached. */
  fsRoutes(): this {
    const load = () => fsCommands<State>(this.#snapshot?.routes ?? []);
    return this.#add({ kind: "fsRoutes", load });
  }

  /** Answers requests; works in tests without a build. */
  handler(): (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response> {
    const { router, root } = applyCommands(this.#commands, this.config.basePath);
    const snapshot = this.#snapshot;
    return async (req, info = TEST_CONNECTION) => {
      const url = requestUrl(req, this.config.trustProxy);
      let match: RouteMatch<Middleware<State>>;
      try {
        match = router.match(req.method, url);
      } catch (error) {
        if (error instanceof URIError) return errorResponse(new HttpError(400));
        throw error;
      }
      const { pattern: route, params, item, allowed } = match;
      const next = () => lastAnswer(req.method, route, allowed);
      const { config } = this;
      const ctx = new Context<State>({
        req,
        url,
        info,
        route,
        params,
        config,
        next,
        snapshot,
        render: renderPage,
      });
      return await answer(item ?? root, ctx);
    };
  }

  /** Starts to serve the app; without a port, on the first free one from 8000 to 8019. */
  listen(options: ListenOptions = {}): Promise<void> {
    const handler = this.handler();
    for (let port = options.port ?? FIRST_PORT;; port++) {
      try {
        Deno.serve({ ...options, port }, handler);
        return Promise.resolve();
      } catch (error) {
        const isTaken = error instanceof Deno.errors.AddrInUse;
        if (!isTaken || options.port !== undefined || port === LAST_PORT) throw error;
      }
    }
  }

  #handle(
    methods: "ALL" | readonly Method[],
    path: string,
    list: readonly MaybeLazyMiddleware<State>[],
  ): this {
    return this.#add({ kind: "handler", at: pathSegments(path), path, list, methods });
  }

  #add(command: Command<State>): this {
    this.#commands.push(command);
    return this;
  }
}

function requestUrl(req: Request, trustProxy: boolean): URL {
  const url = new URL(req.url);
  url.pathname = url.pathname.replaceAll(/\/+/g, "/");
  if (!trustProxy) return url;
  const scheme = req.headers.get("x-forwarded-proto");
  const host = req.headers.get("x-forwarded-host");
  if (scheme !== null) url.protocol = `${scheme}:`;
  if (host !== null) url.host = host;
  return url;
}

/** The answer when the chain has come to its end without one. */
function lastAnswer(
  method: string,
  route: string | null,
  allowed: readonly string[],
): Promise<Response> {
  const isMethodKnown = allowed.includes(method) || method === "HEAD" && allowed.includes("GET");
  if (route === null || isMethodKnown) return Promise.reject(new HttpError(404));
  if (method !== "OPTIONS") return Promise.reject(new HttpError(405));
  return Promise.resolve(
    new Response(null, { status: 204, headers: { allow: allowed.join(", ") } }),
  );
}

async function answer<State>(run: Middleware<State>, ctx: Context<State>): Promise<Response> {
  try {
    const response: unknown = await run(ctx);
    if (!(response instanceof Response)) {
      throw new TypeError(`A handler of ${ctx.url.pathname} answered no Response`);
    }
    if (ctx.req.method !== "HEAD" || response.body === null) return response;
    await response.body.cancel();
    return new Response(null, response);
  } catch (error) {
    return errorResponse(error);
  }
}

function errorResponse(error: unknown): Response {
  const isHttp = error instanceof HttpError;
  if (!isHttp || error.status >= 500) console.error(error);
  if (!isHttp) return new Response("Internal server error", { status: 500 });
  return new Response(error.message || STATUS_TEXT[error.status], { status: error.status });
}
