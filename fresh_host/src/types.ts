import type { AnyComponent, RenderableProps } from "preact";
import type { Context } from "./context.ts";

/** A request method that a route can answer. */
export type Method = "HEAD" | "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS";

/** Every method, in the order of the Allow header. */
export const METHODS: readonly Method[] = [
  "GET",
  "DELETE",
  "HEAD",
  "OPTIONS",
  "PATCH",
  "POST",
  "PUT",
];

/** Produces a value when it is first needed. */
export type Lazy<T> = () => Promise<T>;

/** A value, or the function that loads it. */
export type MaybeLazy<T> = T | Lazy<T>;

/** True when `value` is still to be loaded. */
export function isLazy<T extends object>(value: MaybeLazy<T>): value is Lazy<T> {
  return typeof value === "function";
}

/** Answers a request, or hands it on through `ctx.next()`. */
export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;

/** A middleware, or a function that loads one when the first request comes. */
export type MaybeLazyMiddleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response | Middleware<State>>;

/** Data for the page component, with the status and headers of the answer. */
export interface PageResponse<T> {
  data: T;
  headers?: HeadersInit;
  status?: number;
}

/** Makes a handler's result that renders the page component with `data`. */
export function page<T>(
  data: T,
  options?: { headers?: HeadersInit; status?: number },
): PageResponse<T>;
export function page(): PageResponse<undefined>;
export function page(
  data?: unknown,
  options: { headers?: HeadersInit; status?: number } = {},
): PageResponse<unknown> {
  return { data, headers: options.headers, status: options.status };
}

/** Handles one request of a route. */
export interface HandlerFn<Data, State> {
  (
    ctx: Context<State>,
  ): Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
}

/** One handler for each method. */
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };

/** What a route exports as `handler`. */
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;

/** The data type that a handler gives its page. */
export type RouteData<Handler extends RouteHandler<unknown, unknown>> = Handler extends
  RouteHandler<infer Data, unknown> ? Data : never;

/** What a page, layout or app component receives. */
export type PageProps<Data = unknown, T = unknown> =
  & Pick<
    Context<T>,
    | "config"
    | "url"
    | "req"
    | "params"
    | "info"
    | "state"
    | "isPartial"
    | "Component"
    | "error"
    | "route"
  >
  & { data: Data };

/** A component that loads before it renders; it may answer with a Response. */
export type AsyncComponent<Props> = (props: RenderableProps<Props>) => Promise<unknown>;

/** A component of a route, layout, error page or app. */
export type RouteComponent<State> =
  | AnyComponent<PageProps<unknown, State>>
  | AsyncComponent<PageProps<unknown, State>>;

/** What a layout may skip. */
export interface LayoutConfig {
  /** Leave out the layouts above; default: false. */
  skipInheritedLayouts?: boolean;
  /** Leave out `_app`; default: false. */
  skipAppWrapper?: boolean;
}

/** What a route may skip. */
export interface RouteConfig extends LayoutConfig {
  /** Methods of a lazily loaded route; default: all. */
  methods?: "ALL" | Method[];
}

/** A page, a handler, or both. */
export interface Route<State> {
  component?: RouteComponent<State>;
  config?: RouteConfig;
  handler?: RouteHandler<unknown, State>;
}
