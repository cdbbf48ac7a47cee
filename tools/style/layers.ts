/**
 * Layers of the project, lowest first. A file may import from its own folder and from layers below
 * its own; folders of one layer do not know each other. Source: design.md, Layout.
 */
const LAYERS: readonly (readonly string[])[] = [
  ["lib/base"],
  ["lib/domain", "lib/format", "lib/calendar"],
  ["lib/pricing", "lib/reference", "lib/stream/protocol"],
  ["lib/market", "lib/portfolio", "lib/analytics", "lib/stream/client"],
  ["lib/ports"],
  ["lib/trading", "lib/world", "lib/host", "lib/settings"],
  ["lib/brokers", "lib/store", "lib/stream/hub", "lib/auth", "lib/relay"],
  ["lib/desk"],
  ["define.ts", "components"],
  ["routes", "islands"],
  ["main.ts", "serve.ts", "launch.ts"],
  ["dev.ts"],
];

/** What islands (and the components they draw with) may import of lib. */
const BROWSER_SAFE = [
  "lib/base",
  "lib/domain",
  "lib/format",
  "lib/calendar",
  "lib/pricing",
  "lib/portfolio",
  "lib/analytics",
  "lib/stream/protocol",
  "lib/stream/client",
];

/** Folders outside the layers: they may import anything but are imported by nobody in them. */
const OUTSIDE = ["tests", "tools", "bench", "sims", "fresh_host"];

function folderOf(path: string, folders: readonly string[]): string | null {
  const found = folders.filter((folder) => path === folder || path.startsWith(`${folder}/`));
  return found.sort((a, b) => b.length - a.length)[0] ?? null;
}

function layerOf(path: string): { folder: string; rank: number } | null {
  const folder = folderOf(path, LAYERS.flat());
  if (folder === null) return null;
  return { folder, rank: LAYERS.findIndex((layer) => layer.includes(folder)) };
}

/** Wiring that the layout allows explicitly: views are shared by routes, islands and components. */
function isPagePair(from: string, to: string): boolean {
  const page = ["routes", "islands", "components"];
  return page.includes(from) && page.includes(to);
}

/**
 * Why `from` must not import `to` (both project paths), or null when it may.
 * Test files are exempt: they may reach for fixtures.
 */
export function importProblem(from: string, to: string): string | null {
  if (/_test\.tsx?$/.test(from) || folderOf(from, OUTSIDE) !== null) return simProblem(from, to);
  const source = layerOf(from);
  const target = layerOf(to);
  if (source === null) return null;
  if (target === null) return `${from}: imports ${to}, which is in no layer`;
  if (source.folder === target.folder || isPagePair(source.folder, target.folder)) return null;
  const isIsland = source.folder === "islands" || source.folder === "components";
  if (isIsland && to.startsWith("lib/") && folderOf(to, BROWSER_SAFE) === null) {
    return `${from}: an island imports ${to}, which does not belong in a browser`;
  }
  if (target.rank < source.rank) return null;
  return `${from}: imports ${to} against the direction of the layers`;
}

/** Sims and conformance clients must not share code with what they check. */
function simProblem(from: string, to: string): string | null {
  if (isIndependent(from) && /^lib\/(brokers|stream)\//.test(to)) {
    return `${from}: imports ${to}; a check shares no code with what it checks`;
  }
  if (isOracle(from) && to.startsWith("lib/")) {
    return `${from}: an oracle imports ${to}`;
  }
  return null;
}

/** `desk.ts` of that folder is the side that the oracle checks. */
function isOracle(path: string): boolean {
  return path.startsWith("tests/oracle/") && !/(_test|\/desk)\.ts$/.test(path);
}

function isIndependent(path: string): boolean {
  return path.startsWith("sims/") ||
    (path.startsWith("tests/conformance/") && !/_test\.ts$/.test(path));
}
