import { assert } from "../base/assert.ts";
import type { CheckpointHead } from "./checkpoint.ts";
import { dayOfIso, isoOf, newYorkDay } from "./civil.ts";
import { sessionOn } from "./session.ts";
import {
  POSITIONS_DEFAULT,
  sessionFrom,
  type SimulationOptions,
  usualStart,
} from "./simulation.ts";

const DATE_DEFAULT = "2025-03-19";
const EVENT_RATE_DEFAULT = 300;
const STEP_MS_DEFAULT = 50;
const FILL_GAP_MS_DEFAULT = 90_000;

/** How a world is made; every part has a default. */
export interface WorldOptions {
  /** Same seed, same run. @default 1 */
  readonly seed?: number;
  /** Start instant, Unix ms; before the open or off session it moves to the next open. */
  readonly startAt?: number;
  /** Start day "YYYY-MM-DD", 10:15 New York; without session, the next. @default 2025-03-19 */
  readonly date?: string;
  /** Positions of the book, 1 to 100,000. @default the standard book */
  readonly positions?: number;
  /** Market events per second of open session. @default 300 */
  readonly eventRate?: number;
  /** Length of a market step, ms. @default 50 */
  readonly stepMs?: number;
  /** Mean time between two fills of the accounts' own orders, ms. @default 90 000 */
  readonly fillGapMs?: number;
}

/** Options with every default settled; throws on a malformed date or a number out of range. */
export function settled(options: WorldOptions): SimulationOptions {
  const { seed = 1, positions = POSITIONS_DEFAULT, eventRate = EVENT_RATE_DEFAULT } = options;
  const { stepMs = STEP_MS_DEFAULT, fillGapMs = FILL_GAP_MS_DEFAULT } = options;
  assert(stepMs > 0 && fillGapMs > 0, "stepMs and fillGapMs must be above 0");
  assert(eventRate >= 0, "eventRate must not be below 0");
  const startAt = options.startAt ??
    usualStart(sessionFrom(dayOfIso(options.date ?? DATE_DEFAULT)));
  const asked = newYorkDay(startAt);
  let startDay = sessionFrom(asked);
  if (startDay === asked && startAt >= sessionOn(asked).regularCloseAt) {
    startDay = sessionFrom(asked + 1);
  }
  return { seed, positions, eventRate, stepMs, fillGapMs, startDay, startAt };
}

/** Options with what a checkpoint says where they leave it open. */
export function askedOf(options: WorldOptions, head: CheckpointHead): SimulationOptions {
  const { seed = head.seed, positions = head.positions } = options;
  const isOpenStart = options.startAt === undefined && options.date === undefined;
  const { startAt, startDay } = head;
  const settledOptions = settled({ ...options, seed, positions });
  return isOpenStart ? { ...settledOptions, startAt, startDay } : settledOptions;
}

/** What makes the world asked for another than that of a checkpoint; null when it is the same. */
export function differenceOf(wanted: SimulationOptions, head: CheckpointHead): string | null {
  if (wanted.seed !== head.seed) {
    return `the checkpoint is of seed ${head.seed}, not ${wanted.seed}`;
  }
  if (wanted.startAt !== head.startAt || wanted.startDay !== head.startDay) {
    const [from, asked] = [head, wanted].map(({ startDay }) => isoOf(startDay));
    return `the checkpoint is of a market that began on ${from}, not ${asked}`;
  }
  if (wanted.positions !== head.positions) {
    return `the checkpoint is of ${head.positions} positions, not ${wanted.positions}`;
  }
  return null;
}

/** The session with which a world of that date begins, "YYYY-MM-DD"; throws on a malformed one. */
export function firstSession(date: string): string {
  return isoOf(sessionFrom(dayOfIso(date)));
}
