const DEFAULTS: readonly (readonly [string, string])[] = [
  ["a", "m"],
  ["price", "last"],
  ["tho", "false"],
];

/**
 * One spelling of a candle symbol: the server may answer with attributes sorted, values shortened
 * and `=1m` as `=m`, so that symbols are compared in this form only.
 *
 * A leading 1 of the period is dropped, keys are sorted, defaults left out, values in lower case.
 * Text without attributes in braces comes back as it is. Source: dxlink.md §5.
 * Example: `AAPL&Q{=1m,tho=true,price=last}` becomes `AAPL&Q{=m,tho=true}`.
 */
export function canonicalCandleSymbol(symbol: string): string {
  const parts = /^([^{}]+)\{([^{}]*)\}$/.exec(symbol);
  if (parts === null) return symbol;
  const [, base, inner] = parts;
  let period = "t";
  const attributes: string[] = [];
  for (const attribute of inner.split(",")) {
    const at = attribute.indexOf("=");
    if (at === -1) continue;
    const key = attribute.slice(0, at);
    const value = attribute.slice(at + 1).toLowerCase();
    if (key === "") period = value.replace(/^1(?=[a-z])/, "");
    else if (!DEFAULTS.some(([name, usual]) => name === key && usual === value)) {
      attributes.push(`${key}=${value}`);
    }
  }
  return `${base}{${[`=${period}`, ...attributes.sort()].join(",")}}`;
}
