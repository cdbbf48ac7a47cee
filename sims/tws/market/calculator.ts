import type { Client, Feature } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { readContract } from "../wire/contract_fields.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { REQUEST } from "../wire/message_ids.ts";
import { Computations } from "./computations.ts";
import { TICK, tickOption } from "./ticks.ts";

const NO_OPTION = "Error validating request.-'bK' : cause - Not an option.";

/** What a client wants to know of an option: the volatility of a price, or the price of one. */
export function calculatorFeature(face: TwsFace): Feature {
  const computations = new Computations(face.market);
  const calculate = (client: Client, request: FieldReader, isPriceGiven: boolean): void => {
    request.int();
    const reqId = request.int();
    const found = face.contracts.resolve(readContract(request));
    const [given, level] = [request.number(), request.number()];
    if (!found.ok) return client.error(reqId, 200, found.error);
    const instrument = face.contracts.instrument(found.value);
    if (instrument?.option === undefined) return client.error(reqId, 321, NO_OPTION);
    const computation = isPriceGiven
      ? computations.at(instrument, given, level)
      : computations.priced(instrument, given, level);
    client.send(tickOption(reqId, TICK.customOption, computation));
  };
  return {
    requests: {
      [REQUEST.calculateImpliedVolatility]: (client, request) => calculate(client, request, true),
      [REQUEST.calculateOptionPrice]: (client, request) => calculate(client, request, false),
      // Answered at once: there is nothing left to cancel.
      [REQUEST.cancelCalculateImpliedVolatility]: () => {},
      [REQUEST.cancelCalculateOptionPrice]: () => {},
    },
  };
}
