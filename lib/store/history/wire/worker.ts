import { realClock } from "../../../host/clock.ts";
import { realTimers } from "../../../host/timers.ts";
import { serveWorker } from "../../../host/worker_side.ts";
import type { FromHistory, ToHistory } from "./messages.ts";
import { HistoryServer } from "./server.ts";

const side = serveWorker<ToHistory, FromHistory>((message) => server.handle(message));
const server = new HistoryServer({ clock: realClock, timers: realTimers, send: side.post });
