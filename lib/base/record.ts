/**
 * Index of each name in a list, typed by the names. The one place where the compiler has to be
 * told that a record built from a list has exactly the keys of the list.
 * Example: `indexOf(["bid", "ask"])` is `{ bid: 0, ask: 1 }`.
 */
export function indexOf<Name extends string>(
  names: readonly Name[],
): Readonly<Record<Name, number>> {
  const entries = names.map((name, index) => [name, index] as const);
  return Object.fromEntries(entries) as Record<Name, number>;
}
