import { type Instrument, isOption } from "../../domain/instrument.ts";
import { type Contradiction, contradiction } from "./same_contract.ts";

/** One contract of the desk, with the brokers that know it. */
interface Contract {
  /** Key of the desk: the canonical one, or with the broker's id where it is kept apart. */
  readonly key: string;
  readonly instrument: Instrument;
  /** Each broker's own description, by place of the broker; it is subscribed and asked by it. */
  readonly own: Map<number, Instrument>;
}

/** Two contracts that carry one canonical key at two brokers and stay apart. */
export interface KeptApart {
  readonly key: string;
  /** Key of the desk for the second broker's contract. */
  readonly apartKey: string;
  /** Places of the brokers. */
  readonly brokers: readonly [number, number];
  readonly difference: Contradiction;
}

/**
 * Which contracts of several brokers are one: those under one canonical key whose descriptions
 * agree. A broker is named by its place in the order of preference. Nothing is ever forgotten: keys
 * stay for the run of the desk.
 */
export class InstrumentRegistry {
  readonly #ids: readonly string[];
  readonly #byKey = new Map<string, Contract>();
  /** Contracts by canonical key. */
  readonly #variants = new Map<string, Contract[]>();
  /** Keys of the desk by the broker's own, per broker. */
  readonly #keys: readonly Map<string, string>[];
  /** Keys that a broker holds and did not describe, by the desk's key. */
  readonly #undescribed = new Map<string, { readonly broker: number; readonly key: string }>();
  #version = 0;

  /** `ids`: of the brokers, in the order of preference. */
  constructor(ids: readonly string[]) {
    this.#ids = ids;
    this.#keys = ids.map(() => new Map());
  }

  /** Grows whenever a broker came to know another contract. */
  get version(): number {
    return this.#version;
  }

  /** The desk's key for a key of a broker; null before it was described. */
  keyOf(broker: number, key: string): string | null {
    return this.#keys[broker].get(key) ?? null;
  }

  /** The desk's description by the desk's key; null when no broker described it. */
  instrument(key: string): Instrument | null {
    return this.#byKey.get(key)?.instrument ?? null;
  }

  /** A broker's own description of a contract of the desk; null when it does not know it. */
  ownOf(key: string, broker: number): Instrument | null {
    return this.#byKey.get(key)?.own.get(broker) ?? null;
  }

  /** True when any broker described the contract. */
  isKnown(key: string): boolean {
    return this.#byKey.has(key);
  }

  /** Who holds a key that nobody described, and by which key of its own; null for all others. */
  undescribed(key: string): { readonly broker: number; readonly key: string } | null {
    return this.#undescribed.get(key) ?? null;
  }

  /** True for a key that brokers share: of one contract, or of the first of several. */
  isCanonical(key: string): boolean {
    return this.#variants.has(key);
  }

  /**
   * Takes a broker's description: of a contract that is known, or of one more. What drives an
   * option is to be described before. Answers what contradicts, where it is kept apart.
   */
  place(broker: number, described: Instrument): KeptApart | null {
    const { key } = described;
    const known = this.keyOf(broker, key);
    // What was held before it was described has its key already, and keeps it.
    const isPrivate = known !== null && this.#undescribed.delete(known);
    if (known !== null && !isPrivate) return null;
    const mapped = this.#withDriver(broker, described);
    const variants = this.#variants.get(key) ?? [];
    const same = isPrivate
      ? undefined
      : variants.find(({ instrument }) => contradiction(plain(instrument, key), mapped) === null);
    this.#version++;
    if (same !== undefined) {
      same.own.set(broker, described);
      this.#keys[broker].set(key, same.key);
      return null;
    }
    const isFirst = variants.length === 0 && !isPrivate;
    const apartKey = isFirst ? key : this.#apartKey(broker, key);
    const instrument = isFirst ? mapped : this.#renamed(mapped, apartKey, broker);
    const contract: Contract = {
      key: apartKey,
      instrument,
      own: new Map([[broker, described]]),
    };
    this.#variants.set(key, [...variants, contract]);
    this.#byKey.set(apartKey, contract);
    this.#keys[broker].set(key, apartKey);
    const first = variants.at(0);
    if (first === undefined) return null;
    const difference = contradiction(plain(first.instrument, key), mapped);
    const [firstBroker] = first.own.keys();
    return difference === null
      ? null
      : { key, apartKey, brokers: [firstBroker, broker], difference };
  }

  /** A broker holds what it does not describe: it stays that broker's own, apart from all else. */
  placeUndescribed(broker: number, key: string): string {
    const apartKey = this.#apartKey(broker, key);
    if (this.keyOf(broker, key) === null) {
      this.#keys[broker].set(key, apartKey);
      this.#undescribed.set(apartKey, { broker, key });
      this.#version++;
    }
    return this.keyOf(broker, key) ?? apartKey;
  }

  #apartKey(broker: number, key: string): string {
    return `${key} @${this.#ids[broker]}`;
  }

  /** The description with the desk's names of what drives it. */
  #withDriver(broker: number, described: Instrument): Instrument {
    if (!isOption(described)) return described;
    const driverKey = this.keyOf(broker, described.underlyingKey);
    if (driverKey === null || driverKey === described.underlyingKey) return described;
    const underlying = this.instrument(driverKey)?.underlying ?? described.underlying;
    return { ...described, underlyingKey: driverKey, underlying };
  }

  /** What is an underlying itself stands apart with its risk as well. */
  #renamed(instrument: Instrument, key: string, broker: number): Instrument {
    const isOwn = instrument.underlying === instrument.key;
    const underlying = isOwn
      ? this.#apartKey(broker, instrument.underlying)
      : instrument.underlying;
    return { ...instrument, key, underlying };
  }
}

/** A description under its canonical key, to be compared by its terms. */
function plain(instrument: Instrument, key: string): Instrument {
  if (instrument.key === key) return instrument;
  const isOwn = instrument.underlying === instrument.key;
  return { ...instrument, key, underlying: isOwn ? key : instrument.underlying };
}
