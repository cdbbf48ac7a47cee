/** Public API of `jsr:@fresh/core@2.3.3`, entry point `./runtime`: types alone. */
import type { ComponentChildren, VNode } from "preact";

export { HttpError } from "./core.ts";

export declare const IS_BROWSER: boolean;
export declare function asset(path: string): string;
export declare function assetSrcSet(srcset: string): string;

export interface HeadProps {
  children?: ComponentChildren;
}
export declare function Head(props: HeadProps): ComponentChildren;

export interface PartialProps {
  children?: ComponentChildren;
  name: string;
  mode?: "replace" | "prepend" | "append";
}
export declare function Partial(props: PartialProps): VNode;
