/** Produces a value when it is first needed. */
export type Lazy<T> = () => Promise<T>;

/** A value, or the function that loads it. */
export type MaybeLazy<T> = T | Lazy<T>;

/** True when `value` is still to be loaded. */
export function isLazy<T extends object>(value: MaybeLazy<T>): value is Lazy<T> {
  return typeof value === "function";
}
