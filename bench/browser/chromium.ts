import { chromiumPath } from "../../tests/prerequisite.ts";
import type { Peer } from "../peers.ts";

/** A session of the browser's own protocol with one page. */
export interface CdpSession {
  send(method: string, params?: unknown): Promise<Readonly<Record<string, unknown>>>;
}

/** A page, as far as the bench drives it. */
export interface Page {
  goto(url: string): Promise<unknown>;
  evaluate<A, T>(work: (argument: A) => T | Promise<T>, argument: A): Promise<T>;
  waitForSelector(selector: string): Promise<unknown>;
  on(event: "pageerror", work: (error: Error) => void): void;
  context(): Context;
}

/** A context of pages with its own storage. */
export interface Context {
  newPage(): Promise<Page>;
  newCDPSession(page: Page): Promise<CdpSession>;
  addInitScript(script: () => void): Promise<void>;
  close(): Promise<void>;
}

/** A running Chromium. */
export interface Browser {
  newContext(options: unknown): Promise<Context>;
  startTracing(page: Page, options: unknown): Promise<void>;
  stopTracing(): Promise<Uint8Array>;
  version(): string;
  close(): Promise<void>;
}

/** `playwright-core`, as far as the bench needs it. */
export interface PlaywrightModule {
  readonly chromium: { launch(options: unknown): Promise<Browser> };
}

/** A desktop's window. */
export const VIEWPORT = { width: 1440, height: 900 } as const;

/** Starts a headless Chromium of the machine, or says why there is none. */
export async function openChromium(
  playwright: Peer<PlaywrightModule>,
): Promise<Browser | { readonly why: string }> {
  if (!playwright.isThere) return { why: `${playwright.label}: ${playwright.why}` };
  const executablePath = chromiumPath();
  if (executablePath === null) {
    return { why: "no Chromium on this machine (CHROMIUM names one elsewhere)" };
  }
  try {
    return await playwright.module.chromium.launch({
      executablePath,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
  } catch (error) {
    const text = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { why: `Chromium does not start: ${text}` };
  }
}
