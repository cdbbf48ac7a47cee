import { ok, type Result } from "../../base/result.ts";
import type { Instrument } from "../../domain/instrument.ts";
import type { BrokerAdapter, BrokerError } from "../../ports/broker.ts";

/** Lists that a broker is asked for at most, to find which of many keys it does not know. */
const CALLS_MAX = 400;

/**
 * Descriptions of those keys that a broker knows; the rest is left out. A list with an unknown key
 * is refused whole, so it is halved until the unknown ones stand alone. Other failures end it.
 */
export async function describeKnown(
  adapter: Pick<BrokerAdapter, "instruments">,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Result<readonly Instrument[], BrokerError>> {
  const found: Instrument[] = [];
  const lists = keys.length === 0 ? [] : [keys];
  for (let calls = 0; lists.length > 0 && calls < CALLS_MAX; calls++) {
    const list = lists.pop() ?? [];
    const answer = await adapter.instruments(list, signal);
    if (answer.ok) found.push(...answer.value);
    else if (answer.error.code !== "unknownInstrument") return answer;
    else if (list.length > 1) {
      const half = list.length >> 1;
      lists.push(list.slice(half), list.slice(0, half));
    }
  }
  return ok(found);
}
