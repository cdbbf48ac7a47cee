import { expiresAt, instantOf } from "./calendar.ts";

/** A quote or a bar of a source file, at the end of its minute. NaN is empty. */
export interface Row {
  /** ms; the minute's start plus 60 s. */
  readonly at: number;
  /** What the row is about: a symbol, or `ROOT|YYYYMMDD|strike|right`. */
  readonly name: string;
  readonly bid: number;
  readonly ask: number;
  readonly close: number;
}

/** Name of an option in the oracle's tables. */
export function optionName(root: string, expiry: string, strike: number, right: string): string {
  return `${root}|${expiry.replaceAll("-", "")}|${strike}|${right}`;
}

/** Parts of an option's name; null for a share. */
export function parts(name: string) {
  const [root, expiry, strike, right] = name.split("|");
  if (right === undefined) return null;
  return {
    root,
    expiry,
    strike: Number(strike),
    sign: right === "call" ? 1 : -1,
    expiresAt: expiresAt(expiry),
  };
}

function numberOf(text: string | undefined): number {
  return text === undefined || text === "" ? NaN : Number(text);
}

/** Rows of a quote or bar file in any of the layouts that the tests use. */
export function rowsOf(text: string, symbol: string): Row[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== "");
  const header = lines[0].split(",");
  return lines.slice(1).map((line) => {
    const cells = line.split(",");
    const cell = (...names: string[]) => {
      const found = names.map((name) => header.indexOf(name)).find((column) => column >= 0);
      return found === undefined ? undefined : cells[found];
    };
    const expiry = cell("expiry");
    const name = expiry === undefined ? cell("symbol") ?? symbol : optionName(
      cell("root", "underlying") ?? "",
      expiry,
      Number(cell("strike")),
      cell("right") ?? "",
    );
    return {
      at: instantOf(cell("time_new_york", "time") ?? "") + 60_000,
      name,
      bid: numberOf(cell("bid_close", "bid")),
      ask: numberOf(cell("ask_close", "ask")),
      close: expiry === undefined ? numberOf(cell("close")) : NaN,
    };
  });
}
