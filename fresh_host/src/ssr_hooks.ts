import { type ComponentChildren, h, type JSX, options, type VNode } from "preact";
import { useContext } from "preact/hooks";
import { bootScript } from "./boot_script.ts";
import { InsideHead } from "./head.ts";
import { IslandBoundary, isPlain, PendingSlots } from "./island_boundary.ts";
import { type RenderState, renderState } from "./render_state.ts";

const HEAD_TAGS = new Set(["title", "meta", "link", "script", "style", "base", "noscript"]);

/** Copies that have been through the hook for head elements. */
const settled = new WeakSet<VNode>();

/** Elements that have their end already. A constant element is rendered for many pages. */
const extended = new WeakSet<VNode>();

function appendChild(vnode: VNode, child: VNode): void {
  if (extended.has(vnode)) return;
  extended.add(vnode);
  vnode.props = { ...vnode.props, children: [vnode.props.children, child] };
}

/** What makes two elements of the head the same one: its key, or what it is about. */
function headIdentity(vnode: VNode): string {
  if (vnode.key !== undefined && vnode.key !== null) return `key:${vnode.key}`;
  if (vnode.type === "title") return "title";
  const ignored = new Set(["children", "nonce", "ref"]);
  if (vnode.type === "meta") ignored.add("content");
  if (vnode.type === "link") ignored.add("href");
  const about = Object.entries(vnode.props)
    .filter(([name]) => !ignored.has(name))
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${vnode.type}:${about.sort().join("|")}`;
}

/**
 * An element that may stand in a head: hoisted when it is in `Head`, in the head itself perhaps
 * replaced. Scripts and styles get the nonce of the page on a copy, never on the app's element.
 */
function HeadElement({ tag, props, id }: HeadElementProps): JSX.Element | null {
  const isHoisting = useContext(InsideHead);
  const state = renderState();
  const vnode: JSX.Element = h(tag, props);
  vnode.key = id;
  settled.add(vnode);
  if (state === null) return vnode;
  if (tag === "script" || tag === "style") vnode.props.nonce ||= state.nonce;
  if (!isHoisting && state.headDepth === 0) return vnode;
  const identity = headIdentity(vnode);
  if (isHoisting) {
    state.head.set(identity, vnode);
    return null;
  }
  const hoisted = state.head.get(identity);
  if (hoisted === undefined) return vnode;
  state.head.delete(identity);
  return hoisted;
}

interface HeadElementProps {
  readonly tag: string;
  readonly props: VNode["props"];
  readonly id: VNode["key"];
}

function RemainingHead(): ComponentChildren {
  const state = renderState();
  if (state === null) return null;
  const rest = [...state.head.values()];
  state.head.clear();
  return rest;
}

function PageEnd(): ComponentChildren {
  const state = renderState();
  if (state === null || state.isBooted) return null;
  state.isBooted = true;
  return [h(PendingSlots, {}), h(BootScript, {})];
}

function BootScript(): JSX.Element | null {
  const state = renderState();
  if (state === null || state.islands.length === 0) return null;
  const script = bootScript(state);
  return h("script", { type: "module", dangerouslySetInnerHTML: { __html: script } });
}

function onElement(vnode: VNode, tag: string, state: RenderState): void {
  state.seen.add(tag);
  if (tag === "head") {
    state.headDepth++;
    appendChild(vnode, h(RemainingHead, {}));
  } else if (tag === "body") {
    appendChild(vnode, h(PageEnd, {}));
  } else if (HEAD_TAGS.has(tag) && !settled.has(vnode)) {
    replace(vnode, h(HeadElement, { tag, props: vnode.props, id: vnode.key }));
  }
}

function replace(vnode: VNode, replacement: JSX.Element): void {
  vnode.type = replacement.type;
  vnode.props = replacement.props;
}

function onDiff(vnode: VNode): void {
  const state = renderState();
  if (state === null) return;
  if (typeof vnode.type === "string") return onElement(vnode, vnode.type, state);
  const island = state.registry.get(vnode.type);
  if (island !== undefined && !isPlain(vnode)) {
    replace(vnode, h(IslandBoundary, { island, props: vnode.props }));
  }
}

function onDiffed(vnode: VNode): void {
  const state = renderState();
  if (state !== null && vnode.type === "head") state.headDepth--;
}

/** Calls `hook` before the hook of that name that another module has set. */
function addHook(name: string, hook: (vnode: VNode) => void): void {
  const previous: unknown = Reflect.get(options, name);
  Reflect.set(options, name, (vnode: VNode) => {
    hook(vnode);
    if (typeof previous === "function") previous(vnode);
  });
}

// "__b" runs before an element renders; preact mangles the name but keeps it stable within 10.x.
addHook("__b", onDiff);
addHook("diffed", onDiffed);
