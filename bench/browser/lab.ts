import { loadPeer } from "../peers.ts";
import { bundlePage, type EsbuildModule } from "./bundle.ts";
import {
  type Browser,
  type CdpSession,
  openChromium,
  type Page,
  type PlaywrightModule,
  VIEWPORT,
} from "./chromium.ts";
import { serveSite } from "./site.ts";
import { openWorkshop, type PagePeer } from "./workshop.ts";

/** What the rows of the browser share: one Chromium, one server of pages. */
export interface Lab {
  readonly browser: Browser;
  readonly peers: readonly PagePeer[];
  /** Peers that could not be had, with the reason. */
  readonly absent: readonly string[];
  /** Address of the page of one candidate. */
  page(row: string, candidate: string): string;
  close(): Promise<void>;
}

/** A page with its own context and a session of the browser's protocol. */
export interface OpenPage {
  readonly page: Page;
  readonly session: CdpSession;
}

/** Opens an empty page of a desktop's size; `script` runs before each document's own. */
export async function openPage(browser: Browser, script: (() => void) | null = null) {
  const context = await browser.newContext({ viewport: VIEWPORT, colorScheme: "light" });
  if (script !== null) await context.addInitScript(script);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  return { page, session };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message.split("\n")[0] : String(error);
}

/** Starts Chromium, or says why it cannot be had. */
export async function startBrowser(): Promise<Browser | { readonly why: string }> {
  return await openChromium(await loadPeer<PlaywrightModule>("playwright-core"));
}

/** Installs, bundles and serves the pages of a running Chromium, or says why it cannot. */
export async function openLab(browser: Browser): Promise<Lab | { readonly why: string }> {
  const esbuild = await loadPeer<EsbuildModule>("esbuild");
  if (!esbuild.isThere) return { why: `${esbuild.label}: ${esbuild.why}` };
  try {
    const workshop = await openWorkshop();
    try {
      const site = serveSite(await bundlePage(esbuild.module, workshop));
      const { peers, absent } = workshop;
      return { browser, peers, absent, page: site.page, close: site.close };
    } finally {
      await workshop.remove();
    }
  } catch (error) {
    return { why: `the page cannot be built: ${reasonOf(error)}` };
  }
}
