import { realClock } from "../../../host/clock.ts";
import { realTimers } from "../../../host/timers.ts";
import { serveWorker } from "../../../host/worker_side.ts";
import type { FromWorld, ToWorld } from "./messages.ts";
import { WorldServer } from "./world_server.ts";

const side = serveWorker<ToWorld, FromWorld>((message) => server.handle(message));
const server = new WorldServer({ clock: realClock, timers: realTimers, send: side.post });
