import { fail, ok, type Result } from "../../../lib/base/result.ts";
import type { TwsFace } from "../face.ts";
import { readLegs } from "../market/market_request.ts";
import { type ContractSpec, readContract } from "../wire/contract_fields.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { askedTime } from "./asked_time.ts";
import type { BarQuery } from "./bars.ts";
import { zoneOf } from "./candles.ts";
import { BAR_SIZES, durationOf, shownOf, spanProblem } from "./query.ts";

/** The fields of a reqHistoricalData (20). */
export interface HistoryRequest {
  readonly reqId: number;
  readonly contract: ContractSpec;
  readonly end: string;
  readonly barSize: string;
  readonly duration: string;
  readonly shown: string;
  readonly formatDate: number;
  readonly isKept: boolean;
}

/** What is wrong with a request, as an error about it. */
export interface HistoryProblem {
  readonly code: number;
  readonly text: string;
}

const SERVICE = "Historical Market Data Service error message:";
const INVALID = "Error validating request.-'bT' : cause - ";

/** A 162 of the history service. */
export function serviceProblem(text: string): HistoryProblem {
  return { code: 162, text: `${SERVICE}${text}` };
}

/** A 321: the request is no valid one. */
export function invalidProblem(cause: string): HistoryProblem {
  return { code: 321, text: `${INVALID}${cause}` };
}

/** Reads a reqHistoricalData; the bar size comes before the duration. */
export function readHistoryRequest(request: FieldReader): HistoryRequest {
  const reqId = request.int();
  const contract = readContract(request);
  request.flag();
  const end = request.text();
  const barSize = request.text();
  const duration = request.text();
  request.flag();
  const shown = request.text();
  const formatDate = request.int();
  readLegs(request, contract);
  const isKept = request.flag();
  request.textOr("");
  return { reqId, contract, end, barSize, duration, shown, formatDate, isKept };
}

/** A query that makes sense, and whether its time came without a zone. */
export interface CheckedQuery {
  readonly query: BarQuery;
  readonly isZoneMissing: boolean;
}

/** Looks at a request as TWS does before it asks the history service. */
export function checkHistory(
  request: HistoryRequest,
  face: TwsFace,
): Result<CheckedQuery, HistoryProblem> {
  const found = face.contracts.resolve(request.contract);
  if (!found.ok) return fail({ code: 200, text: found.error });
  const size = BAR_SIZES[request.barSize];
  if (size === undefined) return fail(invalidProblem("Invalid step"));
  const duration = durationOf(request.duration);
  if (duration === null) return fail(invalidProblem("Invalid duration"));
  const shown = shownOf(request.shown);
  if (!shown.ok) return fail(invalidProblem(shown.error));
  const isNow = request.end === "";
  if (!isNow && (request.isKept || shown.value === "ADJUSTED_LAST")) {
    return fail(invalidProblem("The end date and time has to be empty"));
  }
  const problem = spanProblem(size, duration);
  if (problem !== null) return fail(serviceProblem(problem));
  const instrument = face.contracts.instrument(found.value);
  if (instrument === undefined || !face.market.world.isLive(instrument.id)) {
    return fail(serviceProblem(noData(request)));
  }
  const end = isNow ? null : askedTime(request.end, zoneOf(instrument));
  if (!isNow && end === null) return fail(invalidProblem("Invalid end date and time"));
  const now = face.market.now();
  const { formatDate } = request;
  return ok({
    query: {
      instrument,
      size,
      duration,
      shown: shown.value,
      formatDate,
      end: Math.min(end?.at ?? now, now),
    },
    isZoneMissing: end?.hasZone === false,
  });
}

/** The words of a 162 when there is nothing to show. */
export function noData({ contract: { symbol, conId, exchange }, shown }: HistoryRequest): string {
  const name = symbol === "" ? String(conId) : symbol;
  return `HMDS query returned no data: ${name}@${exchange || "SMART"} ${shown}`;
}
