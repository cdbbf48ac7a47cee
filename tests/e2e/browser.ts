import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../prerequisite.ts";

/** A page with what it complained about, and what its stream received. */
export interface Watched {
  readonly page: Page;
  /** Console errors, page errors, policy reports and requests to another origin, in order. */
  readonly complaints: readonly string[];
  /** Binary frames of the stream so far, over all its connections. */
  frames(): number;
}

/** Viewports that every page is looked at in. */
export const DESKTOP = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

/** Starts a headless Chromium; the caller closes it. */
export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: chromiumPath() ?? undefined,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
}

/** How a page is opened. */
export interface PageOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: "light" | "dark";
  readonly isTouch?: boolean;
  readonly javaScript?: boolean;
  /** Runs in the page before its own scripts. */
  readonly before?: () => void;
}

/** Opens a page in a context of its own and collects what it complains about. */
export async function openPage(
  browser: Browser,
  options: PageOptions = {},
): Promise<Watched> {
  const context = await browser.newContext({
    viewport: options.viewport ?? DESKTOP,
    colorScheme: options.colorScheme ?? "light",
    hasTouch: options.isTouch ?? false,
    javaScriptEnabled: options.javaScript ?? true,
  });
  if (options.before !== undefined) await context.addInitScript(options.before);
  return await openPageIn(context);
}

/** Opens a page in a context that another page shares. */
export async function openPageIn(context: BrowserContext): Promise<Watched> {
  await context.addInitScript(reportPolicy);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on(
    "pageerror",
    (error) => complaints.push(`page error: ${error.message}`),
  );
  page.on("console", (message) => {
    if (message.type() === "error") {
      complaints.push(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    const isLocal = url.hostname === "127.0.0.1" || url.protocol === "data:" ||
      url.protocol === "blob:";
    if (!isLocal) complaints.push(`foreign request: ${url.href}`);
  });
  let frames = 0;
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      if (typeof payload !== "string") frames += 1;
    });
  });
  return { page, complaints, frames: () => frames };
}

/** Makes every report of the content security policy a console error. */
function reportPolicy(): void {
  document.addEventListener("securitypolicyviolation", (event) => {
    console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
  });
}

/** Waits until something holds; fails with `what` when it does not within `withinMs`. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 10_000,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!await holds()) {
    if (performance.now() > deadline) {
      throw new Error(`not within ${withinMs} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** Waits for so many more frames of the stream. */
export async function untilFrames(
  watched: Watched,
  more: number,
): Promise<void> {
  const wanted = watched.frames() + more;
  await until(
    `${more} more frames`,
    () => watched.frames() >= wanted,
    5_000 + more * 200,
  );
}
