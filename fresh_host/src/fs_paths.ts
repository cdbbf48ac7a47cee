/** Directory of a route id as segment names, groups included: "/(g)/[id]/x" → ["(g)", ":id"]. */
export function directorySegments(id: string): string[] {
  return id.split("/").slice(1, -1).map(segmentPattern);
}

/** Segments of a path that the app registers itself; the root for "*" and "/". */
export function pathSegments(path: string): string[] {
  if (path === "*" || path === "/*") return [];
  return path.replaceAll(/\{[^}]*\}\??/g, "").split("/").filter((part) => part !== "");
}

/**
 * URL pattern of a route file: "/(g)/a/[id]" → "/a/:id", "/[[x]]" → "/{:x}?", "/[...r]" → "/:r*".
 * Throws SyntaxError for adjacent parameters and for an optional one that is not a whole segment.
 */
export function routePattern(id: string): string {
  const parts = id.split("/").slice(1);
  if (parts.at(-1) === "index") parts.pop();
  let pattern = "";
  for (const part of parts) {
    if (isGroup(part)) continue;
    if (part.includes("][")) throw new SyntaxError(`Two parameters touch in route "${id}"`);
    const segment = segmentPattern(part);
    if (!segment.startsWith("{")) pattern += `/${segment}`;
    else pattern += pattern === "" ? `/${segment}` : `{/${segment.slice(1)}`;
  }
  return pattern === "" ? "/" : pattern;
}

function isGroup(part: string): boolean {
  return part.startsWith("(") && part.endsWith(")");
}

function segmentPattern(part: string): string {
  const rest = /^\[\.\.\.(\w+)\]$/.exec(part);
  if (rest !== null) return `:${rest[1]}*`;
  const optional = /^\[\[(\w+)\]\]$/.exec(part);
  if (optional !== null) return `{:${optional[1]}}?`;
  if (part.includes("[[") || part.includes("]]")) {
    throw new SyntaxError(`An optional parameter must be a whole segment: "${part}"`);
  }
  return part.replaceAll(/\[(\w+)\]/g, ":$1");
}

const SPECIAL_RANK: Record<string, number> = {
  _app: 0,
  _middleware: 1,
  _layout: 2,
  _404: 3,
  _error: 4,
  _500: 4,
};

function specialRank(id: string): number | null {
  return SPECIAL_RANK[id.slice(id.lastIndexOf("/") + 1)] ?? null;
}

function partRank(part: string | undefined): number {
  if (part === undefined) return 0;
  if (part.startsWith("[...")) return 4;
  if (part.startsWith("[[")) return 3;
  return part.includes("[") ? 2 : 1;
}

function routeParts(id: string): string[] {
  const parts = id.split("/").slice(1).filter((part) => !isGroup(part));
  if (parts.at(-1) === "index") parts.pop();
  return parts;
}

/**
 * Order of registration: `_app`, `_middleware`, `_layout`, `_404` and `_error` from the root down,
 * then the routes, exact segments before `[x]` before `[[x]]` before `[...x]`. Groups do not count.
 */
export function compareRouteIds(a: string, b: string): number {
  const rankA = specialRank(a);
  const rankB = specialRank(b);
  if (rankA !== null && rankB !== null) {
    const depth = a.split("/").length - b.split("/").length;
    return depth || rankA - rankB || (a < b ? -1 : 1);
  }
  if (rankA !== null || rankB !== null) return rankA !== null ? -1 : 1;
  const partsA = routeParts(a);
  const partsB = routeParts(b);
  for (let i = 0; i < Math.max(partsA.length, partsB.length); i++) {
    const rank = partRank(partsA[i]) - partRank(partsB[i]);
    if (rank !== 0) return rank;
    const nameA = partsA[i] ?? "";
    const nameB = partsB[i] ?? "";
    if (nameA !== nameB) return nameA < nameB ? -1 : 1;
  }
  return a < b ? -1 : 1;
}
