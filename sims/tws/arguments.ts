import { fail, ok, type Result } from "../../lib/base/result.ts";
import { type AccountCount, TWS_DEFAULTS } from "./options.ts";

const PORT_DEFAULT = 4002;

/** What the command line asks for. */
export interface Arguments {
  readonly port: number;
  readonly seed: number;
  /** Undefined for the standard book. */
  readonly positions: number | undefined;
  readonly accounts: AccountCount;
  readonly date: string | undefined;
  readonly faultsFile: string | undefined;
  readonly serverVersion: 178 | 193;
  readonly lines: number;
  readonly isReadOnly: boolean;
  readonly isPaper: boolean;
  readonly hasLongTradeDates: boolean;
  readonly hasLastTradeDay: boolean;
  readonly isHelp: boolean;
}

/** The text of `--help`. */
export const HELP = `deno task sim:tws [options]

  --port N            port on 127.0.0.1; 0 takes a free one (${PORT_DEFAULT})
  --seed N            same seed, same market (1)
  --positions N       positions of the book, 1 to 2000 (the standard book)
  --accounts N        1 to 6 (${TWS_DEFAULTS.accounts})
  --date D            session to show, YYYY-MM-DD (the present or the last one)
  --faults FILE       fault script; README.md beside this file says what is in it
  --server-version V  178 or 193 (${TWS_DEFAULTS.serverVersion})
  --lines N           market data lines of all clients together (${TWS_DEFAULTS.lines})
  --live-numbers      account numbers as of a real login, U instead of DU
  --read-only         orders are refused as by the Read-Only API setting
  --long-dates        contract details give last trade dates with time and zone
  --expiry-dates      options settled at the open are named by expiry, not last trade date`;

const SWITCHES = ["--live-numbers", "--read-only", "--long-dates", "--expiry-dates", "--help"];

/** Names that take a whole number: usual, least and most. */
const NUMBERS = {
  "--port": [PORT_DEFAULT, 0, 65_535],
  "--seed": [1, 0, 2_147_483_647],
  "--positions": [0, 1, 2000],
  "--accounts": [TWS_DEFAULTS.accounts, 1, 6],
  "--server-version": [TWS_DEFAULTS.serverVersion, 178, 193],
  "--lines": [TWS_DEFAULTS.lines, 1, 100_000],
} as const;

const TEXTS = ["--date", "--faults"];

/** Reads the command line; fails with the one line that says how to fix it. */
export function parseArguments(args: readonly string[]): Result<Arguments, string> {
  const given = collect(args);
  if (!given.ok) return given;
  const values = given.value;
  for (const [name, [, least, most]] of Object.entries(NUMBERS)) {
    const text = values.get(name);
    const value = Number(text);
    const isFit = Number.isInteger(value) && value >= least && value <= most;
    if (text === undefined || isFit) continue;
    return fail(`${name} is a whole number from ${least} to ${most}, not ${text}`);
  }
  const whole = (name: keyof typeof NUMBERS): number =>
    Number(values.get(name) ?? NUMBERS[name][0]);
  const serverVersion = whole("--server-version");
  if (serverVersion !== 178 && serverVersion !== 193) {
    return fail("--server-version is 178 or 193");
  }
  const accounts = COUNTS.find((count) => count === whole("--accounts"));
  const date = values.get("--date");
  if (date !== undefined && !isDate(date)) return fail(`--date is YYYY-MM-DD, not ${date}`);
  const positions = whole("--positions");
  return ok({
    port: whole("--port"),
    seed: whole("--seed"),
    positions: positions === 0 ? undefined : positions,
    accounts: accounts ?? TWS_DEFAULTS.accounts,
    date,
    faultsFile: values.get("--faults"),
    serverVersion,
    lines: whole("--lines"),
    isReadOnly: values.has("--read-only"),
    isPaper: !values.has("--live-numbers"),
    hasLongTradeDates: values.has("--long-dates"),
    hasLastTradeDay: !values.has("--expiry-dates"),
    isHelp: values.has("--help"),
  });
}

const COUNTS: readonly AccountCount[] = [1, 2, 3, 4, 5, 6];

function collect(args: readonly string[]): Result<ReadonlyMap<string, string>, string> {
  const values = new Map<string, string>();
  for (let n = 0; n < args.length; n++) {
    const [name, inline] = args[n].split("=", 2);
    if (SWITCHES.includes(name) && inline === undefined) {
      values.set(name, "");
      continue;
    }
    if (!TEXTS.includes(name) && !(name in NUMBERS)) {
      return fail(`unknown option ${args[n]}; --help lists them`);
    }
    const value = inline ?? args[++n];
    if (value === undefined || value === "") return fail(`${name} needs a value`);
    values.set(name, value);
  }
  return ok(values);
}

function isDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
