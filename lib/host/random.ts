import type { Random } from "../ports/random.ts";

const UINT32_RANGE = 2 ** 32;

/** The machine's cryptographic randomness. */
export const realRandom: Random = {
  next: () => crypto.getRandomValues(new Uint32Array(1))[0] / UINT32_RANGE,
  bytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
};
