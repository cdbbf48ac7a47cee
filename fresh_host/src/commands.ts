import type { LayoutDef, RouteComponent } from "./context.ts";
import { compose } from "./middleware.ts";
import { Router } from "./router.ts";
import {
  newSegment,
  renderRoute,
  routeMethods,
  type Segment,
  segmentAt,
  segmentChain,
  withDefaultHandler,
} from "./segments.ts";
import { isLazy, type MaybeLazy } from "./lazy.ts";
import {
  type MaybeLazyMiddleware,
  type Method,
  METHODS,
  type Middleware,
  type Route,
} from "./handlers.ts";

/** One registration on an app, in the order of the calls. */
export type Command<State> =
  | { readonly kind: "app"; readonly component: RouteComponent<State> }
  | { readonly kind: "notFound"; readonly route: Route<State> }
  | { readonly kind: "error"; readonly at: readonly string[]; readonly route: Route<State> }
  | { readonly kind: "layout"; readonly at: readonly string[]; readonly layout: LayoutDef<State> }
  | {
    readonly kind: "middleware";
    readonly at: readonly string[];
    readonly list: readonly MaybeLazyMiddleware<State>[];
  }
  | {
    readonly kind: "route";
    readonly at: readonly string[];
    readonly path: string;
    readonly route: MaybeLazy<Route<State>>;
    readonly methods: "ALL" | readonly Method[];
  }
  | {
    readonly kind: "handler";
    readonly at: readonly string[];
    readonly path: string;
    readonly list: readonly MaybeLazyMiddleware<State>[];
    readonly methods: "ALL" | readonly Method[];
  }
  | { readonly kind: "fsRoutes"; readonly load: () => readonly Command<State>[] };

/** Routes of an app, and the chain of its root for what no route answers. */
export interface Routing<State> {
  readonly router: Router<Middleware<State>>;
  readonly root: Middleware<State>;
}

/** Turns the registrations into routes; paths get `basePath` in front. */
export function applyCommands<State>(
  commands: readonly Command<State>[],
  basePath: string,
): Routing<State> {
  const router = new Router<Middleware<State>>();
  const root = newSegment<State>(null);
  for (const command of commands) applyCommand(command, root, router, basePath);
  return { router, root: compose(segmentChain(root)) };
}

function applyCommand<State>(
  command: Command<State>,
  root: Segment<State>,
  router: Router<Middleware<State>>,
  basePath: string,
): void {
  switch (command.kind) {
    case "app":
      root.app = command.component;
      return;
    case "notFound": {
      const route = withDefaultHandler(command.route);
      // Fresh 2.3.3 answers a `_404` component without a handler with 200; so does this host.
      root.notFound = (ctx) => renderRoute(ctx, route);
      return;
    }
    case "error":
      segmentAt(root, command.at).errorRoute = withDefaultHandler(command.route);
      return;
    case "layout":
      segmentAt(root, command.at).layout = command.layout;
      return;
    case "middleware":
      segmentAt(root, command.at).middlewares.push(...command.list);
      return;
    case "handler": {
      const chain = segmentChain(segmentAt(root, command.at));
      addRoute(router, basePath, command, compose([...chain, ...command.list]));
      return;
    }
    case "route": {
      const chain = segmentChain(segmentAt(root, command.at));
      const { methods, answer } = routeAnswer(command.route, command.methods);
      addRoute(router, basePath, { path: command.path, methods }, compose([...chain, answer]));
      return;
    }
    case "fsRoutes":
      for (const inner of command.load()) applyCommand(inner, root, router, basePath);
      return;
  }
}

function routeAnswer<State>(
  route: MaybeLazy<Route<State>>,
  methods: "ALL" | readonly Method[],
): { methods: "ALL" | readonly Method[]; answer: Middleware<State> } {
  if (!isLazy(route)) {
    const full = withDefaultHandler(route);
    return { methods: routeMethods(full), answer: (ctx) => renderRoute(ctx, full) };
  }
  let loaded: Route<State> | null = null;
  const answer: Middleware<State> = async (ctx) => {
    loaded ??= withDefaultHandler(await route());
    return await renderRoute(ctx, loaded);
  };
  return { methods, answer };
}

function addRoute<State>(
  router: Router<Middleware<State>>,
  basePath: string,
  { path, methods }: { path: string; methods: "ALL" | readonly Method[] },
  answer: Middleware<State>,
): void {
  const pathname = path === "*" ? "/*" : path;
  const full = basePath !== "" && pathname === "/" ? basePath : basePath + pathname;
  router.add(methods === "ALL" ? METHODS : methods, full, answer);
}
