import { firstSession } from "../../world/mod.ts";
import type { WorldStart } from "./wire/messages.ts";

/**
 * Identity of a demo market for what is stored of it: "demo-s1-2025-03-19-120", from seed, first
 * session and number of positions. The same id is the same market; rate and speed may change
 * between two runs of it. A date without session names the next one that has one.
 */
export function demoSourceId(start: Pick<WorldStart, "seed" | "date" | "positions">): string {
  return `demo-s${start.seed}-${firstSession(start.date)}-${start.positions}`;
}
