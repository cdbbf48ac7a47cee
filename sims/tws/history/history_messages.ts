import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE } from "../wire/message_ids.ts";
import type { TimedBar } from "./bars.ts";

/** A historicalData (17): every bar of an answer. */
export function historicalData(
  reqId: number,
  span: readonly [string, string],
  bars: readonly TimedBar[],
): FieldWriter {
  const message = new FieldWriter(MESSAGE.historicalData).int(reqId).texts(span).int(bars.length);
  for (const { date, open, high, low, close, volume, wap, count } of bars) {
    message.text(date).double(open).double(high).double(low).double(close);
    message.double(volume).double(wap).int(count);
  }
  return message;
}

/** A historicalDataUpdate (90): the bar that forms; mind the order open, close, high, low. */
export function historicalDataUpdate(reqId: number, bar: TimedBar): FieldWriter {
  const { date, open, high, low, close, volume, wap, count } = bar;
  const message = new FieldWriter(MESSAGE.historicalDataUpdate).int(reqId).int(count).text(date);
  return message.double(open).double(close).double(high).double(low).double(wap).double(volume);
}

/** A realtimeBar (50) of five seconds; its date is in epoch seconds. */
export function realTimeBar(reqId: number, bar: TimedBar): FieldWriter {
  const { date, open, high, low, close, volume, wap, count } = bar;
  const message = new FieldWriter(MESSAGE.realTimeBar).int(3).int(reqId).text(date);
  message.double(open).double(high).double(low).double(close);
  return message.double(volume).double(wap).int(count);
}

/** A headTimestamp (88). */
export function headTimestamp(reqId: number, text: string): FieldWriter {
  return new FieldWriter(MESSAGE.headTimestamp).int(reqId).text(text);
}
