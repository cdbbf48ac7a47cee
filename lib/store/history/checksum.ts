const PRIME_A = 0x9e3779b1;
const PRIME_B = 0x85ebca77;

/**
 * Checksum of bytes, 0 to 2^32 − 1: tells every change of a single 32-bit word, and others with a
 * chance of 1 in 4 billion. Four lanes of multiply and add over words, as fast as the bytes come
 * from memory. It guards against broken disks, not against people. Source: after xxHash32.
 */
export function checksum(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice();
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 2);
  const end = words.length - words.length % 4;
  let a = PRIME_A;
  let b = PRIME_B;
  let c = 0;
  let d = -PRIME_A | 0;
  for (let i = 0; i < end; i += 4) {
    a = Math.imul(rotate(a) + words[i], PRIME_A);
    b = Math.imul(rotate(b) + words[i + 1], PRIME_A);
    c = Math.imul(rotate(c) + words[i + 2], PRIME_A);
    d = Math.imul(rotate(d) + words[i + 3], PRIME_A);
  }
  for (let i = end; i < words.length; i++) a = Math.imul(rotate(a) + words[i], PRIME_A);
  for (let i = words.length * 4; i < bytes.byteLength; i++) {
    b = Math.imul(rotate(b) + aligned[i], PRIME_A);
  }
  let sum = bytes.byteLength;
  for (const lane of [a, b, c, d]) sum = Math.imul(rotate(sum) ^ lane, PRIME_B);
  return (sum ^ (sum >>> 15)) >>> 0;
}

function rotate(value: number): number {
  return (value << 13) | (value >>> 19);
}
