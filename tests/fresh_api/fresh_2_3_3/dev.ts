/** Public API of `jsr:@fresh/core@2.3.3`, entry point `./dev`: types alone. */
import type { App, ListenOptions } from "./core.ts";

export interface BuildOptions {
  target?: string | string[];
  root?: string;
  outDir?: string;
  staticDir?: string | string[];
  islandDir?: string;
  routeDir?: string;
  serverEntry?: string;
  ignore?: RegExp[];
  sourceMap?: object;
}

/** The real one takes its State as a class parameter that defaults to any. */
export declare class Builder {
  constructor(options?: BuildOptions);
  registerIsland(specifier: string): void;
  listen<State>(
    importApp: () => Promise<{ app: App<State> } | App<State>>,
    options?: ListenOptions,
  ): Promise<void>;
  build(options?: {
    mode?: "development" | "production";
    snapshot?: "disk" | "memory";
  }): Promise<<State>(app: App<State>) => void>;
}
