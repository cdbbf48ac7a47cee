import { createWorld, World } from "../../../world/mod.ts";
import { goesOnUntil } from "../going_on.ts";
import type { WorldBegun, WorldResume, WorldStart } from "./messages.ts";

const STEP_MS = 50;

/** A market that runs, and how it came to where it stands. */
export interface BegunWorld {
  readonly world: World;
  readonly begun: WorldBegun;
}

/**
 * The market of `start`: from its checkpoint, moved on by the time away as `goesOnUntil` says, or
 * anew where there is none or it cannot be used. Readers begin with the latest values: what
 * happened while away is in the answers (fills of today, orders, positions), not in the events.
 */
export function beginWorld(start: WorldStart, resume: WorldResume | null): BegunWorld {
  const { seed, date, positions, eventRate, speed } = start;
  // At high speed the market moves as often per second, not per market second.
  const stepMs = Math.max(STEP_MS, STEP_MS * speed);
  const options = { seed, date, positions, eventRate, stepMs };
  if (resume === null) return { world: createWorld(options), begun: { kind: "first" } };
  const restored = World.restore(resume.checkpoint, options);
  if (!restored.ok) {
    return { world: createWorld(options), begun: { kind: "anew", why: restored.error.message } };
  }
  const world = restored.value;
  const checkpointAt = world.now();
  const { state, borderAt } = world.session();
  const stand = { now: checkpointAt, isOpen: state === "open", borderAt };
  world.advanceTo(goesOnUntil(stand, { awayMs: resume.awayMs, speed, eventRate }));
  world.restartReaders();
  return { world, begun: { kind: "goesOn", checkpointAt, wentOnMs: world.now() - checkpointAt } };
}
