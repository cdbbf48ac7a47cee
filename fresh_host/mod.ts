/** The portable subset of Fresh 2.3.3's entry point `fresh`, hosted from npm packages. */
export { App, type ListenOptions } from "./src/app.ts";
export type { FreshConfig, ResolvedFreshConfig } from "./src/config.ts";
export type {
  Context,
  LayoutConfig,
  PageProps,
  WebSocketHandlers,
  WebSocketUpgradeOptions,
} from "./src/context.ts";
export { csp, type CSPOptions } from "./src/csp.ts";
export { createDefine, type Define } from "./src/define.ts";
export { HttpError } from "./src/error.ts";
export type { Lazy, MaybeLazy } from "./src/lazy.ts";
export {
  type HandlerByMethod,
  type HandlerFn,
  type Method,
  type Middleware,
  page,
  type PageResponse,
  type RouteConfig,
  type RouteData,
  type RouteHandler,
} from "./src/handlers.ts";
export { staticFiles } from "./src/static_files.ts";
