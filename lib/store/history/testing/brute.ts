/** A sample of one series, for tests. */
export interface Point {
  readonly at: number;
  /** NaN where absent. */
  readonly value: number;
  readonly stepMs: number;
}

/** A drawn line, for tests. */
export interface BruteLine {
  readonly at: number[];
  readonly value: number[];
  readonly sampleCount: number;
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly pixels: number;
}

function pixelOf(at: number, { from, to, pixels }: Span): number {
  return Math.min(pixels - 1, Math.floor(((at - from) * pixels) / (to - from)));
}

function isBrokenBetween(points: readonly Point[], a: number, b: number): boolean {
  for (let i = a + 1; i <= b; i++) {
    if (i < b && Number.isNaN(points[i].value)) return true;
    if (points[i].at - points[i - 1].at > 3 * points[i - 1].stepMs) return true;
  }
  return false;
}

/**
 * The line of samples in order of time, worked out the plain way: sample lists of each pixel,
 * sorted. Shares no code with what it checks.
 */
export function bruteLine(all: readonly Point[], span: Span): BruteLine {
  const points = all.filter(({ at }) => at >= span.from && at < span.to);
  const valid = points.map((_, i) => i).filter((i) => !Number.isNaN(points[i].value));
  const line: BruteLine = { at: [], value: [], sampleCount: valid.length };
  const byPixel = new Map<number, number[]>();
  for (const i of valid) {
    const pixel = pixelOf(points[i].at, span);
    byPixel.set(pixel, [...(byPixel.get(pixel) ?? []), i]);
  }
  let before = -1;
  for (const [_, members] of [...byPixel].sort(([a], [b]) => a - b)) {
    const values = members.map((i) => points[i].value);
    const min = members[values.indexOf(Math.min(...values))];
    const max = members[values.indexOf(Math.max(...values))];
    const drawn = new Set([members[0], min, max, members[members.length - 1]]);
    if (before >= 0 && isBrokenBetween(points, before, members[0])) {
      line.at.push((points[before].at + points[members[0]].at) / 2);
      line.value.push(NaN);
    }
    for (const i of [...drawn].sort((a, b) => a - b)) {
      line.at.push(points[i].at);
      line.value.push(points[i].value);
    }
    before = members[members.length - 1];
  }
  return line;
}

/** Sums at the union of the instants: NaN where one has no sample or no value. */
export function bruteSum(all: readonly (readonly Point[])[]): Point[] {
  const instants = [...new Set(all.flatMap((points) => points.map(({ at }) => at)))];
  return instants.sort((a, b) => a - b).map((at) => {
    const found = all.map((points) => points.find((point) => point.at === at));
    const value = found.reduce((sum, point) => sum + (point?.value ?? NaN), 0);
    const stepMs = Math.max(...found.map((point) => point?.stepMs ?? 0));
    return { at, value, stepMs };
  });
}
