import type { DeskServices } from "./services.ts";

let running: DeskServices | null = null;

/** Makes `desk` the one that the routes of this process serve; null when it has ended. */
export function setCurrentDesk(desk: DeskServices | null): void {
  running = desk;
}

/** The desk of this process, or null before one was started. */
export function currentDesk(): DeskServices | null {
  return running;
}
