import {
  type ComponentChildren,
  type Context as PreactContext,
  createContext,
  h,
  isValidElement,
  toChildArray,
} from "preact";
import { useEffect } from "preact/hooks";

/** Whether the elements below belong into the document's head; set while the server renders. */
export const InsideHead: PreactContext<boolean> = createContext(false);

/** Props of {@link Head}. */
export interface HeadProps {
  children?: ComponentChildren;
}

/**
 * Puts `title`, `meta`, `link`, `script`, `style` and `base` children into the document's head
 * while the server renders; an element with the same key (or a title) replaces the one there.
 * In the browser only the title follows later changes.
 */
export function Head(props: HeadProps): ComponentChildren {
  const isBrowser = typeof document !== "undefined";
  useEffect(() => {
    const title = titleText(props.children);
    if (title !== null) document.title = title;
  });
  return isBrowser ? null : h(InsideHead.Provider, { value: true, children: props.children });
}

function titleText(children: ComponentChildren): string | null {
  for (const child of toChildArray(children)) {
    if (isValidElement(child) && child.type === "title") {
      return toChildArray(child.props.children).join("");
    }
  }
  return null;
}
