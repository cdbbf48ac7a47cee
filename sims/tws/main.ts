/**
 * Runs the emulator of TWS for people on 127.0.0.1 and prints what a client needs:
 * `deno task sim:tws`, whose options `--help` lists.
 */
import { fail, ok, type Result } from "../../lib/base/result.ts";
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { isoOf, newYorkDay } from "../../lib/world/civil.ts";
import { isSession, previousSession, sessionOn } from "../../lib/world/session.ts";
import { type Arguments, HELP, parseArguments } from "./arguments.ts";
import { type FaultScript, parseScript } from "./faults/script.ts";
import { type LoopbackServer, serveLoopback } from "./loopback.ts";
import type { TwsOptions } from "./options.ts";
import { TwsSim } from "./sim.ts";

const BAD_USAGE = 2;
const PORT_TAKEN = 3;

/** A server with the simulator behind it. */
export interface Started {
  readonly server: LoopbackServer;
  readonly sim: TwsSim;
}

/** Shown while the market is shut: the last session, whose contracts have not all expired yet. */
function lastSession(): string {
  const day = newYorkDay(realClock.now());
  const closed = isSession(day) && realClock.now() >= sessionOn(day).regularCloseAt;
  return isoOf(closed ? day : previousSession(day));
}

function readFaults(file: string | undefined): Result<FaultScript, string> {
  if (file === undefined) return ok({ faults: [] });
  try {
    return parseScript(Deno.readTextFileSync(file));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** Starts the emulator; a shut market shows a past session whose nights are short. */
export function start(args: Arguments, faults: FaultScript): Started {
  const { seed, positions, accounts, serverVersion, lines, isReadOnly, isPaper } = args;
  const { hasLongTradeDates, hasLastTradeDay } = args;
  const dates = { hasLongTradeDates, hasLastTradeDay };
  const behaviour = { serverVersion, lines, isReadOnly, isPaper, ...dates };
  const options: TwsOptions = {
    clock: realClock,
    timers: realTimers,
    seed,
    positions,
    accounts,
    faults,
    ...behaviour,
  };
  const shown = (date: string): TwsSim => new TwsSim({ ...options, date, pace: "compressed" });
  if (args.date !== undefined) return served(shown(args.date), args.port);
  const present = new TwsSim(options);
  if (present.face.market.aheadMs === 0) return served(present, args.port);
  present.close();
  return served(shown(lastSession()), args.port);
}

function served(sim: TwsSim, port: number): Started {
  try {
    return { server: serveLoopback(sim, port), sim };
  } catch (error) {
    sim.close();
    throw error;
  }
}

function describe({ server, sim }: Started): string {
  const { accounts, behaviour, market } = sim.face;
  const numbers = accounts.accounts.map(({ number }) => number).join(", ");
  return `TWS emulator ready on 127.0.0.1:${server.port}

  server version      ${behaviour.serverVersion}
  accounts            ${numbers}
  session             ${market.world.session().date}
  market data lines   ${behaviour.lines}

Ctrl-C ends it.`;
}

function endWith(code: number, line: string): never {
  console.error(line);
  Deno.exit(code);
}

function run(): void {
  const args = parseArguments(Deno.args);
  if (!args.ok) endWith(BAD_USAGE, args.error);
  if (args.value.isHelp) return console.log(HELP);
  const faults = readFaults(args.value.faultsFile);
  if (!faults.ok) endWith(BAD_USAGE, `--faults: ${faults.error}`);
  let started: Started;
  try {
    started = start(args.value, faults.value);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    endWith(PORT_TAKEN, `port ${args.value.port} is taken; --port 0 takes a free one`);
  }
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void started.server.close().then(() => Deno.exit(0)));
  }
  console.log(describe(started));
}

if (import.meta.main) run();
