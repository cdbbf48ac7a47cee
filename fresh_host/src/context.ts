import type { AnyComponent, FunctionComponent, JSX, RenderableProps } from "preact";
import type { ResolvedFreshConfig } from "./config.ts";
import { HttpError } from "./error.ts";
import type { Snapshot } from "./snapshot.ts";

/** Callbacks of a WebSocket that {@link Context.upgrade} manages. */
export interface WebSocketHandlers {
  open?(socket: WebSocket): void;
  message?(socket: WebSocket, event: MessageEvent): void;
  close?(socket: WebSocket, code: number, reason: string): void;
  error?(socket: WebSocket, event: Event | ErrorEvent): void;
}

/** Options of a WebSocket upgrade. */
export interface WebSocketUpgradeOptions {
  /** Seconds without an answered ping after which the socket is closed; default: 120. */
  idleTimeout?: number;
  /** Sub-protocol to agree on. */
  protocol?: string;
}

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

/** A layout with what it skips. */
export interface LayoutDef<State> {
  readonly component: RouteComponent<State>;
  readonly config: LayoutConfig;
}

/** What wraps the page of a request, as far as the chain has run. */
export interface Internals<State> {
  app: RouteComponent<State> | null;
  layouts: readonly LayoutDef<State>[];
  readonly snapshot: Snapshot | null;
  readonly render: RenderPage;
}

/** Renders an element inside the layouts and the app of a context. */
export type RenderPage = <State>(
  ctx: Context<State>,
  vnode: JSX.Element | null,
  init: ResponseInit,
  config: LayoutConfig,
) => Promise<Response>;

/** What a context is made of. */
export interface ContextInit {
  readonly req: Request;
  readonly url: URL;
  readonly info: Deno.ServeHandlerInfo;
  readonly route: string | null;
  readonly params: Record<string, string>;
  readonly config: ResolvedFreshConfig;
  readonly next: () => Promise<Response>;
  readonly snapshot: Snapshot | null;
  readonly render: RenderPage;
}

/** The wrapping of a context's page; for the host alone. */
export let internalsOf: <State>(ctx: Context<State>) => Internals<State>;

function emptyState<State>(): State {
  return Object.create(Object.prototype);
}

function isHandlers(value: object): value is WebSocketHandlers {
  return ["open", "message", "close", "error"]
    .some((name) => typeof Reflect.get(value, name) === "function");
}

/** One request on its way through middlewares and handlers. */
export class Context<State> {
  #internals: Internals<State>;

  static {
    internalsOf = <T>(ctx: Context<T>) => ctx.#internals;
  }

  /** The request as it came. */
  req: Request;
  /** Its URL, with duplicate slashes of the path collapsed. */
  readonly url: URL;
  /** Parameters of the matched pattern; an absent optional one is the empty string. */
  readonly params: Record<string, string>;
  /** The matched pattern, or null. */
  readonly route: string | null;
  /** Shared by everything that handles this request. */
  readonly state: State = emptyState<State>();
  /** The connection, with `remoteAddr`. */
  readonly info: Deno.ServeHandlerInfo;
  readonly config: ResolvedFreshConfig;
  /** Always false: partials are outside the portable subset. */
  readonly isPartial: boolean = false;
  /** What was thrown, once something was. */
  error: unknown | null = null;
  data: unknown = undefined;
  /** Inside a layout or app: what it wraps. */
  Component: FunctionComponent = () => null;
  /** Runs the rest of the chain. */
  next: () => Promise<Response>;

  constructor(init: ContextInit) {
    const { snapshot, render } = init;
    this.#internals = { app: null, layouts: [], snapshot, render };
    this.req = init.req;
    this.url = init.url;
    this.params = init.params;
    this.route = init.route;
    this.info = init.info;
    this.config = init.config;
    this.next = init.next;
  }

  /** A redirect; a path cannot leave the site: duplicate slashes in it collapse. */
  redirect(pathOrUrl: string, status = 302): Response {
    let location = pathOrUrl;
    if (location.startsWith("/")) {
      const end = location.search(/[?#]/);
      const path = end === -1 ? location : location.slice(0, end);
      // Browsers read a backslash as a slash.
      const safe = path.replaceAll(/[/\\]+/g, "/");
      location = safe + (end === -1 ? "" : location.slice(end));
    }
    return new Response(null, { status, headers: { location } });
  }

  /** Renders JSX inside the layouts and app of this request. */
  render(
    vnode: JSX.Element | null,
    init: ResponseInit = {},
    config: LayoutConfig = {},
  ): Promise<Response> {
    return this.#internals.render(this, vnode, init, config);
  }

  /** Answers with text. */
  text(content: string, init?: ResponseInit): Response {
    return new Response(content, init);
  }

  /** Answers with a string of HTML. */
  html(content: string, init?: ResponseInit): Response {
    const headers = new Headers(init?.headers);
    headers.set("content-type", "text/html; charset=utf-8");
    return new Response(content, { ...init, headers });
  }

  /** Answers with JSON. */
  json(content: unknown, init?: ResponseInit): Response {
    return Response.json(content, init);
  }

  /** Answers with a stream of texts or bytes. */
  stream<U extends string | Uint8Array>(
    stream: Iterable<U> | AsyncIterable<U> | (() => Iterable<U> | AsyncIterable<U>),
    init?: ResponseInit,
  ): Response {
    const source = typeof stream === "function" ? stream() : stream;
    const encoder = new TextEncoder();
    const body = ReadableStream.from<string | Uint8Array>(source).pipeThrough(
      new TransformStream<string | Uint8Array, Uint8Array<ArrayBuffer>>({
        transform(chunk, controller) {
          controller.enqueue(
            typeof chunk === "string" ? encoder.encode(chunk) : new Uint8Array(chunk),
          );
        },
      }),
    );
    return new Response(body, init);
  }

  /**
   * Upgrades to a WebSocket. With handlers it answers the response; without, the socket and the
   * response. Throws HttpError 400 when the request asks for no upgrade.
   */
  upgrade(options?: WebSocketUpgradeOptions): { socket: WebSocket; response: Response };
  upgrade(handlers: WebSocketHandlers, options?: WebSocketUpgradeOptions): Response;
  upgrade(
    first: WebSocketHandlers | WebSocketUpgradeOptions = {},
    second?: WebSocketUpgradeOptions,
  ): { socket: WebSocket; response: Response } | Response {
    if (this.req.headers.get("upgrade")?.toLowerCase() !== "websocket") {
      throw new HttpError(400, "Expected a WebSocket upgrade request");
    }
    if (!isHandlers(first)) return Deno.upgradeWebSocket(this.req, upgradeOptions(first));
    const { socket, response } = Deno.upgradeWebSocket(this.req, second);
    if (first.open) socket.addEventListener("open", () => first.open?.(socket));
    if (first.message) {
      socket.addEventListener("message", (event) => first.message?.(socket, event));
    }
    if (first.close) {
      socket.addEventListener("close", ({ code, reason }) => first.close?.(socket, code, reason));
    }
    if (first.error) socket.addEventListener("error", (event) => first.error?.(socket, event));
    return response;
  }
}

function upgradeOptions(options: WebSocketUpgradeOptions): Deno.UpgradeWebSocketOptions {
  return { idleTimeout: options.idleTimeout, protocol: options.protocol };
}
