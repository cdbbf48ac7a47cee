/** What an app may say about itself when it is constructed. */
export interface FreshConfig {
  /** Path that the whole app lives under, such as "/desk"; default: the root. */
  basePath?: string;
  /** Default: "production". */
  mode?: "development" | "production";
  /** Take scheme and host of `ctx.url` from `X-Forwarded-*`; default: false. */
  trustProxy?: boolean;
}

/** The configuration with every default filled in. */
export interface ResolvedFreshConfig {
  /** Absolute path of the project directory once a build is attached, else ".". */
  root: string;
  basePath: string;
  mode: "development" | "production";
  trustProxy: boolean;
}
