import type { Instrument } from "../../../lib/world/mod.ts";
import type { Client } from "../client.ts";
import type { FieldWriter } from "../wire/field_writer.ts";
import type { Tick } from "./tick_sheet.ts";
import { tickGeneric, tickNumber, tickOption, tickPrice, tickSize, tickString } from "./ticks.ts";

/** What a line shows: an instrument, the legs of a combination, or the rate of two currencies. */
export interface Shown {
  readonly kind: "instrument" | "combination" | "currency";
  /** Symbol and local symbol, as faults name it. */
  readonly names: readonly string[];
  /** The instrument alone, or all legs; none for a rate. */
  readonly legs: readonly { readonly instrument: Instrument; readonly ratio: number }[];
  /** Smallest step of its price. */
  readonly minTick: number;
}

/** A market data line of a client. */
export class Line {
  readonly client: Client;
  readonly reqId: number;
  readonly shown: Shown;
  readonly generics: ReadonlySet<string>;
  readonly isSnapshot: boolean;
  /** What the client asked for when it subscribed: 1 live … 4 delayed and frozen. */
  readonly askedType: number;
  /** True when it has no permission for live data. */
  readonly isDelayed: boolean;
  /** Clock of the subscription, monotonic ms. */
  readonly openedAt: number;
  /** What flows now; 0 before the first 58. */
  flowingType = 0;
  isDirty = true;
  /** Not before, monotonic ms. */
  dueAt = 0;
  /** Whether its market was open when it was last looked at. */
  wasOpen = false;
  /** Whether its Greeks were still to come when it was last looked at. */
  wasLate = false;
  /** Nothing flows any more: another session took the data. */
  isCut = false;
  readonly #sent = new Map<number, string>();

  constructor(parts: {
    readonly client: Client;
    readonly reqId: number;
    readonly shown: Shown;
    readonly generics: readonly string[];
    readonly isSnapshot: boolean;
    readonly askedType: number;
    readonly isDelayed: boolean;
    readonly openedAt: number;
  }) {
    this.client = parts.client;
    this.reqId = parts.reqId;
    this.shown = parts.shown;
    this.generics = new Set(parts.generics);
    this.isSnapshot = parts.isSnapshot;
    this.askedType = parts.askedType;
    this.isDelayed = parts.isDelayed;
    this.openedAt = parts.openedAt;
  }

  /** Whether anything was told yet. */
  get hasTold(): boolean {
    return this.#sent.size > 0;
  }

  /** What flows by session and permission: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. */
  typeWhen(isOpen: boolean): number {
    const isFrozen = !isOpen && (this.askedType === 2 || this.askedType === 4);
    if (this.isDelayed) return isFrozen ? 4 : 3;
    return isFrozen ? 2 : 1;
  }

  /** Sends a tick if it says something new; `hasUnset` for computations. */
  tell(tick: Tick, hasUnset: boolean): void {
    const number = tickNumber(tick.type, this.isDelayed);
    switch (tick.kind) {
      case "price": {
        const { price, size, sizeType } = tick;
        const isNew = this.#isNew(number, String(price));
        const sizeNumber = sizeType === undefined ? -1 : tickNumber(sizeType, this.isDelayed);
        const isNewSize = sizeNumber >= 0 && this.#isNew(sizeNumber, String(size));
        if (isNew) this.#send(tickPrice(this.reqId, number, price, size));
        // A size that rode with its price comes once more by itself, as TWS does it.
        if (isNewSize) this.#send(tickSize(this.reqId, sizeNumber, size));
        return;
      }
      case "size":
        if (!this.#isNew(number, String(tick.size))) return;
        return this.#send(tickSize(this.reqId, number, tick.size));
      case "generic":
        if (!this.#isNew(number, String(tick.value))) return;
        return this.#send(tickGeneric(this.reqId, number, tick.value));
      case "text":
        if (!this.#isNew(number, tick.text)) return;
        return this.#send(tickString(this.reqId, number, tick.text));
      case "option": {
        const message = tickOption(this.reqId, number, tick.computation, hasUnset);
        if (this.#isNew(number, message.values.join())) this.#send(message);
        return;
      }
    }
  }

  #isNew(number: number, text: string): boolean {
    if (this.#sent.get(number) === text) return false;
    this.#sent.set(number, text);
    return true;
  }

  #send(message: FieldWriter): void {
    this.client.send(message);
  }
}
