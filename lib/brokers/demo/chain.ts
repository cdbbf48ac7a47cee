import { optionKey } from "../../domain/instrument.ts";
import type { ChainExpiry } from "../../ports/broker.ts";
import type * as world from "../../world/mod.ts";

/** The world's chain with the canonical keys of its contracts. */
export function chainExpiries(chain: readonly world.ChainExpiry[]): ChainExpiry[] {
  return chain.map(({ root, expiry, multiplier, strikes }) => {
    const key = (right: "call" | "put", strike: number) =>
      optionKey({ root, expiry, right, strike, multiplier });
    return {
      expiry,
      root,
      strikes: strikes.map((strike) => ({
        strike,
        callKey: key("call", strike),
        putKey: key("put", strike),
      })),
    };
  });
}

/** Keys of all contracts of a chain. */
export function chainKeys(chain: readonly ChainExpiry[]): string[] {
  const sides = chain.flatMap(({ strikes }) => strikes.flatMap((one) => [one.callKey, one.putKey]));
  return sides.filter((key) => key !== null);
}
