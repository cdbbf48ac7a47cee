import type { Random } from "../../ports/random.ts";

/** 32 digits and capitals without those that are read as others: I, L, O and U. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;
/** Longer input is no slip of the hand. */
const INPUT_MAX = 64;

/** A login code: eight symbols of five bits, 40 bits in all, without the dash. Secret. */
export function makeCode(random: Random): string {
  // 256 is a multiple of 32: every symbol is equally likely.
  return Array.from(random.bytes(LENGTH), (byte) => ALPHABET[byte & 31]).join("");
}

/** The code as it is printed: `K7QM-2XPD`. */
export function shownCode(code: string): string {
  return `${code.slice(0, LENGTH / 2)}-${code.slice(LENGTH / 2)}`;
}

/**
 * What was typed, as a code without its dash. Case, spaces and dashes do not count, and O, I and L
 * are read as 0, 1 and 1. Null for what cannot be a code at all, whatever the code is.
 */
export function readCode(text: string): string | null {
  if (text.length > INPUT_MAX) return null;
  const plain = text.toUpperCase().replaceAll(/[\s\u2010-\u2015\u2212-]/g, "")
    .replaceAll("O", "0").replaceAll(/[IL]/g, "1");
  return plain.length === LENGTH && [...plain].every((one) => ALPHABET.includes(one))
    ? plain
    : null;
}

/** Whether two codes are equal, in a time that does not depend on where they differ. */
export function isSameCode(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < LENGTH; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
