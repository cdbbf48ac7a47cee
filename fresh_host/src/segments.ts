import { type Context, internalsOf, type LayoutDef, type RouteComponent } from "./context.ts";
import { HttpError } from "./error.ts";
import { componentToVNode } from "./render.ts";
import type {
  HandlerFn,
  MaybeLazyMiddleware,
  Method,
  Middleware,
  PageResponse,
  Route,
  RouteHandler,
} from "./handlers.ts";

/** One level of the URL tree with what is registered on it. */
export interface Segment<State> {
  readonly parent: Segment<State> | null;
  readonly children: Map<string, Segment<State>>;
  readonly middlewares: MaybeLazyMiddleware<State>[];
  app: RouteComponent<State> | null;
  layout: LayoutDef<State> | null;
  errorRoute: Route<State> | null;
  notFound: Middleware<State> | null;
}

/** Makes an empty segment below `parent`. */
export function newSegment<State>(parent: Segment<State> | null): Segment<State> {
  return {
    parent,
    children: new Map(),
    middlewares: [],
    app: null,
    layout: null,
    errorRoute: null,
    notFound: null,
  };
}

/** The segment at `names` below `root`, made where it is missing. */
export function segmentAt<State>(
  root: Segment<State>,
  names: readonly string[],
): Segment<State> {
  let current = root;
  for (const name of names) {
    const child = current.children.get(name) ?? newSegment(current);
    current.children.set(name, child);
    current = child;
  }
  return current;
}

/**
 * The chain of a route: from the root down, each segment's app, layout and error page, then its
 * middlewares. It is a copy of what is registered now; what comes later does not reach the route.
 */
export function segmentChain<State>(segment: Segment<State>): MaybeLazyMiddleware<State>[] {
  const path: Segment<State>[] = [];
  for (let at: Segment<State> | null = segment; at !== null; at = at.parent) path.unshift(at);
  const root = path[0];
  return path.flatMap((at) => [segmentMiddleware(at, root), ...at.middlewares]);
}

function segmentMiddleware<State>(
  segment: Segment<State>,
  root: Segment<State>,
): MaybeLazyMiddleware<State> {
  const { app, layout, errorRoute } = segment;
  return async (ctx) => {
    const internals = internalsOf(ctx);
    if (app !== null) internals.app = app;
    if (layout !== null) {
      if (layout.config.skipAppWrapper) internals.app = null;
      const inherited = layout.config.skipInheritedLayouts ? [] : internals.layouts;
      internals.layouts = [...inherited, layout];
    }
    try {
      return await ctx.next();
    } catch (error) {
      const status = error instanceof HttpError ? error.status : 500;
      if (status === 404 && root.notFound !== null) return await root.notFound(ctx);
      if (errorRoute !== null) return await renderRoute(ctx, errorRoute, status);
      throw error;
    }
  };
}

const defaultRender = (): PageResponse<unknown> => ({ data: {} });

const answerNotFound = (): Response => {
  throw new HttpError(404);
};

function isHandlerFn<State>(
  handler: RouteHandler<unknown, State>,
): handler is HandlerFn<unknown, State> {
  return typeof handler === "function";
}

/**
 * Fills in the handlers that a route may leave out: a component without a handler, or without GET
 * among its handlers, renders on GET.
 */
export function withDefaultHandler<State>(route: Route<State>): Route<State> {
  const { component, handler } = route;
  if (handler === undefined) {
    return { ...route, handler: component === undefined ? answerNotFound : defaultRender };
  }
  if (component === undefined || isHandlerFn(handler) || handler.GET !== undefined) return route;
  return { ...route, handler: { ...handler, GET: defaultRender } };
}

/** Methods that a route answers: all for a function, the named ones for an object. */
export function routeMethods<State>(route: Route<State>): readonly Method[] | "ALL" {
  const { handler } = route;
  if (handler === undefined || isHandlerFn(handler)) return "ALL";
  const named: Record<Method, unknown> = {
    GET: handler.GET,
    DELETE: handler.DELETE,
    HEAD: handler.HEAD,
    OPTIONS: handler.OPTIONS,
    PATCH: handler.PATCH,
    POST: handler.POST,
    PUT: handler.PUT,
  };
  const methods: Method[] = [];
  let method: Method;
  for (method in named) if (named[method] !== undefined) methods.push(method);
  return methods;
}

function handlerFor<State>(
  handler: RouteHandler<unknown, State>,
  method: string,
): HandlerFn<unknown, State> | undefined {
  if (isHandlerFn(handler)) return handler;
  const found = Object.entries(handler).find(([name]) => name === method)?.[1];
  return found ?? (method === "HEAD" ? handler.GET : undefined);
}

/**
 * Runs a route's handler and renders its component. `status` is that of the answer unless the
 * handler names one. A method that the route has no handler for goes to `ctx.next()`.
 */
export async function renderRoute<State>(
  ctx: Context<State>,
  route: Route<State>,
  status = 200,
): Promise<Response> {
  const internals = internalsOf(ctx);
  if (route.config?.skipAppWrapper) internals.app = null;
  if (route.config?.skipInheritedLayouts) internals.layouts = [];
  const handler = handlerFor(route.handler ?? defaultRender, ctx.req.method);
  if (handler === undefined) return await ctx.next();
  const result = await handler(ctx);
  if (result instanceof Response) return result;
  const init = { status: result.status ?? status, headers: oneOfEach(result.headers) };
  if (route.component === undefined) return await ctx.render(null, init);
  const vnode = await componentToVNode(ctx, route.component, result.data, () => null);
  return vnode instanceof Response ? vnode : await ctx.render(vnode, init);
}

/** As Fresh has it, the last of several headers of one name stays: two cookies do not. */
function oneOfEach(init: HeadersInit | undefined): Headers {
  const headers = new Headers();
  for (const [name, value] of new Headers(init)) headers.set(name, value);
  return headers;
}
