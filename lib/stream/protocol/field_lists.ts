import { ABSENCE_REASONS } from "../../base/absence.ts";
import { DATA_LEVELS } from "../../domain/market_data.ts";
import {
  ACCOUNT_F64,
  GREEKS_SOURCES,
  LEAF_MEASURES,
  MARK_SOURCES,
  ROW_F32,
  ROW_F64,
  ROW_U8,
  STALENESS,
  UNDERLYING_F64,
} from "../../domain/measures.ts";
import type { CodeLists, FieldLists } from "./messages.ts";

function names(fields: readonly { readonly name: string }[]): readonly string[] {
  return fields.map((field) => field.name);
}

/** Column names of every table, in the order of mask bits. */
export const FIELD_LISTS: FieldLists = {
  underlying: names(UNDERLYING_F64),
  account: names(ACCOUNT_F64),
  leaf: names(LEAF_MEASURES),
  rowF64: names(ROW_F64),
  rowF32: names(ROW_F32),
  rowU8: names(ROW_U8),
};

/** Names behind the codes of columns. */
export const CODE_LISTS: CodeLists = {
  absence: ABSENCE_REASONS,
  markSource: MARK_SOURCES,
  greeksSource: GREEKS_SOURCES,
  staleness: STALENESS,
  dataLevel: DATA_LEVELS,
};
