import { type Browser, chromium, type Page } from "playwright-core";
import { chromiumPath } from "../prerequisite.ts";

/** A page with what it complained about. */
export interface Watched {
  readonly page: Page;
  /** Console errors, page errors and policy reports, in order. */
  readonly complaints: readonly string[];
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
  return { page, complaints };
}
