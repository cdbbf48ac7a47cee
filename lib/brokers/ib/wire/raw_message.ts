const RAW_CHARACTERS = 400;

/**
 * The message that the library decodes at the moment, as its fields came. The library reads an
 * empty field as 0; only the raw text tells the two apart.
 */
export class RawMessage {
  /** Numbers that were empty, or none, where one belongs. */
  blankCount = 0;
  /** True when the rest of this message is not to be used. */
  isQuarantined = false;
  #fields: readonly string[] = [];

  /** A message arrived. */
  begin(fields: readonly string[]): void {
    this.#fields = fields;
    this.isQuarantined = false;
  }

  /** The field at `index`; empty when there is none. */
  at(index: number): string {
    return this.#fields[index] ?? "";
  }

  /**
   * A decoded number, whose field is at `index`; NaN when absent: unset by IB, or not sent, which
   * is counted.
   */
  number(value: number | undefined, index: number): number {
    if (value === undefined) return NaN;
    if (value === 0 ? this.at(index) !== "" : Number.isFinite(value)) return value;
    this.blankCount++;
    return NaN;
  }

  /** As `number`, with null for absent. */
  orNull(value: number | undefined, index: number): number | null {
    const number = this.number(value, index);
    return Number.isNaN(number) ? null : number;
  }

  /** The message for the quarantine: bounded, account numbers down to their last four. */
  shown(): string {
    return masked(this.#fields.join("|")).slice(0, RAW_CHARACTERS);
  }
}

/** A text of IB with account numbers down to their last four characters. */
export function masked(text: string): string {
  return text.replace(/\b[DUFI]{1,2}\d{5,}\b/g, (number) => `••••${number.slice(-4)}`);
}
