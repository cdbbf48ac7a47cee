import { EVENT_MAPPINGS, type EventMapping } from "../../feed/map.ts";

/** More fields than any event type has. */
const FIELDS_MAX = 64;
const TYPES_MAX = 64;

/** Places of a type's fields in a row of a COMPACT block, −1 for those that are not there. */
export interface Layout {
  readonly type: string;
  /** Fields per row. */
  readonly stride: number;
  /** Names as the server announced them. */
  readonly fields: readonly string[];
  readonly symbolAt: number;
  /** Bit of the type in a mask of types, −1 when it does not go to the board. */
  readonly bit: number;
  readonly kind: number;
  /** `valueAt[i]` is the place of the value that belongs to slot `slotOf[i]`. */
  readonly valueAt: readonly number[];
  readonly slotOf: readonly number[];
  /** Slots of a `MarketBatch` row that stay absent. */
  readonly emptySlots: readonly number[];
  readonly timeAt: readonly number[];
  readonly flagsAt: number;
  readonly statusAt: number;
}

/** What a FEED_CONFIG did. */
export interface LayoutChange {
  /** Types that it left without a layout. */
  readonly unusable: number;
  /** Mask of types that had other fields before. */
  readonly changed: number;
  /** Fields that were granted though not asked for, as `Type.field`. */
  readonly unasked: readonly string[];
  /** Fields that were asked for and not granted, as `Type.field`. */
  readonly missing: readonly string[];
}

const BIT_OF = new Map(EVENT_MAPPINGS.map(({ type }, bit) => [type, bit]));

/** Bit of an event type in a mask of types; −1 for types that do not go to the board. */
export function bitOf(type: string): number {
  return BIT_OF.get(type) ?? -1;
}

/**
 * Layouts per type as the server's FEED_CONFIG messages made them: decoding goes by what it
 * granted, never by what was asked. Later messages may name only what changed.
 */
export class LayoutTable {
  readonly #byType = new Map<string, Layout>();

  /**
   * Takes over the `eventFields` of a FEED_CONFIG. A type is unusable with more than 64 fields or
   * beyond 64 types, without a symbol, or when it is no list of names; it then has no layout.
   */
  merge(eventFields: Readonly<Record<string, unknown>>): LayoutChange {
    let unusable = 0;
    let changed = 0;
    const unasked: string[] = [];
    const missing: string[] = [];
    for (const [type, fields] of Object.entries(eventFields)) {
      const layout = layoutOf(type, fields);
      const known = this.#byType.get(type);
      if (known !== undefined && known.bit !== -1 && !isSame(known, layout)) {
        changed |= 1 << known.bit;
      }
      if (layout !== null && layout.bit !== -1) {
        const asked = EVENT_MAPPINGS[layout.bit].fields;
        unasked.push(...namesBeyond(type, layout.fields, asked));
        missing.push(...namesBeyond(type, asked, layout.fields));
      }
      if (layout === null) {
        unusable++;
        this.#byType.delete(type);
      } else if (this.#byType.has(type) || this.#byType.size < TYPES_MAX) {
        this.#byType.set(type, layout);
      } else {
        unusable++;
      }
    }
    return { unusable, changed, unasked, missing };
  }

  /** The layout of a type, or undefined when the server has not announced one. */
  of(type: string): Layout | undefined {
    return this.#byType.get(type);
  }
}

function namesBeyond(type: string, names: readonly string[], known: readonly string[]): string[] {
  return names.filter((name) => name !== "eventType" && !known.includes(name))
    .map((name) => `${type}.${name}`);
}

function isSame(known: Layout, layout: Layout | null): boolean {
  return layout !== null && known.fields.join() === layout.fields.join();
}

function layoutOf(type: string, fields: unknown): Layout | null {
  if (!Array.isArray(fields) || fields.length > FIELDS_MAX) return null;
  if (!fields.every((field) => typeof field === "string")) return null;
  const symbolAt = fields.indexOf("eventSymbol");
  if (symbolAt === -1) return null;
  const bit = bitOf(type);
  const mapping = bit === -1 ? null : EVENT_MAPPINGS[bit];
  return {
    type,
    stride: fields.length,
    fields,
    symbolAt,
    bit,
    kind: mapping?.kind ?? -1,
    ...placesOf(mapping, fields),
    flagsAt: fields.indexOf("eventFlags"),
    statusAt: fields.indexOf("tradingStatus"),
  };
}

function placesOf(mapping: EventMapping | null, fields: readonly string[]) {
  const valueAt: number[] = [];
  const slotOf: number[] = [];
  const values = Object.entries(mapping?.values ?? {});
  for (const [name, { slot }] of values) {
    const at = fields.indexOf(name);
    if (at === -1) continue;
    valueAt.push(at);
    slotOf.push(slot);
  }
  const emptySlots = [0, 1, 2, 3, 4, 5, 6, 7].filter((slot) => !slotOf.includes(slot));
  const timeAt = (mapping?.times ?? []).map((name) => fields.indexOf(name)).filter((at) => at >= 0);
  return { valueAt, slotOf, emptySlots, timeAt };
}
