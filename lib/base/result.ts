/** A value or a typed failure, as every boundary of the desk returns it. */
export type Result<T, E> = { readonly ok: true; readonly value: T } | {
  readonly ok: false;
  readonly error: E;
};

/** Wraps a success. */
export function ok<T>(value: T): Result<T, never> {
  return { ok: true, value };
}

/** Wraps a failure; `error` is a union of literal codes or an object with a literal `code`. */
export function fail<E>(error: E): Result<never, E> {
  return { ok: false, error };
}
