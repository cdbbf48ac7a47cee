/**
 * Carries the state of a world one way or the other.
 *
 * A writer takes each value and gives it back; a reader gives what was written instead. So a class
 * names each of its fields once, in `persist`, and cannot read them in another order than it wrote.
 */
export interface Tape {
  /** True when values come from the tape. */
  readonly isReading: boolean;
  /** Marks a part, so that a reader that lost its place notices. */
  section(name: string): void;
  f64(value: number): number;
  /** A whole number in 32 bits. */
  i32(value: number): number;
  /** A count of items that take `bytesEach` each at least; 0 when a tape cannot hold so many. */
  count(value: number, bytesEach: number): number;
  flag(value: boolean): boolean;
  /** ASCII, up to 255 characters. */
  text(value: string): string;
  /** A column of fixed length, in place. */
  floats(column: Float64Array): void;
  /** A column of any length, in place. */
  column(column: number[]): void;
  /** A column of whole numbers of any length, in place. */
  ids(column: number[]): void;
  /** A column of flags of any length, in place. */
  flags(column: boolean[]): void;
  /** A list of records: `each` passes one through field by field; `blank` stands in for reading. */
  list<T>(items: T[], blank: T, each: (item: T) => T): T[];
}

/** A 32-bit name of a section (FNV-1a). */
function markOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return hash | 0;
}

const SMALLEST_BYTES = 16_384;

/** Writes values one behind the other, little-endian, into a buffer that grows. */
export class TapeWriter implements Tape {
  readonly isReading = false;
  #view: DataView<ArrayBuffer>;
  #at = 0;

  /** `sizeHint`: bytes that will probably be needed. */
  constructor(sizeHint = 0) {
    this.#view = new DataView(new ArrayBuffer(Math.max(SMALLEST_BYTES, sizeHint)));
  }

  /** The buffer with exactly what was written, padded to whole 32-bit words; ends the writer. */
  finish(): ArrayBuffer {
    return this.#view.buffer.transfer(Math.ceil(this.#at / 4) * 4);
  }

  section(name: string): void {
    this.i32(markOf(name));
  }

  f64(value: number): number {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
    return value;
  }

  i32(value: number): number {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
    return value;
  }

  count(value: number, _bytesEach: number): number {
    return this.i32(value);
  }

  flag(value: boolean): boolean {
    this.#byte(value ? 1 : 0);
    return value;
  }

  text(value: string): string {
    this.#byte(value.length);
    for (let i = 0; i < value.length; i++) this.#byte(value.charCodeAt(i));
    return value;
  }

  floats(column: Float64Array): void {
    for (const value of column) this.f64(value);
  }

  column(column: number[]): void {
    this.i32(column.length);
    this.#reserve(column.length * 8);
    for (let i = 0; i < column.length; i++) {
      this.#view.setFloat64(this.#at, column[i], true);
      this.#at += 8;
    }
  }

  ids(column: number[]): void {
    this.i32(column.length);
    for (const value of column) this.i32(value);
  }

  flags(column: boolean[]): void {
    this.i32(column.length);
    for (const value of column) this.flag(value);
  }

  list<T>(items: T[], _blank: T, each: (item: T) => T): T[] {
    this.i32(items.length);
    for (const item of items) each(item);
    return items;
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#view.setUint8(this.#at++, value);
  }

  #reserve(bytes: number): void {
    const needed = this.#at + bytes;
    if (needed <= this.#view.byteLength) return;
    this.#view = new DataView(this.#view.buffer.transfer(Math.max(needed, 2 * this.#at)));
  }
}

/** Reads what a writer wrote; beyond the end it gives zeros and is no longer sound. */
export class TapeReader implements Tape {
  readonly isReading = true;
  readonly #view: DataView;
  #at: number;
  #isSound = true;

  /** Reads from byte `start` of `view` on. */
  constructor(view: DataView, start: number) {
    this.#view = view;
    this.#at = start;
  }

  /** False when a section was not where it should be, or the tape ended too early. */
  get isSound(): boolean {
    return this.#isSound;
  }

  /** True when nothing but padding is left. */
  get isAtEnd(): boolean {
    return this.#isSound && this.#view.byteLength - this.#at < 4;
  }

  section(name: string): void {
    if (this.i32(0) !== markOf(name)) this.#isSound = false;
  }

  f64(_value: number): number {
    return this.#has(8) ? this.#view.getFloat64((this.#at += 8) - 8, true) : 0;
  }

  i32(_value: number): number {
    return this.#has(4) ? this.#view.getInt32((this.#at += 4) - 4, true) : 0;
  }

  count(_value: number, bytesEach: number): number {
    const count = this.i32(0);
    if (count >= 0 && this.#has(count * bytesEach)) return count;
    this.#isSound = false;
    return 0;
  }

  flag(_value: boolean): boolean {
    return this.#byte() === 1;
  }

  text(_value: string): string {
    const length = this.#byte();
    let text = "";
    for (let i = 0; i < length; i++) text += String.fromCharCode(this.#byte());
    return text;
  }

  floats(column: Float64Array): void {
    for (let i = 0; i < column.length; i++) column[i] = this.f64(0);
  }

  column(column: number[]): void {
    const length = this.count(0, 8);
    column.length = 0;
    for (let i = 0; i < length; i++) column.push(this.f64(0));
  }

  ids(column: number[]): void {
    const length = this.count(0, 4);
    column.length = 0;
    for (let i = 0; i < length; i++) column.push(this.i32(0));
  }

  flags(column: boolean[]): void {
    const length = this.count(0, 1);
    column.length = 0;
    for (let i = 0; i < length; i++) column.push(this.flag(false));
  }

  list<T>(_items: T[], blank: T, each: (item: T) => T): T[] {
    const length = this.count(0, 1);
    const items: T[] = [];
    for (let i = 0; i < length && this.#isSound; i++) items.push(each(blank));
    return items;
  }

  #byte(): number {
    return this.#has(1) ? this.#view.getUint8(this.#at++) : 0;
  }

  #has(bytes: number): boolean {
    if (this.#at + bytes <= this.#view.byteLength) return true;
    this.#isSound = false;
    return false;
  }
}
