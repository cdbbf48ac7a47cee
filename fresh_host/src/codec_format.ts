/**
 * References below zero: values that JSON does not have, or that need no entry. The text is a list
 * of entries, the first of them the root; an entry is a string, number or boolean, or a list of a
 * tag and its parts, in which numbers point to entries.
 */
export const SENTINELS = {
  undefined: -1,
  null: -2,
  nan: -3,
  infinity: -4,
  negativeInfinity: -5,
  negativeZero: -6,
  hole: -7,
} as const;
