import { type DeskProcess, startDesk } from "../../tools/soak/desk_process.ts";
import type { Browser, Page } from "./chromium.ts";
import { openPage } from "./lab.ts";

/** Different diffs that are sent round and round. */
const RECORDED = 40;
/** Points of the line before the first measured frame. */
const POINTS = 1_840;
const FRAME_MS = 50;
/** Frames that a source of one point a second advances by. */
const STEP_MS = 1_000;

/** The desk's own Overview in a browser, and what sends frames into it. */
export interface DeskPage {
  readonly page: Page;
  /** Sends so many frames, twenty a second, each marked "flush" in the page's timeline. */
  send(frames: number): Promise<void>;
  close(): Promise<void>;
}

/** Keeps the stream's socket and its diffs where `sendDiffs` finds them. Runs in the page. */
function recordStream(): void {
  const Plain = WebSocket;
  const diffs: ArrayBuffer[] = [];
  class Recorded extends Plain {
    constructor(url: string | URL) {
      super(url);
      Reflect.set(globalThis, "streamSocket", this);
      this.addEventListener("message", ({ data }) => {
        if (!(data instanceof ArrayBuffer) || diffs.length >= 40) return;
        // A diff without directory text: only values.
        const head = new DataView(data);
        if (head.getUint8(1) === 1 && head.getUint32(60, true) === 0) diffs.push(data.slice(0));
      });
    }
  }
  Reflect.set(globalThis, "streamDiffs", diffs);
  Reflect.set(globalThis, "WebSocket", Recorded);
}

/**
 * Sends recorded diffs as if the desk had flushed them, numbered on, a second of the source apart:
 * the line grows with every one. Runs in the page.
 */
async function sendDiffs(
  [count, everyMs, stepMs]: readonly [number, number, number],
): Promise<void> {
  const diffs: ArrayBuffer[] = Reflect.get(globalThis, "streamDiffs");
  const socket: WebSocket = Reflect.get(globalThis, "streamSocket");
  const state = Reflect.get(globalThis, "sent") ?? { seq: 2_000_000, ms: 0 };
  Reflect.set(globalThis, "sent", state);
  const newest = new DataView(diffs[diffs.length - 1]);
  const [server, source] = [newest.getFloat64(16, true), newest.getFloat64(24, true)];
  for (let i = 0; i < count; i++) {
    const data = diffs[i % diffs.length].slice(0);
    const head = new DataView(data);
    state.ms += stepMs;
    head.setUint32(4, ++state.seq, true);
    head.setUint32(8, state.seq === 2_000_001 ? 1 : state.seq - 1, true);
    head.setFloat64(16, server + state.ms, true);
    head.setFloat64(24, source + state.ms, true);
    if (everyMs > 0) {
      await new Promise((done) => setTimeout(done, everyMs));
      performance.mark("flush");
    }
    socket.dispatchEvent(new MessageEvent("message", { data }));
    if (everyMs === 0 && i % 50 === 49) await new Promise((done) => requestAnimationFrame(done));
  }
}

async function symbolsOf(url: string): Promise<string> {
  const book: { readonly grouped_positions: readonly { readonly symbol: string }[] } =
    await (await fetch(`${url}api/data`)).json();
  return book.grouped_positions.map(({ symbol }) => encodeURIComponent(symbol)).join(",");
}

async function untilRecorded(page: Page): Promise<void> {
  await page.evaluate(async (wanted) => {
    const diffs: ArrayBuffer[] = Reflect.get(globalThis, "streamDiffs");
    while (diffs.length < wanted) await new Promise((done) => setTimeout(done, 50));
  }, RECORDED);
}

async function startDemo(): Promise<DeskProcess | { readonly why: string }> {
  try {
    return await startDesk(["--positions", "500"], new AbortController().signal);
  } catch (error) {
    const text = error instanceof Error ? error.message.split("\n")[0] : String(error);
    return { why: `the desk does not start: ${text}` };
  }
}

/**
 * Starts a demo desk of 500 positions as a user does, opens its Overview with all groups open, and
 * fills the line of today. Says why the desk does not start.
 */
export async function openDeskPage(
  browser: Browser,
): Promise<DeskPage | { readonly why: string }> {
  const desk = await startDemo();
  if ("why" in desk) return desk;
  try {
    const { page } = await openPage(browser, recordStream);
    const send = (frames: number, everyMs: number) =>
      page.evaluate(sendDiffs, [frames, everyMs, STEP_MS] as const);
    await page.goto(`${desk.url}?open=${await symbolsOf(desk.url)}`);
    await page.waitForSelector(".ring-figure.is-live");
    await page.waitForSelector(".stats [data-t]");
    await untilRecorded(page);
    await send(POINTS, 0);
    return {
      page,
      send: (frames) => send(frames, FRAME_MS),
      close: async () => {
        await page.context().close();
        await desk.stop();
      },
    };
  } catch (error) {
    await desk.stop();
    throw error;
  }
}

/** The least page there is: each flush writes one text. What the browser alone takes. */
export async function openPlainPage(browser: Browser): Promise<DeskPage> {
  const { page } = await openPage(browser);
  await page.evaluate(() => {
    document.body.textContent = "0";
  }, null);
  const send = (frames: number) =>
    page.evaluate(async ([frames, everyMs]) => {
      const text = document.body.firstChild;
      for (let i = 0; i < frames; i++) {
        await new Promise((done) => setTimeout(done, everyMs));
        performance.mark("flush");
        requestAnimationFrame(() => {
          if (text instanceof Text) text.data = String(i);
        });
      }
    }, [frames, FRAME_MS] as const);
  return { page, send, close: () => page.context().close() };
}
