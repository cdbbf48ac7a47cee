import type { Command } from "./commands.ts";
import { directorySegments, routePattern } from "./fs_paths.ts";
import type { FsRoute } from "./snapshot.ts";
import type { RouteComponent } from "./context.ts";
import { isLazy } from "./lazy.ts";
import type { Middleware, Route, RouteConfig, RouteHandler } from "./handlers.ts";

interface RouteModule<State> {
  readonly default?: RouteComponent<State>;
  readonly handler?: RouteHandler<unknown, State>;
  readonly handlers?: RouteHandler<unknown, State>;
  readonly config?: RouteConfig;
}

interface MiddlewareModule<State> {
  readonly default?: Middleware<State> | Middleware<State>[];
  readonly handler?: Middleware<State> | Middleware<State>[];
  readonly handlers?: Middleware<State> | Middleware<State>[];
}

function isOneOf(value: unknown, types: readonly string[]): boolean {
  return value !== null && types.includes(typeof value);
}

// A module's exports are only known at run time: what is checked here is their kind.
function isRouteModule<State>(module: object): module is RouteModule<State> {
  const handler = Reflect.get(module, "handlers") ?? Reflect.get(module, "handler");
  const component = Reflect.get(module, "default");
  if (typeof handler === "function" && handler.length > 1) {
    throw new TypeError("A handler takes one argument, the context");
  }
  return isOneOf(component, ["function", "undefined"]) &&
    isOneOf(handler, ["function", "object", "undefined"]) &&
    (component !== undefined || handler !== undefined || Reflect.has(module, "config"));
}

function isMiddlewareModule<State>(module: object): module is MiddlewareModule<State> {
  const list = Reflect.get(module, "handlers") ?? Reflect.get(module, "handler") ??
    Reflect.get(module, "default");
  return typeof list === "function" ||
    Array.isArray(list) && list.every((item) => typeof item === "function");
}

function routeModule<State>(id: string, module: object): RouteModule<State> {
  if (isRouteModule<State>(module)) return module;
  throw new TypeError(`routes${id} exports neither a component nor a handler`);
}

function toRoute<State>(id: string, module: object): Route<State> {
  const { handlers, handler, config, default: component } = routeModule<State>(id, module);
  return { component, config, handler: handlers ?? handler };
}

function toMiddlewares<State>(id: string, module: object): Middleware<State>[] {
  if (!isMiddlewareModule<State>(module)) {
    throw new TypeError(`routes${id} must export a function or an array of functions`);
  }
  const found = module.handlers ?? module.handler ?? module.default ?? [];
  return Array.isArray(found) ? found : [found];
}

/** Registrations of the files of `routes/`, in the order of the snapshot. */
export function fsCommands<State>(routes: readonly FsRoute[]): Command<State>[] {
  return routes.flatMap((file) => fsCommand<State>(file) ?? []);
}

function fsCommand<State>({ kind, id, module }: FsRoute): Command<State> | null {
  const at = directorySegments(id);
  if (kind === "route") {
    const route = isLazy(module)
      ? async () => toRoute<State>(id, await module())
      : toRoute<State>(id, module);
    return { kind, at, path: routePattern(id), route, methods: "ALL" };
  }
  if (isLazy(module)) throw new TypeError(`routes${id} cannot be loaded lazily`);
  switch (kind) {
    case "middleware":
      return { kind, at, list: toMiddlewares<State>(id, module) };
    case "error":
      return { kind, at, route: toRoute<State>(id, module) };
    case "notFound":
      return { kind, route: toRoute<State>(id, module) };
    case "layout":
    case "app": {
      const { default: component, config = {} } = routeModule<State>(id, module);
      if (component === undefined) return null;
      return kind === "app" ? { kind, component } : { kind, at, layout: { component, config } };
    }
  }
}
