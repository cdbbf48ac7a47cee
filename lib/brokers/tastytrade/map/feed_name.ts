import { parseFuture, parseFutureOption, parseOcc, parseStreamerOption } from "./symbols.ts";

const FUTURE = /^\/[A-Z0-9]+([FGHJKMNQUVXZ])\d?(\d)(?::|$)/;
const FUTURE_OPTION = /^\.\/[A-Z0-9]+([FGHJKMNQUVXZ])\d?(\d)([CP])[\d.]+(?::|$)/;

/** Month letter and last digit of the year, and the right of an option, as one text. */
function datedName(form: RegExp, symbol: string): string | null {
  return form.exec(symbol)?.slice(1).join("") ?? null;
}

/**
 * False when the feed's symbol names another contract than the broker's own symbol does: its prices
 * would be those of something else (DAT-5). What neither form can tell is taken as it is; roots of
 * futures may differ between the two. Source: tastytrade.md §9.
 */
export function isSameContract(apiSymbol: string, streamerSymbol: string): boolean {
  const option = parseOcc(apiSymbol);
  if (option !== null) {
    const named = parseStreamerOption(streamerSymbol);
    if (named === null) return streamerSymbol.startsWith(".");
    return named.root === option.root && named.expiry === option.expiry &&
      named.right === option.right && named.strike === option.strike;
  }
  if (parseFuture(apiSymbol) !== null) {
    return datedName(FUTURE, streamerSymbol) === apiSymbol.slice(-2);
  }
  const onFuture = parseFutureOption(apiSymbol);
  if (onFuture === null) return !streamerSymbol.startsWith(".");
  const right = onFuture.right === "call" ? "C" : "P";
  return datedName(FUTURE_OPTION, streamerSymbol) === `${onFuture.code.slice(-2)}${right}`;
}
