import {
  type ComponentChildren,
  Fragment,
  type FunctionComponent,
  h,
  isValidElement,
  type JSX,
  type VNode,
} from "preact";
import { jsxTemplate } from "preact/jsx-runtime";
import { renderToString } from "preact-render-to-string";
import {
  type AsyncComponent,
  type Context,
  internalsOf,
  type LayoutConfig,
  type PageProps,
  type RouteComponent,
} from "./context.ts";
import { setNonce } from "./csp.ts";
import { RenderState, withRenderState } from "./render_state.ts";
import { clientEntry, type Snapshot } from "./snapshot.ts";
import "./ssr_hooks.ts";

function isAsync<State>(
  component: RouteComponent<State>,
): component is AsyncComponent<PageProps<unknown, State>> {
  return component.constructor.name === "AsyncFunction";
}

/**
 * The element of a route's component, already awaited when the component is async. A Response
 * that the component answers comes back as it is.
 */
export async function componentToVNode<State>(
  ctx: Context<State>,
  component: RouteComponent<State>,
  data: unknown,
  child: FunctionComponent,
): Promise<VNode | Response | null> {
  const props: PageProps<unknown, State> = {
    config: ctx.config,
    url: ctx.url,
    req: ctx.req,
    params: ctx.params,
    info: ctx.info,
    state: ctx.state,
    isPartial: ctx.isPartial,
    error: ctx.error,
    route: ctx.route,
    Component: child,
    data,
  };
  if (!isAsync(component)) return element(h(component, props));
  const result = await component(props);
  return result instanceof Response ? result : element(result);
}

function element(value: unknown): VNode | null {
  return isValidElement(value) ? value : null;
}

/** Renders `vnode` inside the layouts and the app of `ctx`, with the islands' boot script. */
export async function renderPage<State>(
  ctx: Context<State>,
  vnode: JSX.Element | null,
  init: ResponseInit,
  config: LayoutConfig,
): Promise<Response> {
  if (vnode !== null && !isValidElement(vnode)) {
    throw new TypeError("ctx.render() takes an element or null");
  }
  const { app, layouts, snapshot } = internalsOf(ctx);
  let content: VNode | null = vnode;
  for (const layout of config.skipInheritedLayouts ? [] : layouts.toReversed()) {
    const inner = content;
    ctx.Component = () => inner;
    const wrapped = await componentToVNode(ctx, layout.component, null, ctx.Component);
    if (wrapped instanceof Response) return wrapped;
    content = wrapped;
  }
  let pageHtml = "";
  let shell: VNode | null = null;
  if (app !== null && !config.skipAppWrapper) {
    // The page renders first, so that the app's <head> knows what the page puts into it.
    ctx.Component = () => rawHtml(pageHtml);
    const wrapped = await componentToVNode(ctx, app, null, ctx.Component);
    if (wrapped instanceof Response) return wrapped;
    shell = wrapped;
  }
  const state = newRenderState(snapshot, ctx.config.basePath);
  const html = withRenderState(state, () => {
    pageHtml = renderToString(h(Fragment, null, content));
    return completeDocument(state, shell === null ? pageHtml : renderToString(shell));
  });
  return pageResponse(state, html, init);
}

function newRenderState(snapshot: Snapshot | null, basePath: string): RenderState {
  return new RenderState(snapshot?.islands ?? new Map(), snapshot?.buildId ?? "", basePath);
}

function rawHtml(html: string): VNode {
  return jsxTemplate([html]);
}

function completeDocument(state: RenderState, rendered: string): string {
  const { seen } = state;
  if (seen.has("html") && seen.has("body")) return `<!DOCTYPE html>${rendered}`;
  const parts: ComponentChildren[] = [];
  if (!seen.has("head")) parts.push(h("head", null, h("meta", { charset: "utf-8" })));
  parts.push(seen.has("body") ? rawHtml(rendered) : h("body", null, rawHtml(rendered)));
  const document = seen.has("html") ? h(Fragment, null, parts) : h("html", null, parts);
  return `<!DOCTYPE html>${renderToString(document)}`;
}

function pageResponse(state: RenderState, html: string, init: ResponseInit): Response {
  const headers = new Headers(init.headers);
  headers.set("content-type", "text/html; charset=utf-8");
  if (state.islands.length > 0) {
    const chunks = new Set(state.islands.map((island) => island.chunk));
    const links = [clientEntry(state.buildId), ...chunks].map((path) =>
      `<${encodeURI(state.basePath + path)}>; rel="modulepreload"; as="script"`
    );
    headers.append("link", links.join(", "));
  }
  const response = new Response(html, { ...init, headers });
  setNonce(response, state.nonce);
  return response;
}
