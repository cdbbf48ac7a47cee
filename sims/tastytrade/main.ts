/**
 * Runs the simulator for people on 127.0.0.1 and prints the settings that a user needs:
 * `deno task sim:tastytrade`, whose options `--help` lists.
 */
import { realClock } from "../../lib/host/clock.ts";
import { realTimers } from "../../lib/host/timers.ts";
import { fail, ok, type Result } from "../../lib/base/result.ts";
import { type FaultScript, parseScript } from "./faults/script.ts";
import { type LoopbackServer, serveLoopback } from "./loopback.ts";
import { REST_DEFAULTS } from "./options.ts";
import { TastytradeSim } from "./sim.ts";

const PORT_DEFAULT = 8790;
const BAD_USAGE = 2;
const HELP = `deno task sim:tastytrade [options]

  --port N        port on 127.0.0.1; 0 takes a free one (${PORT_DEFAULT})
  --seed N        same seed, same market (1)
  --positions N   positions of the book, 1 to 2000 (the standard book)
  --accounts N    3 or 6 (3)
  --date D        session to show, YYYY-MM-DD (the present one, else 2025-03-19)
  --faults FILE   fault script; sims/tastytrade/README.md says what is in it
  --no-agent-check  answers clients that send no User-Agent of the form product/version`;

/** What the command line asks for. */
export interface Arguments {
  readonly port: number;
  readonly seed: number;
  readonly positions: number | undefined;
  readonly accounts: 3 | 6;
  readonly date: string | undefined;
  readonly faultsFile: string | undefined;
  readonly isUserAgentChecked: boolean;
  readonly isHelp: boolean;
}

const TAKES_VALUE = ["--port", "--seed", "--positions", "--accounts", "--date", "--faults"];

/** Reads the command line; fails with the one line that says how to fix it. */
export function parseArguments(args: readonly string[]): Result<Arguments, string> {
  const values = new Map<string, string>();
  for (let n = 0; n < args.length; n++) {
    const [name, inline] = args[n].split("=", 2);
    if (name === "--help" || name === "--no-agent-check") values.set(name, "true");
    else if (TAKES_VALUE.includes(name)) {
      const value = inline ?? args[++n];
      if (value === undefined) return fail(`${name} needs a value`);
      values.set(name, value);
    } else return fail(`unknown option ${name}; --help lists them`);
  }
  const whole = (name: string, usual: number, least: number, most: number): number | null => {
    const value = Number(values.get(name) ?? usual);
    return Number.isInteger(value) && value >= least && value <= most ? value : null;
  };
  const port = whole("--port", PORT_DEFAULT, 0, 65_535);
  const seed = whole("--seed", 1, 0, 2 ** 31);
  const positions = whole("--positions", 0, 0, 2000);
  const accounts = whole("--accounts", 3, 3, 6);
  const date = values.get("--date");
  if (port === null) return fail("--port is a whole number from 0 to 65535");
  if (seed === null) return fail("--seed is a whole number from 0 to 2147483648");
  if (positions === null) return fail("--positions is a whole number from 1 to 2000");
  if (accounts !== 3 && accounts !== 6) return fail("--accounts is 3 or 6");
  if (date !== undefined && !isDate(date)) return fail("--date is YYYY-MM-DD");
  return ok({
    port,
    seed,
    positions: positions === 0 ? undefined : positions,
    accounts,
    date,
    faultsFile: values.get("--faults"),
    isUserAgentChecked: !values.has("--no-agent-check"),
    isHelp: values.has("--help"),
  });
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

function readFaults(file: string | undefined): Result<FaultScript, string> {
  if (file === undefined) return ok({ faults: [] });
  let text: string;
  try {
    text = Deno.readTextFileSync(file);
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  return parseScript(text);
}

/** Starts the simulator; a shut market shows a past session whose nights are short. */
export function start(args: Arguments, faults: FaultScript): LoopbackServer {
  const { seed, positions, accounts, date, isUserAgentChecked } = args;
  const rest = { isUserAgentChecked };
  const base = { clock: realClock, timers: realTimers, seed, positions, accounts, faults, rest };
  const options = date === undefined ? base : { ...base, date, pace: "compressed" as const };
  let sim = new TastytradeSim(options);
  if (date === undefined && sim.market.aheadMs > 0) {
    sim.close();
    sim = new TastytradeSim({ ...base, date: "2025-03-19", pace: "compressed" });
  }
  return serveLoopback(sim, args.port);
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

function run(): void {
  const args = parseArguments(Deno.args);
  const faults = args.ok ? readFaults(args.value.faultsFile) : ok({ faults: [] });
  const problem = !args.ok ? args.error : !faults.ok ? `--faults: ${faults.error}` : null;
  if (!args.ok || !faults.ok) {
    console.error(problem);
    Deno.exit(BAD_USAGE);
  }
  if (args.value.isHelp) return console.log(HELP);
  const server = start(args.value, faults.value);
  console.log(describe(server));
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => void server.close().then(() => Deno.exit(0)));
  }
}

if (import.meta.main) run();
