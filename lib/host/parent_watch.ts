import process from "node:process";
import type { Timer, Timers } from "../ports/timers.ts";
import { type ProcessFacts, type ProcessReader } from "./process_tree.ts";

/** How the ancestors are watched. */
export interface ParentWatchOptions {
  readonly watched: readonly ProcessFacts[];
  readonly timers: Timers;
  readonly read: ProcessReader;
  /** Called once, as soon as one of them is found gone. */
  readonly onGone: (gone: ProcessFacts) => void;
  /** Whether a process id is in use; the machine's answer unless a test gives another. */
  readonly isThere?: (pid: number) => boolean;
}

/** How often process ids are looked at. */
export const WATCH_EVERY_MS = 500;
/** Every so many looks, zombies and reused process ids are looked for as well. */
const LOOKS_PER_CLOSE_LOOK = 4;

function isPidInUse(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

async function isSame(one: ProcessFacts, read: ProcessReader): Promise<boolean> {
  const now = await read(one.pid);
  return now !== null && !now.isZombie && now.startedAt === one.startedAt;
}

/**
 * Watches processes and reports the first that is gone: within 0.5 s when its id is free, within
 * 2 s when it is a zombie or its id has been given to another process.
 */
export function watchParents(options: ParentWatchOptions): Timer {
  const { watched, timers, read, onGone } = options;
  const isThere = options.isThere ?? isPidInUse;
  let looks = 0;
  let isOver = false;
  const report = (gone: ProcessFacts) => {
    if (isOver) return;
    isOver = true;
    periodic.cancel();
    onGone(gone);
  };
  const lookClosely = async () => {
    for (const one of watched) {
      if (!await isSame(one, read)) return report(one);
    }
  };
  const periodic = timers.setPeriodic(WATCH_EVERY_MS, () => {
    const gone = watched.find((one) => !isThere(one.pid));
    if (gone !== undefined) return report(gone);
    if (++looks % LOOKS_PER_CLOSE_LOOK === 0) void lookClosely();
  });
  return {
    cancel: () => {
      isOver = true;
      periodic.cancel();
    },
  };
}
