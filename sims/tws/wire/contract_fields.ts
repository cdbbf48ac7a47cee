import { type FieldReader } from "./field_reader.ts";

/** A contract as a client describes it; "" and 0 mean that it says nothing. */
export interface ContractSpec {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  /** "yyyymmdd", "yyyymm" or "". */
  readonly lastTradeDate: string;
  readonly strike: number;
  readonly right: "C" | "P" | "";
  readonly multiplier: string;
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
}

/** A description that says nothing, to be filled in. */
export const BLANK_SPEC: ContractSpec = {
  conId: 0,
  symbol: "",
  secType: "",
  lastTradeDate: "",
  strike: 0,
  right: "",
  multiplier: "",
  exchange: "",
  primaryExchange: "",
  currency: "",
  localSymbol: "",
  tradingClass: "",
};

/** Reads the twelve fields by which requests name a contract. */
export function readContract(reader: FieldReader): ContractSpec {
  return {
    conId: reader.int(),
    symbol: reader.text().trim(),
    secType: reader.text().trim(),
    lastTradeDate: reader.text().trim(),
    strike: reader.number(),
    right: rightOf(reader.text()),
    multiplier: reader.text().trim(),
    exchange: reader.text().trim(),
    primaryExchange: reader.text().trim(),
    currency: reader.text().trim(),
    localSymbol: reader.text().trimEnd(),
    tradingClass: reader.text().trim(),
  };
}

function rightOf(text: string): "C" | "P" | "" {
  const letter = text.trim().toUpperCase();
  if (letter === "C" || letter === "CALL") return "C";
  return letter === "P" || letter === "PUT" ? "P" : "";
}
