/** A value of a query; a list becomes repeated `key[]` parameters. */
export type QueryValue = string | number | boolean | readonly string[];

/** Parameters of a request by name, in camelCase or kebab-case. */
export type Query = Readonly<Record<string, QueryValue | undefined>>;

function dasherized(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * The query of a request with its question mark, or "" when there is none: names in kebab-case,
 * lists as `key[]=a&key[]=b`, slashes and spaces encoded. Source: tastytrade.md §2.
 */
export function queryText(query: Query): string {
  const parts: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    const key = dasherized(name);
    if (typeof value === "object") {
      for (const item of value) parts.push(`${key}[]=${encodeURIComponent(item)}`);
    } else {
      parts.push(`${key}=${encodeURIComponent(value)}`);
    }
  }
  return parts.length === 0 ? "" : `?${parts.join("&")}`;
}

/**
 * A symbol as one segment of a path: `/ESZ6` is `%2FESZ6`, spaces of option symbols are `%20`. The
 * official package leaves its paths as they are, so that this is what it is given.
 */
export function pathSegment(symbol: string): string {
  return encodeURIComponent(symbol);
}

/** Cuts a list into pieces of at most `size`. */
export function pieces<T>(list: readonly T[], size: number): T[][] {
  const count = Math.ceil(list.length / size);
  return Array.from({ length: count }, (_, i) => list.slice(i * size, (i + 1) * size));
}
