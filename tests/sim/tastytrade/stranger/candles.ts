const MINUTE_MS = 60_000;
const FLAG = { pending: 1, remove: 2, begin: 4, end: 8, snip: 16, mode: 64 } as const;

const FIRST_AT = Math.floor(Date.now() / MINUTE_MS - 26 * 60) * MINUTE_MS;

/** Beginnings of the bars that every symbol of this feed has: five minutes of the day before. */
export const CANDLE_TIMES: readonly number[] = [0, 1, 2, 3, 4]
  .map((at) => FIRST_AT + at * MINUTE_MS);

/** Opening price of a bar; it rises by 1 and closes 0.5 higher. */
export function openOf(at: number): number {
  return 100 + at;
}

/** As the feed writes a symbol that was asked for with another period: `{=1m}` is `{=m}`. */
function normalized(symbol: string): string {
  return symbol.replace("{=1", "{=");
}

/**
 * Two messages of a snapshot, newest first, the second a moment later; the oldest bar ends it as
 * one that was cut. A row in the middle takes back a bar that nobody was told of. By `index`, whose
 * digits a JSON number of this language does not hold, or by `time`.
 */
export function candleMessages(symbol: string, channel: number, byIndex: boolean): string[] {
  const rows = CANDLE_TIMES.map((time, at) => {
    const open = openOf(at);
    const index = BigInt(time / 1000) << 32n;
    const place = byIndex ? { index: `#${index}#` } : { time, sequence: 0, index: 0 };
    const prices = { open, high: open + 1, low: open - 1, close: open + 0.5, volume: "NaN" };
    return { eventSymbol: normalized(symbol), eventFlags: 0, ...place, ...prices };
  });
  rows[4].eventFlags = FLAG.begin | FLAG.mode | FLAG.pending;
  for (const at of [3, 2, 1]) rows[at].eventFlags = FLAG.mode | FLAG.pending;
  rows[0].eventFlags = FLAG.snip | FLAG.mode;
  const gone = { ...rows[1], eventFlags: FLAG.remove | FLAG.mode | FLAG.pending };
  const goneAt = FIRST_AT - MINUTE_MS;
  const taken = byIndex
    ? { ...gone, index: `#${BigInt(goneAt / 1000) << 32n}#` }
    : { ...gone, time: goneAt };
  const fields = Object.keys(rows[0]);
  const config = {
    type: "FEED_CONFIG",
    channel,
    dataFormat: "COMPACT",
    aggregationPeriod: 5,
    eventFields: { Candle: fields },
  };
  const parts = [[rows[4], rows[3], rows[2]], [taken, rows[1], rows[0]]];
  const messages = parts.map((part) => ({
    data: ["Candle", part.flatMap((row) => Object.values(row))],
    channel,
    type: "FEED_DATA",
  }));
  return [config, ...messages].map((message) =>
    JSON.stringify(message).replaceAll(/"#(\d+)#"/g, "$1")
  );
}
