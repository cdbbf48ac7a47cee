/** Stores a number; true when it differs from the one before (NaN equals NaN). */
export function put(column: Float64Array, at: number, value: number): boolean {
  const was = column[at];
  column[at] = value;
  return was !== value && (was === was || value === value);
}
