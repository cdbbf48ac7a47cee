import process from "node:process";

/** One way to do the work. `run` does it once and answers how many operations that was. */
export interface Candidate {
  readonly name: string;
  readonly run: () => number | Promise<number>;
}

/** How long each candidate is looked at. */
export interface MeasureOptions {
  /** Rounds in which every candidate runs once, in rotating order. */
  readonly rounds?: number;
  /** Least duration of one candidate's turn, ms. */
  readonly turnMs?: number;
  /** The clock that counts, ms: the wall's, unless told otherwise. */
  readonly clock?: () => number;
}

const WARM_UP_MS = 200;

/** Processor time of the whole process so far, ms: what others on the machine do is not in it. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function timeTurn(
  candidate: Candidate,
  calls: number,
  clock: () => number,
): Promise<[ms: number, ops: number]> {
  let ops = 0;
  const startedMs = clock();
  for (let call = 0; call < calls; call++) {
    const done = candidate.run();
    ops += typeof done === "number" ? done : await done;
  }
  return [clock() - startedMs, ops];
}

/** Runs a candidate until the compiler has seen enough of it. */
async function warmUp(candidate: Candidate, clock: () => number): Promise<void> {
  const endMs = clock() + WARM_UP_MS;
  while (clock() < endMs) await timeTurn(candidate, 1, clock);
}

/** Calls that fill a turn. */
async function calibrate(
  candidate: Candidate,
  turnMs: number,
  clock: () => number,
): Promise<number> {
  await warmUp(candidate, clock);
  let calls = 1;
  for (;;) {
    const [ms] = await timeTurn(candidate, calls, clock);
    if (ms >= turnMs) return Math.max(1, Math.round(calls * turnMs / ms));
    calls = ms < turnMs / 16 ? calls * 8 : Math.ceil(calls * 1.2 * turnMs / ms);
  }
}

/** The middle of numbers; the lower middle of an even count. NaN of none. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted.length === 0 ? NaN : sorted[(sorted.length - 1) >> 1];
}

/** The value below which the share `p` (0 to 1) of `sorted` lies; NaN of none. */
export function quantileOf(sorted: Float64Array, p: number): number {
  if (sorted.length === 0) return NaN;
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)];
}

/**
 * Median time of one operation of each candidate, in ns, in the order given.
 *
 * Each is calibrated to a turn, then all take turns round by round, each round starting with
 * another, so that a slow second of the machine meets all alike. Only ratios of one call compare.
 */
export async function compare(
  candidates: readonly Candidate[],
  options: MeasureOptions = {},
): Promise<number[]> {
  const { rounds = 11, turnMs = 40, clock = () => performance.now() } = options;
  const calls: number[] = [];
  for (const candidate of candidates) calls.push(await calibrate(candidate, turnMs, clock));
  const times = candidates.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < candidates.length; turn++) {
      const at = (round + turn) % candidates.length;
      const [ms, ops] = await timeTurn(candidates[at], calls[at], clock);
      times[at].push(ms * 1e6 / ops);
    }
  }
  return times.map(medianOf);
}
