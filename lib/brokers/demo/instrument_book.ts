import { present } from "../../base/assert.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { BrokerError } from "../../ports/broker.ts";
import type * as world from "../../world/mod.ts";
import { ExpiryInstants, keyOf, mapInstrument } from "./map.ts";

/** Contracts of chains that are remembered; the next chain starts anew beyond it. */
const CHAIN_KEYS_MAX = 50_000;
const OPTION_KEY = /^(\S+) (\d{4}-\d{2}-\d{2}) ([CP]) (\S+) x(\S+)$/;

function unknown(key: string): Result<never, BrokerError> {
  return fail({
    code: "unknownInstrument",
    message: `the demo market lists no ${key}`,
    fix: null,
  });
}

function contractOf(key: string): world.ContractQuery | null {
  const match = OPTION_KEY.exec(key);
  if (match === null) return null;
  const [, root, expiry, right, strike] = match;
  return { root, expiry, strike: Number(strike), right: right === "C" ? "call" : "put" };
}

/**
 * The world's instruments by id and by canonical key. What is listed has an id and quotes; what
 * only stands in a chain is described by another contract of its root.
 */
export class InstrumentBook {
  readonly #keys: string[] = [];
  readonly #idByKey = new Map<string, number>();
  readonly #mapped: Instrument[] = [];
  readonly #templates = new Map<string, world.Instrument>();
  readonly #expiries = new ExpiryInstants();
  readonly #inChain = new Set<string>();

  /** Takes instruments in the order of their ids; those known already are skipped. */
  add(instruments: readonly world.Instrument[]): void {
    for (const instrument of instruments) {
      if (instrument.id < this.#keys.length) continue;
      const key = keyOf(instrument);
      this.#keys[instrument.id] = key;
      this.#idByKey.set(key, instrument.id);
      if (instrument.option !== undefined) this.#templates.set(instrument.root, instrument);
      this.#mapped[instrument.id] = mapInstrument(
        instrument,
        this.#driverOf(instrument),
        this.#expiries,
      );
    }
  }

  #driverOf(instrument: world.Instrument): string {
    if (instrument.option === undefined) return keyOf(instrument);
    return present(this.#keys[instrument.underlyingId], "the underlying");
  }

  /** True when something of that underlying is listed. */
  hasUnderlying(underlying: string): boolean {
    return this.#mapped.some((instrument) => instrument.underlying === underlying);
  }

  /** True when a contract of the root is listed, so that others can be described by it. */
  hasTemplate(root: string): boolean {
    return this.#templates.has(root);
  }

  /** Takes the keys of a chain: they can be described, and listed when somebody wants them. */
  addChain(keys: readonly string[]): void {
    if (this.#inChain.size + keys.length > CHAIN_KEYS_MAX) this.#inChain.clear();
    for (const key of keys) this.#inChain.add(key);
  }

  /** Key of a world id. */
  readonly keyOf = (id: number): string => present(this.#keys[id], `instrument ${id}`);

  /** Contracts among `keys` that stand in a chain and are not listed yet. */
  unlisted(keys: readonly string[]): world.ContractQuery[] {
    return keys.filter((key) => !this.#idByKey.has(key) && this.#inChain.has(key))
      .map((key) => present(contractOf(key), key));
  }

  /** World ids of keys, in their order; every key must be listed. */
  ids(keys: readonly string[]): Result<number[], BrokerError> {
    const ids: number[] = [];
    for (const key of keys) {
      const id = this.#idByKey.get(key);
      if (id === undefined) return unknown(key);
      ids.push(id);
    }
    return ok(ids);
  }

  /** Descriptions of keys, in their order. */
  instruments(keys: readonly string[]): Result<Instrument[], BrokerError> {
    const found: Instrument[] = [];
    for (const key of keys) {
      const id = this.#idByKey.get(key);
      const instrument = id === undefined ? this.#describe(key) : this.#mapped[id];
      if (instrument === null) return unknown(key);
      found.push(instrument);
    }
    return ok(found);
  }

  #describe(key: string): Instrument | null {
    const contract = this.#inChain.has(key) ? contractOf(key) : null;
    const template = this.#templates.get(contract?.root ?? "");
    if (contract === null || template?.option === undefined) return null;
    const { strike, right, expiry } = contract;
    const option = { ...template.option, strike, right, expiry };
    return mapInstrument({ ...template, option }, this.#driverOf(template), this.#expiries);
  }
}
