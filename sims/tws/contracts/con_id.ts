import { UNSET_INT } from "../wire/field_writer.ts";

const MASK_31 = 0x7fff_ffff;
/** Slots of underlyings and their option classes; the last one is never used. */
const SLOTS = 63;
const SLOT_SHIFT = 25;
const RIGHT_SHIFT = 24;
const STRIKE_SHIFT = 12;
const FIELD_MASK = 0xfff;
const CLASSES = 3;
const SPREAD_SHIFT = 16;

/** What a contract id stands for; days and strikes count within 4096. */
export interface ConIdParts {
  /** Number of the underlying in the world; 20 at most. */
  readonly underlying: number;
  /** 0 for the underlying itself (or its future), 1 from its first option class on. */
  readonly classSlot: number;
  readonly isPut: boolean;
  /** Strike in intervals of its class. */
  readonly strikeSteps: number;
  /** Day number of the expiry; 0 for none. */
  readonly dayNo: number;
}

/**
 * Contract ids of a seed: 31 bits, the same for the same contract in every run of that seed, and
 * never the same for two contracts of one run.
 */
export class ConIds {
  readonly #factor: number;
  readonly #inverse: number;
  readonly #offset: number;

  constructor(seed: number) {
    // Odd, so that it has an inverse; the constants only have to be large.
    this.#factor = (Math.imul(seed | 0, 0x2c1b3c6d) ^ 0x5bd1e995) | 1;
    this.#inverse = inverseOf(this.#factor);
    this.#offset = Math.imul((seed | 0) + 0x7ed5, 0x165667b1) & MASK_31;
  }

  /** The id of a contract. */
  of(parts: ConIdParts): number {
    const slot = parts.underlying * CLASSES + parts.classSlot;
    const packed = slot * 2 ** SLOT_SHIFT + (parts.isPut ? 2 ** RIGHT_SHIFT : 0) +
      (fieldOf(parts.strikeSteps) << STRIKE_SHIFT) + fieldOf(parts.dayNo);
    const id = this.#mixed(packed);
    if (id !== 0 && id !== Number(UNSET_INT)) return id;
    return this.#mixed(SLOTS * 2 ** SLOT_SHIFT + (id === 0 ? 0 : 1));
  }

  /** What an id would stand for; it may stand for nothing all the same. */
  partsOf(id: number): ConIdParts {
    const packed = this.#unmixed(id & MASK_31);
    const slot = packed >>> SLOT_SHIFT;
    return {
      underlying: Math.floor(slot / CLASSES),
      classSlot: slot % CLASSES,
      isPut: ((packed >>> RIGHT_SHIFT) & 1) === 1,
      strikeSteps: fieldOf(packed >>> STRIKE_SHIFT),
      dayNo: fieldOf(packed),
    };
  }

  #mixed(packed: number): number {
    const spread = packed ^ (packed >>> SPREAD_SHIFT);
    const mixed = (Math.imul(spread, this.#factor) + this.#offset) & MASK_31;
    return mixed ^ (mixed >>> SPREAD_SHIFT);
  }

  #unmixed(id: number): number {
    const mixed = id ^ (id >>> SPREAD_SHIFT);
    const spread = Math.imul(mixed - this.#offset, this.#inverse) & MASK_31;
    return spread ^ (spread >>> SPREAD_SHIFT);
  }
}

/** A day or a strike as an id holds it. */
export function fieldOf(value: number): number {
  return value & FIELD_MASK;
}

/** Inverse of an odd number modulo 2^32, by Newton steps: each doubles the bits that are right. */
function inverseOf(odd: number): number {
  let inverse = odd;
  for (let n = 0; n < 5; n++) inverse = Math.imul(inverse, 2 - Math.imul(odd, inverse));
  return inverse;
}
