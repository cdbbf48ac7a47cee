import type { Connections } from "./connections.ts";
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

let connections: Connections | null = null;

/** Makes `live` the connections that the routes of this process show; null for demo and replay. */
export function setCurrentConnections(live: Connections | null): void {
  connections = live;
}

/** The connections of this process; null where no broker is connected by design. */
export function currentConnections(): Connections | null {
  return connections;
}
