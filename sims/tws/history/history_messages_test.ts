import assert from "node:assert/strict";
import type { FieldWriter } from "../wire/field_writer.ts";
import { askedTime } from "./asked_time.ts";
import {
  headTimestamp,
  historicalData,
  historicalDataUpdate,
  realTimeBar,
} from "./history_messages.ts";

/** The fields of a message with a bar behind each, where the wire has a NUL. */
function wire(message: FieldWriter): string {
  return message.values.map((field) => `${field}|`).join("");
}

const BAR = {
  date: "20250318",
  open: 10,
  high: 12,
  low: 9.5,
  close: 11,
  volume: 1000,
  wap: 10.8,
  count: 40,
};

Deno.test("wire: bars, an update (open, close, high, low), and a bar of 5 seconds", () => {
  const span = ["20250317 10:00:00 US/Eastern", "20250318 10:00:00 US/Eastern"] as const;
  assert.equal(
    wire(historicalData(7, span, [BAR, { ...BAR, volume: -1, wap: -1, count: -1 }])),
    `17|7|${span[0]}|${span[1]}|2|20250318|10|12|9.5|11|1000|10.8|40|` +
      "20250318|10|12|9.5|11|-1|-1|-1|",
  );
  assert.equal(wire(historicalData(7, span, [])), `17|7|${span[0]}|${span[1]}|0|`);
  assert.equal(
    wire(historicalDataUpdate(7, BAR)),
    "90|7|40|20250318|10|11|12|9.5|10.8|1000|",
  );
  assert.equal(
    wire(realTimeBar(7, { ...BAR, date: "1742393700" })),
    "50|3|7|1742393700|10|12|9.5|11|1000|10.8|40|",
  );
  assert.equal(wire(headTimestamp(7, "20170320-13:30:00")), "88|7|20170320-13:30:00|");
});

Deno.test("times of requests: a zone, UTC, none, and no time at all", () => {
  const at = (text: string) => {
    const time = askedTime(text, "US/Eastern");
    return time === null ? null : [new Date(time.at).toISOString(), time.hasZone];
  };
  assert.deepEqual(at("20250318 16:00:00 US/Eastern"), ["2025-03-18T20:00:00.000Z", true]);
  assert.deepEqual(at("20250118 16:00:00 America/New_York"), ["2025-01-18T21:00:00.000Z", true]);
  assert.deepEqual(at("20250318 15:00:00 US/Central"), ["2025-03-18T20:00:00.000Z", true]);
  assert.deepEqual(at("20250318 17:30:00 MET"), ["2025-03-18T16:30:00.000Z", true]);
  assert.deepEqual(at("20250318-20:00:00"), ["2025-03-18T20:00:00.000Z", true]);
  assert.deepEqual(at("20250318 16:00:00"), ["2025-03-18T20:00:00.000Z", false]);
  assert.deepEqual(at("20250318"), ["2025-03-18T04:00:00.000Z", false]);
  for (const text of ["yesterday", "20251318 10:00:00 UTC", "20250318 10:00:00 Moon"]) {
    assert.equal(at(text), null, text);
  }
});
