/**
 * Public API of `jsr:@fresh/core@2.3.3`, entry point `.`, as far as its documentation states it:
 * types alone, for `check.ts`. Nothing here runs.
 */
import type { AnyComponent, FunctionComponent, JSX } from "preact";

export type Method = "HEAD" | "GET" | "POST" | "PATCH" | "PUT" | "DELETE" | "OPTIONS";

export interface FreshConfig {
  basePath?: string;
  mode?: "development" | "production";
  trustProxy?: boolean;
}

export interface ResolvedFreshConfig {
  root: string;
  basePath: string;
  mode: "development" | "production";
  trustProxy: boolean;
}

export type ListenOptions = Partial<Deno.ServeTcpOptions & Deno.TlsCertifiedKeyPem> & {
  remoteAddress?: string;
};

export interface WebSocketHandlers {
  open?(socket: WebSocket): void;
  message?(socket: WebSocket, event: MessageEvent): void;
  close?(socket: WebSocket, code: number, reason: string): void;
  error?(socket: WebSocket, event: Event | ErrorEvent): void;
}

export interface WebSocketUpgradeOptions {
  idleTimeout?: number;
  protocol?: string;
}

export interface LayoutConfig {
  skipInheritedLayouts?: boolean;
  skipAppWrapper?: boolean;
}

export interface RouteConfig extends LayoutConfig {
  routeOverride?: string;
  csp?: boolean;
  methods?: "ALL" | Method[];
}

type StreamSource<U> = Iterable<U> | AsyncIterable<U>;

/** The constructor is the framework's. */
export declare class Context<State> {
  private constructor();
  readonly config: ResolvedFreshConfig;
  readonly url: URL;
  req: Request;
  readonly route: string | null;
  readonly params: Record<string, string>;
  readonly state: State;
  data: unknown;
  error: unknown | null;
  readonly info: Deno.ServeHandlerInfo;
  readonly isPartial: boolean;
  next: () => Promise<Response>;
  Component: FunctionComponent;
  redirect(pathOrUrl: string, status?: number): Response;
  render(
    vnode: JSX.Element | null,
    init?: ResponseInit,
    config?: LayoutConfig,
  ): Promise<Response>;
  text(content: string, init?: ResponseInit): Response;
  html(content: string, init?: ResponseInit): Response;
  json(content: unknown, init?: ResponseInit): Response;
  stream<U extends string | Uint8Array>(
    stream: StreamSource<U> | (() => StreamSource<U>),
    init?: ResponseInit,
  ): Response;
  upgrade(options?: WebSocketUpgradeOptions): { socket: WebSocket; response: Response };
  upgrade(handlers: WebSocketHandlers, options?: WebSocketUpgradeOptions): Response;
}

export type FreshContext<State = unknown> = Context<State>;

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

export interface PageResponse<T> {
  data: T;
  headers?: HeadersInit;
  status?: number;
}

export declare function page<T>(
  data: T,
  options?: { headers?: HeadersInit; status?: number },
): PageResponse<T>;
export declare function page(): PageResponse<undefined>;

export interface HandlerFn<Data, State> {
  (
    ctx: Context<State>,
  ): Response | PageResponse<Data> | Promise<Response | PageResponse<Data>>;
}
export type HandlerByMethod<Data, State> = { [M in Method]?: HandlerFn<Data, State> };
export type RouteHandler<Data, State> = HandlerFn<Data, State> | HandlerByMethod<Data, State>;
export type RouteData<Handler extends RouteHandler<unknown, unknown>> = Handler extends
  RouteHandler<infer Data, unknown> ? Data : never;

export type Middleware<State> = (ctx: Context<State>) => Response | Promise<Response>;
export type MiddlewareFn<State> = Middleware<State>;
type MaybeLazyMiddleware<State> = (
  ctx: Context<State>,
) => Response | Promise<Response | Middleware<State>>;

export type Lazy<T> = () => Promise<T>;
export type MaybeLazy<T> = T | Lazy<T>;

type RouteComponent<State> =
  | AnyComponent<PageProps<unknown, State>>
  | ((props: PageProps<unknown, State>) => Promise<JSX.Element | Response | null>);

interface Route<State> {
  component?: RouteComponent<State>;
  config?: RouteConfig;
  handler?: RouteHandler<unknown, State>;
  css?: string[];
}

export declare class App<State> {
  constructor(config?: FreshConfig);
  config: ResolvedFreshConfig;
  use(...middleware: MaybeLazyMiddleware<State>[]): this;
  use(path: string, ...middleware: MaybeLazyMiddleware<State>[]): this;
  notFound(routeOrMiddleware: Route<State> | Middleware<State>): this;
  onError(path: string, routeOrMiddleware: Route<State> | Middleware<State>): this;
  appWrapper(component: RouteComponent<State>): this;
  layout(path: string, component: RouteComponent<State>, config?: LayoutConfig): this;
  route(path: string, route: MaybeLazy<Route<State>>, config?: RouteConfig): this;
  get(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  post(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  patch(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  put(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  delete(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  head(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  all(path: string, ...middlewares: MaybeLazy<Middleware<State>>[]): this;
  ws(path: string, handlers: WebSocketHandlers, options?: WebSocketUpgradeOptions): this;
  fsRoutes(pattern?: string): this;
  mountApp(path: string, app: App<State>): this;
  handler(): (request: Request, info?: Deno.ServeHandlerInfo) => Promise<Response>;
  listen(options?: ListenOptions): Promise<void>;
}

export interface Define<State> {
  handlers<Data, Handlers extends RouteHandler<Data, State> = RouteHandler<Data, State>>(
    handlers: Handlers,
  ): typeof handlers;
  page<
    Handler extends RouteHandler<unknown, State> = never,
    Data = Handler extends HandlerFn<infer Data, State> ? Data
      : Handler extends HandlerByMethod<infer Data, State> ? Data
      : never,
  >(render: AnyComponent<PageProps<Data, State>>): typeof render;
  middleware<M extends Middleware<State> | Middleware<State>[]>(middleware: M): typeof middleware;
  layout(render: AnyComponent<PageProps<unknown, State>>): typeof render;
}

export declare function createDefine<State>(): Define<State>;

type ErrorStatus =
  | (400 | 401 | 402 | 403 | 404 | 405 | 406 | 407 | 408 | 409 | 410 | 411 | 412 | 413 | 414)
  | (415 | 416 | 417 | 418 | 421 | 422 | 423 | 424 | 425 | 426 | 428 | 429 | 431 | 451)
  | (500 | 501 | 502 | 503 | 504 | 505 | 506 | 507 | 508 | 510 | 511);

export declare class HttpError extends Error {
  status: ErrorStatus;
  constructor(status: ErrorStatus, message?: string, options?: ErrorOptions);
}

export declare function staticFiles<T>(): Middleware<T>;

export interface CSPOptions {
  reportOnly?: boolean;
  reportTo?: string;
  csp?: string[];
  useNonce?: boolean;
}
export declare function csp<State>(options?: CSPOptions): Middleware<State>;

/** Documented, but used by no part of the app; the options are left open. */
export declare function trailingSlashes<State>(mode: "always" | "never"): Middleware<State>;
export declare function cors<State>(options?: object): Middleware<State>;
export declare function csrf<State>(options?: object): Middleware<State>;
export declare function ipFilter<State>(rules: object, options?: object): Middleware<State>;
