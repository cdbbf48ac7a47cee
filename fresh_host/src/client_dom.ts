import { type ComponentChildren, type ContainerNode, Fragment, h, type JSX } from "preact";

/** What stands between two comments of the server: an island or a slot. */
export interface Region {
  readonly kind: string;
  readonly id: number;
  readonly start: Comment;
  /** Null when the document has lost it. */
  end: Comment | null;
}

/** A region whose end is where its start is. */
export interface WholeRegion extends Region {
  end: Comment;
}

/** The islands and slots of a document. */
export interface PageDom {
  /** Islands that are in no other island. */
  readonly roots: Region[];
  readonly regionAt: Map<Node, Region>;
  readonly slots: Map<number, Region>;
  /** Comments inside the roots; islands do not expect them. */
  readonly innerComments: Comment[];
  /** The element of an island by its number on the page. */
  readonly islandElement: (id: number) => JSX.Element;
}

/** Finds the islands and slots below `root`. */
export function readPage(root: Node, islandElement: (id: number) => JSX.Element): PageDom {
  const dom: PageDom = {
    roots: [],
    regionAt: new Map(),
    slots: new Map(),
    innerComments: [],
    islandElement,
  };
  addRegions(root, dom, []);
  return dom;
}

function addRegions(root: Node, dom: PageDom, open: Region[]): void {
  const depth = open.length;
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    if (!(node instanceof Comment) || !/^\/?frsh:/.test(node.data)) continue;
    const [mark, kind, id] = node.data.split(":");
    if (mark === "/frsh") {
      const region = open.length > depth ? open.pop() : undefined;
      if (region !== undefined) region.end = node;
      if (open.length > 0) dom.innerComments.push(node);
      continue;
    }
    const region: Region = { kind, id: Number(id), start: node, end: null };
    if (open.length > 0) dom.innerComments.push(node);
    else dom.roots.push(region);
    open.push(region);
    dom.regionAt.set(node, region);
    if (kind === "slot" && !dom.slots.has(region.id)) dom.slots.set(region.id, region);
  }
}

/** What the server rendered for a slot, as an element that renders to the same nodes. */
export function slotElement(id: number, dom: PageDom): JSX.Element {
  const region = dom.slots.get(id);
  if (region !== undefined) {
    return h(Fragment, null, children(region.start.nextSibling, region.end, dom));
  }
  const template = document.getElementById(`frsh-slot-${id}`);
  if (!(template instanceof HTMLTemplateElement)) return h(Fragment, null);
  // Nothing in a template is on the page, so its islands are never roots.
  const outside: Region = { kind: "slot", id, start: new Comment(), end: null };
  addRegions(template.content, dom, [outside]);
  return h(Fragment, null, children(template.content.firstChild, null, dom));
}

function children(first: Node | null, end: Node | null, dom: PageDom): ComponentChildren[] {
  const list: ComponentChildren[] = [];
  for (let node = first; node !== null && node !== end; node = node.nextSibling) {
    if (node instanceof Text) list.push(node.data);
    else if (node instanceof Element) list.push(elementOf(node, dom));
    const region = dom.regionAt.get(node);
    if (region === undefined || region.end === null) continue;
    if (region.kind === "island") list.push(dom.islandElement(region.id));
    node = region.end;
  }
  return list;
}

function elementOf(node: Element, dom: PageDom): JSX.Element {
  const props: Record<string, unknown> = {};
  for (const { name, value } of node.attributes) {
    // "disabled" is there as an empty text, which preact would take for false.
    const property: unknown = Reflect.get(node, name);
    props[name] = typeof property === "boolean" ? property : value;
  }
  return h(node.localName, props, children(node.firstChild, null, dom));
}

function asNode(value: ContainerNode): Node {
  if (value instanceof Node) return value;
  throw new TypeError("not a node");
}

function asText(comment: Comment): Text {
  const text = new Text("");
  comment.replaceWith(text);
  return text;
}

/**
 * The place of an island as something that preact can render into, although it is no element.
 * Its comments become empty texts, because preact passes over comments when it looks for the
 * place of a node.
 */
export function rootOf({ start, end }: WholeRegion): ContainerNode {
  const first = asText(start);
  const last = asText(end);
  const parent = first.parentNode ?? document.body;
  const nodes = () => {
    const list: Node[] = [];
    for (let at = first.nextSibling; at !== null && at !== last; at = at.nextSibling) list.push(at);
    return list;
  };
  const insert = (node: ContainerNode, before: ContainerNode | null): ContainerNode => {
    const added = asNode(node);
    parent.insertBefore(added, before === null ? last : asNode(before));
    return node;
  };
  const container = {
    nodeType: 1,
    parentNode: parent,
    namespaceURI: parent instanceof Element ? parent.namespaceURI : null,
    get firstChild() {
      return nodes()[0] ?? null;
    },
    get childNodes() {
      return nodes();
    },
    contains: (other: ContainerNode | null) =>
      other !== null && nodes().some((node) => node.contains(asNode(other))),
    insertBefore: insert,
    appendChild: (node: ContainerNode) => insert(node, null),
    removeChild: (node: ContainerNode) => {
      parent.removeChild(asNode(node));
      return node;
    },
  };
  return container;
}
