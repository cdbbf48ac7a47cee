/** Stores a number; true when it differs from the one before (NaN equals NaN). */
export function put(column: Float64Array, at: number, value: number): boolean {
  const was = column[at];
  column[at] = value;
  return was !== value && (was === was || value === value);
}

/** As `put`, for values of display precision. */
export function putFloat(column: Float32Array, at: number, value: number): boolean {
  const was = column[at];
  column[at] = value;
  const is = column[at];
  return was !== is && (was === was || is === is);
}

/** As `put`, for codes. */
export function putCode(column: Uint8Array, at: number, value: number): boolean {
  const was = column[at];
  column[at] = value;
  return was !== value;
}
