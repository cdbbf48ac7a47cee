/** Query key that pins a static file to one build. */
export const ASSET_KEY = "__frsh_c";

// In the browser this module runs from /_fresh/js/<build id>/…, so the id needs no second build.
let currentBuildId = /\/_fresh\/js\/([^/]+)\//.exec(import.meta.url)?.[1] ?? "";

/** Content hash of the build that is being served; empty while there is none. */
export function buildId(): string {
  return currentBuildId;
}

/** Sets the build id of this process. */
export function setBuildId(id: string): void {
  currentBuildId = id;
}

/**
 * Pins the path of a static file to this build, so that it may be cached for a year.
 * Paths that do not start with a single slash come back unchanged.
 */
export function asset(path: string): string {
  if (!path.startsWith("/") || path.startsWith("//") || currentBuildId === "") return path;
  const url = new URL(path, "http://asset.invalid");
  if (url.host !== "asset.invalid" || url.searchParams.has(ASSET_KEY)) return path;
  url.searchParams.set(ASSET_KEY, currentBuildId);
  return url.pathname + url.search + url.hash;
}
