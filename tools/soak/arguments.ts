import { fail, ok, type Result } from "../../lib/base/result.ts";

/** What a soak is asked for. */
export interface SoakArguments {
  readonly minutes: number;
  /** Market events per second. */
  readonly rate: number;
  readonly clients: number;
  readonly positions: number;
}

/** What `--help` prints. */
export const HELP = `Runs a desk under load and checks that it stays equal, quick and small.

  deno task soak [--minutes N] [--rate R] [--clients C] [--positions P]

  --minutes N    how long, 1 to 1440; default 1
  --rate R       market events per second, 1 to 50000; default 500
  --clients C    viewers, 2 to 120: up to eight keep a copy, of which some come and go and some
                 stall; the others count and time what arrives; default 12
  --positions P  position legs, 80 to 100000; default 120
  --help         print this and end

Exit code 1 when a check failed, 2 for a bad argument, 130 when interrupted.`;

const BOUNDS = {
  minutes: { least: 1, most: 1440, otherwise: 1 },
  rate: { least: 1, most: 50_000, otherwise: 500 },
  clients: { least: 2, most: 120, otherwise: 12 },
  positions: { least: 80, most: 100_000, otherwise: 120 },
} as const;

/** Reads the arguments; "help" when that was asked for. The error says how to fix it. */
export function readArguments(args: readonly string[]): Result<SoakArguments | "help", string> {
  if (args.includes("--help")) return ok("help");
  const found: Record<keyof SoakArguments, number> = {
    minutes: BOUNDS.minutes.otherwise,
    rate: BOUNDS.rate.otherwise,
    clients: BOUNDS.clients.otherwise,
    positions: BOUNDS.positions.otherwise,
  };
  for (let at = 0; at < args.length; at += 2) {
    const name = args[at].replace(/^--/, "");
    if (!isName(name)) return fail(`unknown flag ${args[at]}; see --help`);
    const { least, most } = BOUNDS[name];
    const value = Number(args[at + 1]);
    if (!Number.isInteger(value) || value < least || value > most) {
      return fail(`--${name} takes a whole number from ${least} to ${most}`);
    }
    found[name] = value;
  }
  return ok(found);
}

function isName(name: string): name is keyof SoakArguments {
  return Object.hasOwn(BOUNDS, name);
}
