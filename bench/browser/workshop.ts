/** Packages that the page of the bench and its peers are made of, as bench/deno.json pins them. */
const OWN = ["@preact/signals", "chart.js", "preact", "uplot"] as const;

/** Peers that run in the page; Chart.js is both. */
export const PAGE_PEERS = ["chart.js", "echarts", "lightweight-charts"] as const;

/** A peer that runs in the page. */
export type PagePeer = typeof PAGE_PEERS[number];

const INSTALL_LIMIT_MS = 60_000;
const BENCH = new URL("../", import.meta.url);

/** A folder with the installed packages, outside the project. */
export interface Workshop {
  readonly folder: string;
  readonly peers: readonly PagePeer[];
  /** Names of peers that could not be had, with the reason. */
  readonly absent: readonly string[];
  remove(): Promise<void>;
}

async function writeConfig(folder: string, names: readonly string[]): Promise<void> {
  const config = JSON.parse(await Deno.readTextFile(new URL("deno.json", BENCH)));
  const imports = Object.fromEntries(names.map((name) => [name, config.imports[name]]));
  const text = JSON.stringify({
    nodeModulesDir: "auto",
    minimumDependencyAge: config.minimumDependencyAge,
    lock: { path: "./deno.lock", frozen: false },
    imports,
  });
  await Deno.writeTextFile(`${folder}/deno.json`, text);
  await Deno.copyFile(new URL("deno.lock", BENCH), `${folder}/deno.lock`);
}

/** Installs packages at their locked versions; the reason when they cannot be had. */
async function install(folder: string, names: readonly string[]): Promise<string | null> {
  await writeConfig(folder, names);
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["install", "--quiet"],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    env: { NO_COLOR: "1" },
    signal: AbortSignal.timeout(INSTALL_LIMIT_MS),
  }).output();
  if (success) return null;
  const lines = new TextDecoder().decode(stderr).split("\n").filter((line) => line !== "");
  return lines.find((line) => line.startsWith("error")) ?? lines[0] ?? "the install failed";
}

/**
 * Installs what the page needs into a temporary folder. A peer that cannot be had is named and left
 * out; throws when our own packages cannot be had.
 */
export async function openWorkshop(): Promise<Workshop> {
  const folder = await Deno.makeTempDir({ prefix: "deltadesk-bench-" });
  const remove = () => Deno.remove(folder, { recursive: true });
  if (await install(folder, [...OWN, ...PAGE_PEERS]) === null) {
    return { folder, peers: PAGE_PEERS, absent: [], remove };
  }
  const peers: PagePeer[] = [];
  const absent: string[] = [];
  for (const peer of PAGE_PEERS) {
    const why = await install(folder, [...OWN, ...peers, peer]);
    if (why === null) peers.push(peer);
    else absent.push(`${peer}: ${why}`);
  }
  const why = await install(folder, [...OWN, ...peers]);
  if (why === null) return { folder, peers, absent, remove };
  await remove();
  throw new Error(why);
}
