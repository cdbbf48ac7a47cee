import { type ContractSpec, readContract } from "../wire/contract_fields.ts";
import { FieldError, type FieldReader } from "../wire/field_reader.ts";

const LEGS_MAX = 20;

/** A leg of a combination as a data request names it. */
export interface RequestedLeg {
  readonly conId: number;
  /** Negative when the combination sells it. */
  readonly ratio: number;
}

/** What a reqMktData asks for. */
export interface MarketRequest {
  readonly reqId: number;
  readonly contract: ContractSpec;
  /** Legs of a BAG; empty for the rest. */
  readonly legs: readonly RequestedLeg[];
  /** Numbers of its generic tick list, and news or other words in it. */
  readonly generics: readonly string[];
  readonly isSnapshot: boolean;
}

/** Reads the legs of a BAG as requests of data have them. */
export function readLegs(request: FieldReader, { secType }: ContractSpec): RequestedLeg[] {
  if (secType.toUpperCase() !== "BAG") return [];
  const count = request.int();
  if (count < 0 || count > LEGS_MAX) throw new FieldError(`${count} legs`);
  const legs: RequestedLeg[] = [];
  for (let n = 0; n < count; n++) {
    const conId = request.int();
    const ratio = request.number();
    const isSold = request.text().toUpperCase() === "SELL";
    request.text();
    legs.push({ conId, ratio: isSold ? -ratio : ratio });
  }
  return legs;
}

/** Reads a reqMktData (1). */
export function readMarketRequest(request: FieldReader): MarketRequest {
  request.int();
  const reqId = request.int();
  const contract = readContract(request);
  const legs = readLegs(request, contract);
  if (request.flag()) request.skip(3);
  const generics = request.text().split(",").map((one) => one.trim()).filter((one) => one !== "");
  const isSnapshot = request.flag();
  const isRegulatory = request.flag();
  request.textOr("");
  return { reqId, contract, legs, generics, isSnapshot: isSnapshot || isRegulatory };
}
