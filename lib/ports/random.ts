/** Randomness from outside; what must repeat takes a seed instead. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** `count` unpredictable bytes, fit for tokens and nonces. */
  bytes(count: number): Uint8Array<ArrayBuffer>;
}
