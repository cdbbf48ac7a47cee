import { type AnyComponent, h, hydrate, type JSX } from "preact";
import { DecodedSlot, decodeProps } from "./codec_decode.ts";
import {
  type PageDom,
  readPage,
  type Region,
  rootOf,
  slotElement,
  type WholeRegion,
} from "./client_dom.ts";

type Props = Record<string, unknown>;
type Boundary = readonly [islandIndex: number, props: Props];

function isBoundaries(value: unknown): value is readonly Boundary[] {
  return Array.isArray(value) &&
    value.every((item) => Array.isArray(item) && typeof item[1] === "object");
}

function boundariesOf(payload: string): readonly Boundary[] {
  const boundaries = decodeProps(payload);
  if (!isBoundaries(boundaries)) throw new TypeError("The page's island data is malformed");
  return boundaries;
}

/**
 * Brings the islands of the page to life, each in its own task, so that one that fails leaves the
 * others alone. `payload` is what `encodeProps` wrote for the page.
 */
export function boot(components: readonly AnyComponent<Props>[], payload: string): void {
  const boundaries = boundariesOf(payload);
  const elements = new Map<number, JSX.Element>();
  const dom: PageDom = readPage(document.body, (id) => {
    const element = elements.get(id) ?? islandElement(id);
    elements.set(id, element);
    return element;
  });

  function islandElement(id: number): JSX.Element {
    const [component, props] = boundaries[id];
    return h(components[component], withSlots(props, dom));
  }

  // Every slot is read from the document before the first island changes it.
  const roots = dom.roots.filter(isWhole).map((region) => ({
    element: dom.islandElement(region.id),
    region,
  }));
  for (const comment of dom.innerComments) comment.remove();
  for (const { element, region } of roots) {
    const container = rootOf(region);
    setTimeout(() => hydrate(element, container), 0);
  }
}

function withSlots(props: Props, dom: PageDom): Props {
  const resolved = Object.entries(props).map(([name, value]) => [
    name,
    value instanceof DecodedSlot ? slotElement(value.id, dom) : value,
  ]);
  return Object.fromEntries(resolved);
}

function isWhole(region: Region): region is WholeRegion {
  if (region.end !== null && region.start.parentNode === region.end.parentNode) return true;
  console.error(
    `Island ${region.id} cannot be hydrated: invalid HTML made the browser move its content`,
  );
  return false;
}
