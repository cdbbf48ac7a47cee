/** Memory of this process, bytes. */
export interface MemoryUse {
  /** Resident set: everything, workers and buffers included. */
  readonly residentBytes: number;
  /** Objects of the main isolate, those not yet collected included. */
  readonly heapBytes: number;
}

/** Reads the memory of this process; needs no permission. */
export function memoryUse(): MemoryUse {
  const { rss, heapUsed } = Deno.memoryUsage();
  return { residentBytes: rss, heapBytes: heapUsed };
}
