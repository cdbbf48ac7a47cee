import type { SampleKind } from "../../ports/history.ts";
import type { SeriesName } from "./wire/messages.ts";

/** Series that one run of the desk may record. */
export const SERIES_MAX = 400_000;

/** Interned names of series; the handle is their index. */
export class SeriesNames {
  /** By kind: a key is kept as it came, and no text is made of it to look it up. */
  readonly #handles = new Map<SampleKind, Map<string, number>>();
  readonly #kinds: SampleKind[] = [];
  readonly #keys: string[] = [];
  #told = 0;

  /** The handle of a series, the same for the same kind and key; −1 past the bound. */
  handleOf(kind: SampleKind, key: string): number {
    const ofKind = this.#ofKind(kind);
    const known = ofKind.get(key);
    if (known !== undefined) return known;
    const handle = this.#keys.length;
    if (handle >= SERIES_MAX) return -1;
    ofKind.set(key, handle);
    this.#kinds.push(kind);
    this.#keys.push(key);
    return handle;
  }

  #ofKind(kind: SampleKind): Map<string, number> {
    const known = this.#handles.get(kind);
    if (known !== undefined) return known;
    const made = new Map<string, number>();
    this.#handles.set(kind, made);
    return made;
  }

  /** Names that were not given out by this since the start or `forget`. */
  takeNew(): readonly SeriesName[] {
    const names: SeriesName[] = [];
    for (let handle = this.#told; handle < this.#keys.length; handle++) {
      names.push({ handle, kind: this.#kinds[handle], key: this.#keys[handle] });
    }
    this.#told = this.#keys.length;
    return names;
  }

  /** Who was told has forgotten: all names are new again. */
  forget(): void {
    this.#told = 0;
  }
}
