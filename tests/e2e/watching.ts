import type { Page } from "playwright-core";
import type { RunningDesk } from "./desk.ts";

/** What a reader sees of the connection and of how fresh the figures are. */
export interface Seen {
  readonly title: string;
  /** Shape in front of each feed, "live" for the plain disc, by the feed's id. */
  readonly pips: Readonly<Record<string, string>>;
  readonly words: string;
  /** Stale legs as the bar counts them, and all. */
  readonly stale: number;
  readonly legs: number;
  /** What stands over the exposure table, "" for nothing. */
  readonly note: string;
  readonly needs: string;
  /** Figures of the strip that do not look live. */
  readonly doubted: readonly string[];
  readonly todayNote: string;
}

/** Reads all of it at one moment. */
export function see(page: Page): Promise<Seen> {
  return page.evaluate(() => {
    const text = (selector: string) => document.querySelector(selector)?.textContent ?? "";
    const feeds = [...document.querySelectorAll<HTMLElement>("#feed-bar [data-feed]")];
    const shape = (feed: Element) =>
      feed.querySelector(".pip")?.className.replace("pip", "").trim() || "live";
    const [stale = "", legs = ""] = text("#feed-bar [data-n=stale]").split(" of ");
    return {
      title: document.title,
      pips: Object.fromEntries(feeds.map((feed) => [feed.dataset.feed ?? "", shape(feed)])),
      words: feeds.map((feed) => feed.textContent).join(" "),
      stale: Number(stale),
      legs: Number(legs),
      note: text("#exposure .badge.stale"),
      needs: text("#needs .notices"),
      doubted: [...document.querySelectorAll<HTMLElement>(".stats [data-id]")]
        .filter((cell) => cell.querySelector("[data-s]") !== null)
        .map((cell) => cell.dataset.id ?? ""),
      todayNote: text("#today .note"),
    };
  });
}

/** Tops and heights of the parts of the page, as text: what must not move under a reader. */
export function places(page: Page): Promise<string> {
  return page.evaluate(() =>
    ["#feed-bar", ".stats", "#today", "#exposure", "#exposure-table tbody", "#needs", "#balance"]
      .map((selector) => {
        const box = document.querySelector(selector)?.getBoundingClientRect();
        return `${selector} ${Math.round(box?.top ?? NaN)} ${Math.round(box?.height ?? NaN)}`;
      }).join("\n")
  );
}

/** Remembers the canvases of a page, and tells later whether they are still the same ones. */
export async function keepCanvases(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => {
    Reflect.set(globalThis, "kept", [...document.querySelectorAll("canvas")]);
  });
  return () =>
    page.evaluate(() => {
      const kept: Element[] = Reflect.get(globalThis, "kept");
      const now = [...document.querySelectorAll("canvas")];
      return kept.length > 0 && now.length === kept.length &&
        now.every((canvas, at) => canvas === kept[at]);
    });
}

/** A position as `GET /api/data` tells it. */
export interface ApiLeg {
  readonly account_number: string;
  readonly original_symbol: string;
  readonly instrument_type: string;
  readonly option_type: string | null;
  readonly quantity: number;
  readonly price: number | null;
  readonly position_delta: number | null;
  readonly net_liq: number | null;
  readonly state: string;
}

/** An answer of the desk, asked as its owner. */
export async function ask(desk: RunningDesk, path: string): Promise<string> {
  const code = /with the code (\S+)/.exec(desk.output())?.[1] ?? "";
  const headers = { authorization: `Bearer ${code}` };
  return await (await fetch(new URL(path, desk.url), { headers })).text();
}

/** Every position of the book over the API. */
export async function legsOf(desk: RunningDesk): Promise<readonly ApiLeg[]> {
  const { grouped_positions } = JSON.parse(await ask(desk, "api/data"));
  return grouped_positions.flatMap((group: { positions: ApiLeg[] }) => group.positions);
}

/** Everything that the stream of a page received, as text one byte a character. */
export function overhear(page: Page): () => string {
  const heard: string[] = [];
  page.on("websocket", (socket) => {
    socket.on("framereceived", ({ payload }) => {
      heard.push(typeof payload === "string" ? payload : payload.toString("latin1"));
    });
  });
  return () => heard.join("\n");
}

/** Everything below a folder, as text one byte a character. */
export async function filesIn(directory: string): Promise<string> {
  let text = "";
  for await (const { name, isFile, isDirectory } of Deno.readDir(directory)) {
    const path = `${directory}/${name}`;
    if (isFile) text += new TextDecoder("latin1").decode(await Deno.readFile(path));
    if (isDirectory) text += await filesIn(path);
  }
  return text;
}
