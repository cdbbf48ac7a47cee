import type { SampleKind } from "../../ports/history.ts";
import type { SeriesName } from "./wire/messages.ts";

/** Series that one run of the desk may record. */
export const SERIES_MAX = 400_000;

/** Interned names of series; the handle is their index. */
export class SeriesNames {
  readonly #handles = new Map<string, number>();
  readonly #names: SeriesName[] = [];
  #told = 0;

  /** The handle of a series, the same for the same kind and key; −1 past the bound. */
  handleOf(kind: SampleKind, key: string): number {
    const text = `${kind} ${key}`;
    const known = this.#handles.get(text);
    if (known !== undefined) return known;
    if (this.#names.length >= SERIES_MAX) return -1;
    const handle = this.#names.length;
    this.#handles.set(text, handle);
    this.#names.push({ handle, kind, key });
    return handle;
  }

  /** Names that were not given out by this since the start or `forget`. */
  takeNew(): readonly SeriesName[] {
    const names = this.#names.slice(this.#told);
    this.#told = this.#names.length;
    return names;
  }

  /** Who was told has forgotten: all names are new again. */
  forget(): void {
    this.#told = 0;
  }
}
