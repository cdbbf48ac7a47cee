import type { Tape } from "./tape.ts";

/** Mixes a 32-bit state into a well-spread 32-bit word (splitmix32), for seeding only. */
function splitmix32(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) | 0;
}

/** FNV-1a of a stream name, so that each concern draws from its own sequence. */
function hashName(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) {
    hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  }
  return hash | 0;
}

/**
 * A seeded random stream: xoshiro128**, one instance per concern of the world.
 *
 * The same (seed, name) gives the same sequence, so that a new consumer of one stream does not move
 * the others. Source: Blackman and Vigna, "Scrambled linear pseudorandom number generators".
 */
export class Prng {
  #s0: number;
  #s1: number;
  #s2: number;
  #s3: number;
  #spare = 0;
  #hasSpare = false;

  constructor(seed: number, name: string) {
    let state = splitmix32((seed | 0) ^ hashName(name)) ^ Math.floor(seed / 4294967296);
    const word = (): number => {
      state = (state + 0x6d2b79f5) | 0;
      return splitmix32(state);
    };
    this.#s0 = word();
    this.#s1 = word();
    this.#s2 = word();
    this.#s3 = word() | 1;
  }

  /** The next unsigned 32-bit word. */
  next(): number {
    const s1 = this.#s1;
    const scaled = Math.imul(s1, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    this.#s2 ^= this.#s0;
    this.#s3 ^= s1;
    this.#s1 = s1 ^ this.#s2;
    this.#s0 ^= this.#s3;
    this.#s2 ^= s1 << 9;
    this.#s3 = (this.#s3 << 11) | (this.#s3 >>> 21);
    return result;
  }

  /** A uniform number in [0, 1). */
  uniform(): number {
    return this.next() / 4294967296;
  }

  /** A uniform integer in [0, count). */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** True with the given probability. */
  isHit(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A standard normal number (Marsaglia polar method). */
  gaussian(): number {
    if (this.#hasSpare) {
      this.#hasSpare = false;
      return this.#spare;
    }
    let x = 0;
    let y = 0;
    let square = 0;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const factor = Math.sqrt(-2 * Math.log(square) / square);
    this.#spare = y * factor;
    this.#hasSpare = true;
    return x * factor;
  }

  /** Passes the place in the sequence through a tape. */
  persist(tape: Tape): void {
    this.#s0 = tape.i32(this.#s0);
    this.#s1 = tape.i32(this.#s1);
    this.#s2 = tape.i32(this.#s2);
    this.#s3 = tape.i32(this.#s3);
    this.#spare = tape.f64(this.#spare);
    this.#hasSpare = tape.flag(this.#hasSpare);
  }
}
