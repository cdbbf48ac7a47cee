import {
  type ComponentChildren,
  createContext,
  Fragment,
  h,
  isValidElement,
  type JSX,
  type VNode,
} from "preact";
import { useContext } from "preact/hooks";
import { isSignal } from "./codec_encode.ts";
import { type RenderState, renderState, SlotRef } from "./render_state.ts";
import type { Island } from "./snapshot.ts";

/** Whether the elements below belong to an island that the browser renders as a whole. */
const InsideIsland = createContext(false);

const plain = new WeakSet<VNode>();

/** True for an island's own element, which a boundary has already been put around. */
export function isPlain(vnode: VNode): boolean {
  return plain.has(vnode);
}

function comment(text: string): VNode {
  // preact-render-to-string writes a Fragment with this property as a comment.
  return h(Fragment, Object.fromEntries([["UNSTABLE_comment", text]]));
}

/** `children` between two comments that the browser finds again. */
function marked(kind: string, id: number, children: ComponentChildren): VNode {
  return h(Fragment, null, comment(`frsh:${kind}:${id}`), children, comment(`/frsh:${kind}`));
}

function plainElement(island: Island, props: Record<string, unknown>): VNode {
  const vnode = h(island.component, props);
  plain.add(vnode);
  return vnode;
}

/** Props of {@link IslandBoundary}. */
export interface BoundaryProps {
  readonly island: Island;
  readonly props: Record<string, unknown>;
}

/**
 * Stands for an island on the page: renders it between comments and notes its props for the
 * browser. Inside another island it is a plain component.
 */
export function IslandBoundary({ island, props }: BoundaryProps): VNode {
  const isInside = useContext(InsideIsland);
  const state = renderState();
  if (isInside || state === null) return plainElement(island, props);
  const rendered: Record<string, unknown> = {};
  const sent: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(props)) {
    const slot = toSlot(name, value, state);
    rendered[name] = slot?.vnode ?? value;
    sent[name] = slot?.ref ?? value;
  }
  const id = state.boundaries.push([state.islandIndex(island), sent]) - 1;
  const content = h(InsideIsland.Provider, {
    value: true,
    children: plainElement(island, rendered),
  });
  return marked("island", id, content);
}

function toSlot(
  name: string,
  value: unknown,
  state: RenderState,
): { vnode: JSX.Element; ref: SlotRef } | null {
  const isJsx = name === "children" ? value !== null && value !== undefined : isElement(value);
  if (!isJsx) return null;
  if (!isRenderable(value)) throw new TypeError(`An island's ${name} cannot be a function`);
  const id = state.slots.push({ children: value, isRendered: false }) - 1;
  return { vnode: h(SlotContent, { id }), ref: new SlotRef(id) };
}

function isElement(value: unknown): boolean {
  return isValidElement(value) && !isSignal(value);
}

function isRenderable(value: unknown): value is ComponentChildren {
  return typeof value !== "function";
}

/** JSX that the server passes to an island: rendered here, kept by the browser as it is. */
function SlotContent({ id }: { id: number }): VNode | null {
  const slot = renderState()?.slots[id];
  if (slot === undefined) return null;
  slot.isRendered = true;
  return marked("slot", id, h(InsideIsland.Provider, { value: false, children: slot.children }));
}

/** Templates with the slots that no island has rendered, so that one can do so later. */
export function PendingSlots(): ComponentChildren {
  const state = renderState();
  const id = state?.slots.findIndex((slot) => !slot.isRendered) ?? -1;
  if (state === null || id === -1) return null;
  const slot = state.slots[id];
  slot.isRendered = true;
  const children = h(InsideIsland.Provider, { value: false, children: slot.children });
  // A template's content may hold islands with further slots, hence one after the other.
  return [h("template", { id: `frsh-slot-${id}` }, children), h(PendingSlots, {})];
}
