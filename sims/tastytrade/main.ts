/**
 * Runs the simulator for people on 127.0.0.1 and prints the settings that a user needs:
 * `deno task sim:tastytrade`, whose options `--help` lists.
 */
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { fail, ok, type Result } from "../../lib/base/result.ts";
import { isoOf, newYorkDay } from "../../lib/world/civil.ts";
import { isSession, previousSession, sessionOn } from "../../lib/world/session.ts";
import { type Arguments, HELP, parseArguments } from "./arguments.ts";
import { type FaultScript, parseScript } from "./faults/script.ts";
import { type LoopbackServer, serveLoopback } from "./loopback.ts";
import { REST_DEFAULTS, type SimOptions } from "./options.ts";
import { TastytradeSim } from "./sim.ts";

const BAD_USAGE = 2;
const PORT_TAKEN = 3;
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

function optionsOf(args: Arguments, faults: FaultScript): SimOptions {
  const { seed, positions, accounts, isUserAgentChecked, hasOtherKinds, balances } = args;
  return {
    clock: realClock,
    timers: realTimers,
    seed,
    positions,
    accounts,
    faults,
    rest: {
      isUserAgentChecked,
      hasOtherKinds,
      balanceShape: balances,
      accessTokenLifeMs: 1000 * args.accessLifeS,
      quoteTokenLifeMs: 1000 * args.quoteLifeS,
      environment: args.isSandbox ? "sandbox" : "production",
    },
    dxlink: { strictness: args.isStrict ? "strict" : "lenient" },
  };
}

/** Starts the simulator; a shut market shows a past session whose nights are short. */
export function start(args: Arguments, faults: FaultScript): LoopbackServer {
  const options = optionsOf(args, faults);
  const shown = (date: string): TastytradeSim =>
    new TastytradeSim({ ...options, date, pace: "compressed" });
  if (args.date !== undefined) return serveLoopback(shown(args.date), args.port);
  const present = new TastytradeSim(options);
  if (present.market.aheadMs === 0) return serveLoopback(present, args.port);
  present.close();
  return serveLoopback(shown(lastSession()), args.port);
}

function describe(server: LoopbackServer): string {
  return `tastytrade simulator ready on 127.0.0.1:${server.port}

  REST base URL       ${server.baseUrl}
  account streamer    ${server.streamerUrl}
  feed (DXLink)       ${server.dxlinkUrl}   (the quote token names it)
  client secret       ${REST_DEFAULTS.clientSecret}
  refresh token       ${REST_DEFAULTS.refreshToken}

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
  let server: LoopbackServer;
  try {
    server = start(args.value, faults.value);
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    endWith(PORT_TAKEN, `port ${args.value.port} is taken; --port 0 takes a free one`);
  }
  console.log(describe(server));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void server.close().then(() => Deno.exit(0)));
  }
}

if (import.meta.main) run();
