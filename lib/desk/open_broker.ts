import { fail, ok, type Result } from "../base/result.ts";
import { demoBroker } from "../brokers/demo/adapter.ts";
import { workerLink } from "../brokers/demo/wire/link.ts";
import type { FromWorld, ToWorld } from "../brokers/demo/wire/messages.ts";
import { replayBroker } from "../brokers/replay/adapter.ts";
import { openReplay } from "../brokers/replay/open.ts";
import { startWorker } from "../host/worker.ts";
import type { BrokerAdapter } from "../ports/broker.ts";
import type { Clock } from "../ports/clock.ts";
import type { ReadText } from "../ports/files.ts";
import type { Timers } from "../ports/timers.ts";
import type { Settings } from "../settings/settings.ts";

/** What opening a broker needs from outside. */
export interface BrokerSurroundings {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly readText: ReadText;
}

/** The broker that the settings name; the failure is the line to print, exit code 2. */
export async function openBroker(
  settings: Settings,
  surroundings: BrokerSurroundings,
): Promise<Result<BrokerAdapter, string>> {
  const { clock, timers, readText } = surroundings;
  const { speed } = settings;
  if (settings.replayDirectory !== null) {
    const data = await openReplay(settings.replayDirectory, readText);
    return data.ok
      ? ok(replayBroker(data.value, { speed, clock, timers }))
      : fail(data.error.message);
  }
  const url = new URL("../brokers/demo/wire/worker.ts", import.meta.url);
  return ok(demoBroker({
    start: {
      seed: settings.seed,
      date: settings.sessionOn,
      positions: settings.positionCount,
      eventRate: settings.eventsPerSecond,
      speed,
    },
    link: workerLink(startWorker<FromWorld, ToWorld>(url)),
    clock,
    timers,
  }));
}
