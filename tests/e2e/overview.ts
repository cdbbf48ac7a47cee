import type { Page } from "playwright-core";

/** A group of the exposure table as it is shown; numbers null where a dash stands. */
export interface ShownGroup {
  readonly symbol: string;
  readonly isOpen: boolean;
  readonly numbers: Readonly<Record<string, number | null>>;
}

/** What the page shows, read from its document. */
export interface Shown {
  readonly title: string;
  /** Figures of the stat strip by their id. */
  readonly stats: Readonly<Record<string, number | null>>;
  readonly sides: Readonly<Record<string, number | null>>;
  readonly groups: readonly ShownGroup[];
  readonly foot: Readonly<Record<string, number | null>>;
  readonly legend: readonly {
    readonly label: string;
    readonly value: string;
    share: number;
  }[];
  /** Net in the middle of the ring, "+1.20M". */
  readonly ringNet: string;
  readonly accounts: readonly string[];
}

/** A figure as written on the page; null for the dash. */
export function numberOf(text: string): number | null {
  const digits = text.replace(/[^0-9.\u2212]/g, "").replace("\u2212", "-");
  return digits === "" || text.includes("\u2014") ? null : Number(digits);
}

interface Raw {
  readonly title: string;
  readonly stats: [string, string][];
  readonly sides: [string, string][];
  readonly groups: {
    symbol: string;
    isOpen: boolean;
    numbers: [string, string][];
  }[];
  readonly foot: [string, string][];
  readonly legend: { label: string; value: string; share: string }[];
  readonly ringNet: string;
  readonly accounts: string[];
}

function readRaw(): Raw {
  const text = (root: Element | null) => root?.textContent ?? "";
  const figures = (selector: string): [string, string][] =>
    [...document.querySelectorAll<HTMLElement>(selector)]
      .map((box) => [box.dataset.id ?? "", text(box.querySelector(".n"))]);
  const cells = (row: Element | null): [string, string][] =>
    [...row?.querySelectorAll<HTMLElement>("[data-c]") ?? []]
      .filter((cell) => cell.querySelector(".n") !== null)
      .map((cell) => [cell.dataset.c ?? "", text(cell.querySelector(".n"))]);
  const boxes = [
    ...document.querySelectorAll<HTMLInputElement>(
      ".accts input[type=checkbox]",
    ),
  ];
  return {
    title: document.title,
    stats: figures(".stats [data-id]"),
    sides: figures(".sides [data-id]"),
    groups: [...document.querySelectorAll("#exposure-table tr.grp")].map(
      (row) => {
        const button = row.querySelector("button");
        return {
          symbol: button?.value ?? "",
          isOpen: button?.getAttribute("aria-expanded") === "true",
          numbers: cells(row),
        };
      },
    ),
    foot: cells(document.querySelector("#exposure-table tfoot tr")),
    legend: [...document.querySelectorAll<HTMLTableRowElement>(".legend tr")]
      .map((row) => ({
        label: text(row.cells[0]).trim(),
        value: text(row.cells[1]),
        share: text(row.cells[2]),
      })),
    ringNet: text(document.querySelector(".ring-middle [data-n=net]")),
    accounts: boxes.filter((box) => box.checked).map((box) => box.value),
  };
}

function numbers(
  pairs: readonly [string, string][],
): Record<string, number | null> {
  return Object.fromEntries(pairs.map(([id, text]) => [id, numberOf(text)]));
}

/** Reads everything at one moment. */
export async function readShown(page: Page): Promise<Shown> {
  const raw = await page.evaluate(readRaw);
  return {
    ...raw,
    stats: numbers(raw.stats),
    sides: numbers(raw.sides),
    groups: raw.groups.map((group) => ({
      ...group,
      numbers: numbers(group.numbers),
    })),
    foot: numbers(raw.foot),
    legend: raw.legend.map((line) => ({
      ...line,
      share: numberOf(line.share) ?? NaN,
    })),
  };
}

/** Opens the page and waits until its stream is live and a figure has moved. */
export async function openLive(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.waitForSelector(".ring-figure.is-live");
  await page.waitForSelector(".stats [data-t]");
}

/** Text of one figure of the strip. */
export async function statText(page: Page, id: string): Promise<string> {
  return await page.textContent(`.stats [data-id="${id}"] .n`) ?? "";
}

/** Holds the display: from then on every number is of one moment. */
export async function pause(page: Page): Promise<void> {
  await page.click("[data-act=pause]");
  await page.waitForSelector("[data-act=pause][aria-pressed=true]");
  // The frame that draws the held book follows the press.
  await page.evaluate(() =>
    new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))
  );
}

/** Lets the display go on. */
export async function resume(page: Page): Promise<void> {
  await page.click("[data-act=pause]");
  await page.waitForSelector("[data-act=pause][aria-pressed=false]");
}
