import type { AnyComponent } from "preact";
import type { MaybeLazy } from "./lazy.ts";

/** A component that the browser hydrates. */
export interface Island {
  /** Name of the export in its file. */
  readonly exportName: string;
  /** Path of its chunk, from the app's base path. */
  readonly chunk: string;
  readonly component: AnyComponent<Record<string, unknown>>;
}

/** Islands by component function. */
export type IslandRegistry = Map<unknown, Island>;

/** What a file of `routes/` is for. */
export type FsRouteKind = "app" | "middleware" | "layout" | "error" | "notFound" | "route";

/** One file of `routes/`. */
export interface FsRoute {
  readonly kind: FsRouteKind;
  /** Path below `routes/` without extension, such as "/a/[id]/_layout". */
  readonly id: string;
  /** The module, or for routes a function that imports it. */
  readonly module: MaybeLazy<object>;
}

/** One file that the browser may fetch. */
export interface StaticFile {
  /** Content hash, hexadecimal. */
  readonly hash: string;
  readonly contentType: string;
  /** The bytes, or the file's path from the project root. */
  readonly content: Uint8Array<ArrayBuffer> | string;
}

/** A build: everything that the server needs to know besides the app itself. */
export interface Snapshot {
  readonly buildId: string;
  readonly routes: readonly FsRoute[];
  readonly islands: IslandRegistry;
  /** By decoded request path from the base path, such as "/styles.css". */
  readonly staticFiles: ReadonlyMap<string, StaticFile>;
}

/** Path of the boot module of a build. */
export function clientEntry(buildId: string): string {
  return `/_fresh/js/${buildId}/fresh-runtime.js`;
}

function isComponent(value: unknown): value is AnyComponent<Record<string, unknown>> {
  return typeof value === "function";
}

/** Collects every function that the island modules export; [module, chunk path] each. */
export function islandRegistry(modules: readonly (readonly [object, string])[]): IslandRegistry {
  const registry: IslandRegistry = new Map();
  for (const [module, chunk] of modules) {
    for (const [exportName, component] of Object.entries(module)) {
      if (isComponent(component)) registry.set(component, { exportName, chunk, component });
    }
  }
  return registry;
}
