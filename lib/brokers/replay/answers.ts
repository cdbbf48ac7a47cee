import type { IsoDate, UnixMs } from "../../base/brand.ts";
import { fail, ok, type Result } from "../../base/result.ts";
import { type Instrument, isOption } from "../../domain/instrument.ts";
import type {
  Bar,
  BarQuery,
  BrokerError,
  Carry,
  ChainExpiry,
  ChainStrike,
} from "../../ports/broker.ts";
import type { ReplayData } from "./open.ts";
import { ROW_KIND, ROW_STRIDE } from "./wire/rows.ts";

const MINUTE_MS = 60_000;

/** Makes a broker failure; `fix` is one line for the user, or null. */
export function brokerFailure(
  code: BrokerError["code"],
  message: string,
  fix: string | null = null,
): Result<never, BrokerError> {
  return fail({ code, message, fix });
}

/** Instruments by key in the order asked. Fails with "unknownInstrument". */
export function findInstruments(
  data: ReplayData,
  keys: readonly string[],
): Result<readonly Instrument[], BrokerError> {
  const found: Instrument[] = [];
  for (const key of keys) {
    const index = data.instruments.indexOf(key);
    if (index === null) {
      return brokerFailure("unknownInstrument", `the recording has no instrument ${key}`);
    }
    found.push(data.instruments.instruments[index]);
  }
  return ok(found);
}

/** Rate and yield of underlyings as the manifest states them. Fails with "unknownInstrument". */
export function carryOf(
  data: ReplayData,
  underlyings: readonly string[],
): Result<readonly Carry[], BrokerError> {
  const carries: Carry[] = [];
  for (const symbol of underlyings) {
    const found = data.manifest.underlyings.find((underlying) => underlying.symbol === symbol);
    if (found === undefined) {
      return brokerFailure("unknownInstrument", `the recording has no underlying ${symbol}`);
    }
    carries.push({
      underlying: symbol,
      riskFreeRate: found.riskFreeRate,
      dividendYield: found.dividendYield,
      source: found.carrySource,
      asOf: data.manifest.dates[0],
    });
  }
  return ok(carries);
}

interface ExpiryGroup {
  readonly expiry: IsoDate;
  readonly root: string;
  readonly strikes: Map<number, { callKey: string | null; putKey: string | null }>;
}

/** Recorded options of an underlying by expiry, root and strike, ascending. */
export function chainOf(
  data: ReplayData,
  underlying: string,
): Result<readonly ChainExpiry[], BrokerError> {
  if (!data.manifest.underlyings.some(({ symbol }) => symbol === underlying)) {
    return brokerFailure("unknownInstrument", `the recording has no underlying ${underlying}`);
  }
  const groups = new Map<string, ExpiryGroup>();
  for (const option of data.instruments.instruments) {
    if (!isOption(option) || option.underlying !== underlying) continue;
    const { expiry, root, strike, key } = option;
    const name = `${expiry} ${root}`;
    const group = groups.get(name) ?? { expiry, root, strikes: new Map() };
    groups.set(name, group);
    const pair = group.strikes.get(strike) ?? { callKey: null, putKey: null };
    if (option.right === "call") pair.callKey = key;
    else pair.putKey = key;
    group.strikes.set(strike, pair);
  }
  const names = [...groups.keys()].sort();
  return ok(names.flatMap((name) => {
    const group = groups.get(name);
    return group === undefined ? [] : [chainExpiry(group)];
  }));
}

function chainExpiry({ expiry, root, strikes }: ExpiryGroup): ChainExpiry {
  const sorted: ChainStrike[] = [...strikes].sort(([a], [b]) => a - b)
    .map(([strike, pair]) => ({ strike, ...pair }));
  return { expiry, root, strikes: sorted };
}

/** A recorded bar, or null where the source left one of its values empty. */
function barAt(data: ReplayData, row: number, startsAt: UnixMs): Bar | null {
  const from = row * ROW_STRIDE;
  const values = data.recording.values.subarray(from, from + ROW_STRIDE);
  if (values.some(Number.isNaN)) return null;
  const [open, high, low, close, volume] = values;
  return { startsAt, open, high, low, close, volume };
}

/** True when the recording has whole one-minute bars to answer with. */
export function hasMinuteBars(data: ReplayData): boolean {
  const { recording } = data;
  if (recording.cadenceMs !== MINUTE_MS) return false;
  for (let row = 0; row < recording.rowsFrom[recording.startsAt.length]; row++) {
    if (recording.kind[row] === ROW_KIND.bar && barAt(data, row, 0) !== null) return true;
  }
  return false;
}

/**
 * Recorded one-minute bars of an instrument that start in [from, to) and are over at `now`,
 * ascending. Fails with "unknownInstrument", and with "unsupported" for daily bars. Ask only where
 * `hasMinuteBars`.
 */
export function barsOf(
  data: ReplayData,
  query: BarQuery,
  now: UnixMs,
): Result<readonly Bar[], BrokerError> {
  const index = data.instruments.indexOf(query.instrumentKey);
  if (index === null) {
    const text = `the recording has no instrument ${query.instrumentKey}`;
    return brokerFailure("unknownInstrument", text);
  }
  if (query.size !== "1m") {
    return brokerFailure("unsupported", `the recording has no bars of ${query.size}`);
  }
  const { startsAt, rowsFrom, kind, instrument, cadenceMs } = data.recording;
  const bars: Bar[] = [];
  for (let minute = 0; minute < startsAt.length; minute++) {
    const at = startsAt[minute];
    if (at < query.from || at >= query.to || at + cadenceMs > now) continue;
    for (let row = rowsFrom[minute]; row < rowsFrom[minute + 1]; row++) {
      if (kind[row] !== ROW_KIND.bar || instrument[row] !== index) continue;
      const bar = barAt(data, row, at);
      if (bar !== null) bars.push(bar);
    }
  }
  return ok(bars);
}
