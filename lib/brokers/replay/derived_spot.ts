import type { UnixMs } from "../../base/brand.ts";
import { ok, type Result } from "../../base/result.ts";
import { yearsToExpiry } from "../../calendar/expiry.ts";
import { isOption } from "../../domain/instrument.ts";
import type { InstrumentTable } from "./map.ts";
import { FLAW, FLAW_COUNT, hasMid, type Recording } from "./recording.ts";
import { MANIFEST_FILE, type ManifestUnderlying } from "./wire/manifest.ts";
import { quoted, type ReplayError, replayFailure } from "./wire/failure.ts";
import { ROW_KIND, ROW_STRIDE } from "./wire/rows.ts";

/** The derived price of one underlying, by minute of the recording; NaN where it is absent. */
export interface DerivedSpot {
  readonly instrument: number;
  readonly spot: Float64Array;
}

/** A call and a put of one strike and expiry with the carry of their underlying. */
export interface ParityPair {
  readonly strike: number;
  readonly expiresAt: UnixMs;
  readonly riskFreeRate: number;
  readonly dividendYield: number;
}

/**
 * Spot that put–call parity gives at `at` for European options: e^{qT}·(K·e^{−rT} + C − P), which
 * is the pair's forward K + e^{rT}·(C − P) brought back to today; NaN once the pair has expired.
 * Units: mids and strike per unit in one currency; rates continuous decimals per year.
 * Source: formulas §3.
 */
export function paritySpot(
  pair: ParityPair,
  mids: { readonly call: number; readonly put: number },
  at: UnixMs,
): number {
  if (at > pair.expiresAt) return NaN;
  const years = yearsToExpiry(pair.expiresAt, at);
  const forward = pair.strike + Math.exp(pair.riskFreeRate * years) * (mids.call - mids.put);
  return forward * Math.exp((pair.dividendYield - pair.riskFreeRate) * years);
}

/** Mid of an instrument's quote in a minute; NaN when the minute has none. */
function midIn(recording: Recording, minute: number, instrument: number): number {
  for (let row = recording.rowsFrom[minute]; row < recording.rowsFrom[minute + 1]; row++) {
    if (recording.instrument[row] !== instrument) continue;
    if (recording.kind[row] !== ROW_KIND.quote) continue;
    const bid = recording.values[row * ROW_STRIDE];
    const ask = recording.values[row * ROW_STRIDE + 1];
    return hasMid(bid, ask) ? (bid + ask) / 2 : NaN;
  }
  return NaN;
}

function legs(
  underlying: ManifestUnderlying,
  instruments: InstrumentTable,
): Result<{ call: number; put: number; expiresAt: UnixMs }, ReplayError> | null {
  const { spot } = underlying;
  if (spot.rule !== "parity") return null;
  const { root, expiry, strike } = spot;
  const known = instruments.instruments.length;
  const call = instruments.option({ root, expiry, strike, right: "call" });
  const put = instruments.option({ root, expiry, strike, right: "put" });
  const isQuoted = call.ok && put.ok && instruments.instruments.length === known;
  const option = isQuoted ? instruments.instruments[call.value] : null;
  if (isQuoted && option !== null && isOption(option)) {
    return ok({ call: call.value, put: put.value, expiresAt: option.expiresAt });
  }
  const pair = quoted(`${root} ${expiry} ${strike}`);
  const text = `the parity pair ${pair} of ${underlying.symbol} is not in the quote files`;
  return replayFailure("malformed", MANIFEST_FILE, null, text);
}

/**
 * Derives the prices of all underlyings whose spot rule is a parity pair, and counts the minutes
 * with quotes in which one is absent. Call it before the book adds options that nothing quotes.
 * Fails with `malformed` when a pair is not recorded.
 */
export function deriveSpots(
  recording: Recording,
  instruments: InstrumentTable,
  underlyings: readonly ManifestUnderlying[],
): Result<readonly DerivedSpot[], ReplayError> {
  const derived: DerivedSpot[] = [];
  for (const [index, underlying] of underlyings.entries()) {
    const pair = legs(underlying, instruments);
    if (pair === null) continue;
    if (!pair.ok) return pair;
    const strike = underlying.spot.rule === "parity" ? underlying.spot.strike : NaN;
    const terms = { ...underlying, strike, expiresAt: pair.value.expiresAt };
    const spot = Float64Array.from(recording.startsAt, (startsAt, minute) => {
      const call = midIn(recording, minute, pair.value.call);
      const put = midIn(recording, minute, pair.value.put);
      const value = paritySpot(terms, { call, put }, startsAt + recording.cadenceMs);
      if (!(value > 0)) recording.flaws[minute * FLAW_COUNT + FLAW.withoutSpot]++;
      return value > 0 ? value : NaN;
    });
    derived.push({ instrument: index, spot });
  }
  return ok(derived);
}
