import type { Browser } from "../browser/chromium.ts";
import { openDeskPage } from "../browser/desk_page.ts";
import { type Lab, openLab, startBrowser } from "../browser/lab.ts";
import type { Findings } from "../result.ts";
import { paintedRow } from "./painted.ts";
import { lineRow, ringRow, tableRow } from "./widgets.ts";

function absent(line: string): Findings {
  return { results: [], bounds: [], notes: [], absent: [line] };
}

/** The rows that need Chromium. It is started for the first of them and ended by `close`. */
export class BrowserRows {
  #browser: Promise<Browser | { readonly why: string }> | null = null;
  #lab: Promise<Lab | { readonly why: string }> | null = null;

  /** Row 14. */
  async painted(): Promise<Findings> {
    const browser = await this.#started();
    if ("why" in browser) return absent(`row 14: ${browser.why}`);
    const desk = await openDeskPage(browser);
    return "why" in desk ? absent(`row 14: ${desk.why}`) : await paintedRow(browser, desk);
  }

  /** Row 15. */
  ring(): Promise<Findings> {
    return this.#inLab(15, ringRow);
  }

  /** Row 16. */
  line(): Promise<Findings> {
    return this.#inLab(16, lineRow);
  }

  /** Row 17. */
  table(): Promise<Findings> {
    return this.#inLab(17, tableRow);
  }

  /** Ends what was started. */
  async close(): Promise<void> {
    const lab = await this.#lab;
    if (lab !== null && "close" in lab) await lab.close();
    const browser = await this.#browser;
    if (browser !== null && "close" in browser) await browser.close();
  }

  #started() {
    this.#browser ??= startBrowser();
    return this.#browser;
  }

  async #inLab(anchor: number, run: (lab: Lab) => Promise<Findings>): Promise<Findings> {
    const browser = await this.#started();
    if ("why" in browser) return absent(`row ${anchor}: ${browser.why}`);
    this.#lab ??= openLab(browser);
    const lab = await this.#lab;
    if ("why" in lab) return absent(`row ${anchor}: ${lab.why}`);
    return { ...await run(lab), absent: lab.absent };
  }
}
