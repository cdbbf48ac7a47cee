import { present } from "../../base/assert.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { BrokerError } from "../../ports/broker.ts";
import type * as world from "../../world/mod.ts";
import { keyOf, mapInstrument } from "./map.ts";

function unknown(key: string): Result<never, BrokerError> {
  return fail({
    code: "unknownInstrument",
    message: `the demo market lists no ${key}`,
    fix: null,
  });
}

/** The world's instruments by id and by canonical key; grows as the world lists new ones. */
export class InstrumentBook {
  readonly #keys: string[] = [];
  readonly #idByKey = new Map<string, number>();
  readonly #mapped: Instrument[] = [];

  /** Takes instruments in the order of their ids; those known already are skipped. */
  add(instruments: readonly world.Instrument[]): void {
    for (const instrument of instruments) {
      if (instrument.id < this.#keys.length) continue;
      const key = keyOf(instrument);
      this.#keys[instrument.id] = key;
      this.#idByKey.set(key, instrument.id);
      const driver = instrument.underlyingId === instrument.id
        ? key
        : present(this.#keys[instrument.underlyingId], "the underlying");
      this.#mapped[instrument.id] = mapInstrument(instrument, driver);
    }
  }

  /** Key of a world id. */
  readonly keyOf = (id: number): string => present(this.#keys[id], `instrument ${id}`);

  /** World ids of keys, in their order. */
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
    const ids = this.ids(keys);
    return ids.ok ? ok(ids.value.map((id) => this.#mapped[id])) : ids;
  }
}
