import type { Samples } from "../../ports/history.ts";

/** Bounds of what waits in memory for the disk. */
export const WAITING_SAMPLES_MAX = 2_000_000;
/** As above, in bytes. */
export const WAITING_BYTES_MAX = 256 * 2 ** 20;

/** Samples taken and not yet handed on. */
export interface WaitingEntry {
  readonly samples: Samples;
  /** Position among everything that was ever taken. */
  readonly order: number;
}

/** Size of samples, bytes. */
export function bytesOf(samples: Samples): number {
  return samples.series.byteLength + samples.values.byteLength;
}

/** A queue of samples, bounded in number and bytes: beyond, the oldest are given up. */
export class WaitingSamples {
  #entries: WaitingEntry[] = [];
  /** Entries before it are gone. */
  #head = 0;
  #sampleCount = 0;
  #bytes = 0;
  readonly #samplesMax: number;
  readonly #bytesMax: number;

  constructor(samplesMax = WAITING_SAMPLES_MAX, bytesMax = WAITING_BYTES_MAX) {
    this.#samplesMax = samplesMax;
    this.#bytesMax = bytesMax;
  }

  /** Samples that wait. */
  get sampleCount(): number {
    return this.#sampleCount;
  }

  /** Adds samples; answers how many were given up for them. */
  push(entry: WaitingEntry): number {
    this.#entries.push(entry);
    this.#count(entry.samples, 1);
    let lost = 0;
    while (this.#sampleCount > this.#samplesMax || this.#bytes > this.#bytesMax) {
      lost += this.#shift().samples.series.length;
    }
    return lost;
  }

  /** Takes the oldest: all of them up to `samplesMax`, at least one. */
  take(samplesMax: number): readonly WaitingEntry[] {
    const taken: WaitingEntry[] = [];
    let sampleCount = 0;
    while (this.#head < this.#entries.length) {
      const { series } = this.#entries[this.#head].samples;
      if (taken.length > 0 && sampleCount + series.length > samplesMax) break;
      sampleCount += series.length;
      taken.push(this.#shift());
    }
    return taken;
  }

  #shift(): WaitingEntry {
    const entry = this.#entries[this.#head++];
    this.#count(entry.samples, -1);
    // Moved down seldom: giving up one by one stays cheap however many wait.
    if (this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  #count(samples: Samples, sign: 1 | -1): void {
    this.#sampleCount += sign * samples.series.length;
    this.#bytes += sign * bytesOf(samples);
  }
}
