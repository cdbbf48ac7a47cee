import assert from "node:assert/strict";
import { fail, ok } from "@/lib/base/result.ts";
import { openReplay, type ReplayData } from "@/lib/brokers/replay/open.ts";
import type { ReadProblem } from "@/lib/ports/files.ts";

const UNDERLYING = {
  symbol: "ACME",
  kind: "equity",
  currency: "USD",
  exchange: "US",
  tickSize: 0.01,
  riskFreeRate: 0.05,
  dividendYield: 0.02,
  carrySource: "test",
  spot: { rule: "bars" },
};

const OPTION_CLASS = {
  root: "ACME",
  underlying: "ACME",
  multiplier: 100,
  deliverable: 100,
  currency: "USD",
  exchange: "OPRA",
  tickSize: 0.01,
  settlement: "PM",
  sessionClass: "equity",
};

/** A manifest of one share and its options; `changes` replace fields. */
export function aManifest(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    format: "deltadesk-replay",
    version: 1,
    name: "test",
    dates: ["2025-03-19"],
    timeZone: "America/New_York",
    baseCurrency: "USD",
    cadenceSeconds: 60,
    model: "european",
    referenceSymbol: "ACME",
    underlyings: [UNDERLYING],
    optionClasses: [OPTION_CLASS],
    quoteFiles: ["quotes.csv"],
    barFiles: ["bars.csv"],
    bookFile: "book.json",
    ...changes,
  });
}

/** The index IDX beside ACME, priced by the pair of IDXW 2025-03-21 1500. */
export const WITH_INDEX = {
  underlyings: [UNDERLYING, {
    ...UNDERLYING,
    symbol: "IDX",
    kind: "index",
    spot: { rule: "parity", root: "IDXW", expiry: "2025-03-21", strike: 1500 },
  }],
  optionClasses: [OPTION_CLASS, { ...OPTION_CLASS, root: "IDXW", underlying: "IDX" }],
};

/** A book of one account; `changes` replace fields. */
export function aBook(changes: Record<string, unknown> = {}): string {
  return JSON.stringify({
    accounts: [{ number: "A-0001", nickname: "Individual", type: "Margin", currency: "USD" }],
    cash: [{ account: "A-0001", currency: "USD", amount: 1000 }],
    positions: [
      { account: "A-0001", instrument: "ACME", overnightQuantity: 100 },
      { account: "A-0001", instrument: "ACME 2025-04-17 C 100 x100", overnightQuantity: -5 },
    ],
    ...changes,
  });
}

/** Rows below the header of a quote file. */
export function quotes(...rows: string[]): string {
  return ["time,root,expiry,strike,right,bid,ask,bid_size,ask_size", ...rows, ""].join("\n");
}

/** Rows below the header of a bar file. */
export function bars(...rows: string[]): string {
  return ["time,symbol,open,high,low,close,volume", ...rows, ""].join("\n");
}

/** Rows of the ACME 2025-04-17 100 call: `minute` after 10:00, bid and ask. */
export function callRow(minute: number, bid: string, ask: string): string {
  const time = `2025-03-19T10:${String(minute).padStart(2, "0")}:00`;
  return `${time},ACME,2025-04-17,100,call,${bid},${ask},10,20`;
}

/** A bar of ACME `minute` after 10:00. */
export function barRow(minute: number, close: number): string {
  const time = `2025-03-19T10:${String(minute).padStart(2, "0")}:00`;
  return `${time},ACME,${close},${close},${close},${close},500`;
}

/** Event time of the bar that starts `minute` after 10:00 New York: a minute later, UTC. */
export function eventAt(minute: number): number {
  return Date.UTC(2025, 2, 19, 14, minute + 1);
}

/** The files of a folder that is right; `changes` replace, null leaves out. */
export function files(changes: Record<string, string | null> = {}): Record<string, string | null> {
  return {
    "manifest.json": aManifest(),
    "book.json": aBook(),
    "quotes.csv": quotes(callRow(0, "2.00", "2.10"), callRow(1, "2.05", "2.15")),
    "bars.csv": bars(barRow(0, 98.5), barRow(1, 98.6)),
    ...changes,
  };
}

/** Opens a folder of texts. */
export function open(folder: Record<string, string | null>) {
  return openReplay("/rec", (path) => {
    const text = folder[path.replace("/rec/", "")] ?? null;
    const missing: ReadProblem = "notFound";
    return Promise.resolve(text === null ? fail(missing) : ok(text));
  });
}

/** Opens a folder that must be right. */
export async function opened(changes: Record<string, string | null> = {}): Promise<ReplayData> {
  const data = await open(files(changes));
  assert.ok(data.ok, data.ok ? "" : data.error.message);
  return data.value;
}
