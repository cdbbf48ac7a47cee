import type { Instrument } from "../../../domain/instrument.ts";
import type { Subscription } from "../../../ports/broker.ts";
import type { IbContractQuery } from "../wire/contract.ts";

/** Where the request of a line stands. */
export const LINE_STATUS = { waiting: 0, open: 1, refused: 2, unnamed: 3 } as const;

/** What a line is for, as far as it is no number. */
export interface LineSubject {
  instrument: Instrument;
  /** Null while nobody knows the contract. */
  contract: IbContractQuery | null;
  /** Why it has no data, in IB's words; null when it has or may have. */
  reason: string | null;
}

/**
 * The instruments with market data wanted, each with a place (line) in columns: what its request is
 * doing, and since when. Times are of a clock that never goes back, ms.
 */
export class LineTable {
  readonly capacity: number;
  /** LINE_STATUS of each line. */
  readonly status: Uint8Array;
  /** Request id while open, else -1. */
  readonly id: Float64Array;
  readonly openedAt: Float64Array;
  /** When it last got its turn; −Infinity: never. */
  readonly servedAt: Float64Array;
  /** Market data type that its request was made under. */
  readonly requestedType: Uint8Array;
  /** 1: it takes turns with others. */
  readonly isTurning: Uint8Array;
  /** 1: it is to be asked for anew. */
  readonly isDue: Uint8Array;
  /** 1: another session has its data. */
  readonly isCompeting: Uint8Array;
  /** 1: IB computes no Greeks for want of a subscription. */
  readonly isWithoutGreeks: Uint8Array;
  /** Price at which IB's portfolio has it; NaN when not known. */
  readonly portfolioPrice: Float64Array;
  readonly #subjects: (LineSubject | undefined)[] = [];
  readonly #lineByHandle = new Map<number, number>();
  readonly #lineByKey = new Map<string, number>();
  readonly #lineByConId = new Map<number, number>();
  readonly #free: number[] = [];
  #next = 0;
  #openCount = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.status = new Uint8Array(capacity);
    this.id = new Float64Array(capacity).fill(-1);
    this.openedAt = new Float64Array(capacity);
    this.servedAt = new Float64Array(capacity);
    this.requestedType = new Uint8Array(capacity);
    this.isTurning = new Uint8Array(capacity);
    this.isDue = new Uint8Array(capacity);
    this.isCompeting = new Uint8Array(capacity);
    this.isWithoutGreeks = new Uint8Array(capacity);
    this.portfolioPrice = new Float64Array(capacity);
  }

  /** Requests that IB holds or is about to. */
  get openCount(): number {
    return this.#openCount;
  }

  /** Instruments wanted. */
  get size(): number {
    return this.#lineByHandle.size;
  }

  /** The lines in use, in no order. */
  lines(): IterableIterator<number> {
    return this.#lineByHandle.values();
  }

  /** The line of a handle, of a key and of a contract; -1 when there is none. */
  lineOfHandle(handle: number): number {
    return this.#lineByHandle.get(handle) ?? -1;
  }

  lineOfKey(key: string): number {
    return this.#lineByKey.get(key) ?? -1;
  }

  lineOfConId(conId: number): number {
    return this.#lineByConId.get(conId) ?? -1;
  }

  /** What a line is for; undefined for a line that is not in use. */
  subject(line: number): LineSubject | undefined {
    return this.#subjects[line];
  }

  /** Gives an instrument a line; -1 when there is no room. */
  add({ handle, instrument }: Subscription): number {
    const line = this.#free.pop() ?? (this.#next < this.capacity ? this.#next++ : -1);
    if (line < 0) return -1;
    this.#subjects[line] = { instrument, contract: null, reason: null };
    this.#lineByHandle.set(handle, line);
    this.#lineByKey.set(instrument.key, line);
    this.status[line] = LINE_STATUS.waiting;
    this.id[line] = -1;
    this.servedAt[line] = -Infinity;
    this.portfolioPrice[line] = NaN;
    for (const flags of this.#flags()) flags[line] = 0;
    return line;
  }

  /** Takes the line of a handle back; it is closed before. */
  remove(handle: number): void {
    const line = this.#lineByHandle.get(handle);
    const subject = line === undefined ? undefined : this.#subjects[line];
    if (line === undefined || subject === undefined) return;
    const { key } = subject.instrument;
    const conId = subject.contract?.conId ?? -1;
    this.#lineByHandle.delete(handle);
    if (this.#lineByKey.get(key) === line) this.#lineByKey.delete(key);
    if (this.#lineByConId.get(conId) === line) this.#lineByConId.delete(conId);
    this.#subjects[line] = undefined;
    this.#free.push(line);
  }

  /** The contract of a line is known now. */
  name(line: number, contract: IbContractQuery): void {
    const subject = this.#subjects[line];
    if (subject === undefined) return;
    subject.contract = contract;
    if (contract.conId !== undefined) this.#lineByConId.set(contract.conId, line);
    if (this.status[line] === LINE_STATUS.unnamed) this.status[line] = LINE_STATUS.waiting;
  }

  /** A request was sent. */
  open(line: number, id: number, type: number, now: number): void {
    this.status[line] = LINE_STATUS.open;
    this.id[line] = id;
    this.requestedType[line] = type;
    this.openedAt[line] = now;
    this.servedAt[line] = now;
    this.isDue[line] = 0;
    this.isWithoutGreeks[line] = 0;
    this.#openCount++;
  }

  /** The request of a line is over; it waits, is refused or not named. */
  close(line: number, status: number): void {
    if (this.status[line] === LINE_STATUS.open) this.#openCount--;
    this.status[line] = status;
    this.id[line] = -1;
    this.isDue[line] = 0;
    this.isCompeting[line] = 0;
  }

  #flags(): Uint8Array[] {
    return [
      this.requestedType,
      this.isTurning,
      this.isDue,
      this.isCompeting,
      this.isWithoutGreeks,
    ];
  }
}
