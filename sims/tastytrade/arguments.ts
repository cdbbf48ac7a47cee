import { fail, ok, type Result } from "../../lib/base/result.ts";

const PORT_DEFAULT = 8790;

/** What the command line asks for. */
export interface Arguments {
  readonly port: number;
  readonly seed: number;
  /** Undefined for the standard book. */
  readonly positions: number | undefined;
  readonly accounts: 3 | 6;
  readonly date: string | undefined;
  readonly faultsFile: string | undefined;
  readonly accessLifeS: number;
  readonly quoteLifeS: number;
  readonly balances: "object" | "items";
  readonly isStrict: boolean;
  readonly isSandbox: boolean;
  readonly hasOtherKinds: boolean;
  readonly isUserAgentChecked: boolean;
  readonly isHelp: boolean;
}

/** The text of `--help`. */
export const HELP = `deno task sim:tastytrade [options]

  --port N          port on 127.0.0.1; 0 takes a free one (${PORT_DEFAULT})
  --seed N          same seed, same market (1)
  --positions N     positions of the book, 1 to 2000 (the standard book)
  --accounts N      3 or 6 (3)
  --date D          session to show, YYYY-MM-DD (the present or the last one)
  --faults FILE     fault script; README.md beside this file says what is in it
  --access-life S   life of an access token, seconds (900)
  --quote-life S    life of a quote token, seconds (86400)
  --balances SHAPE  object or items (object)
  --strict          the feed refuses what only the specification forbids
  --sandbox         without market data, metrics and history; the feed is late
  --other-kinds     a coin and a bond in the first account
  --no-agent-check  also answers clients without a User-Agent product/version`;

const SWITCHES = ["--strict", "--sandbox", "--other-kinds", "--no-agent-check", "--help"];

/** Names that take a whole number: usual, least and most. */
const NUMBERS = {
  "--port": [PORT_DEFAULT, 0, 65_535],
  "--seed": [1, 0, 2_147_483_647],
  "--positions": [0, 1, 2000],
  "--accounts": [3, 3, 6],
  "--access-life": [900, 1, 86_400],
  "--quote-life": [86_400, 1, 864_000],
} as const;

const TEXTS = ["--date", "--faults", "--balances"];

/** Reads the command line; fails with the one line that says how to fix it. */
export function parseArguments(args: readonly string[]): Result<Arguments, string> {
  const given = collect(args);
  if (!given.ok) return given;
  const values = given.value;
  for (const [name, [, least, most]] of Object.entries(NUMBERS)) {
    const text = values.get(name);
    const value = Number(text);
    if (text === undefined || (Number.isInteger(value) && value >= least && value <= most)) {
      continue;
    }
    return fail(`${name} is a whole number from ${least} to ${most}, not ${text}`);
  }
  const whole = (name: keyof typeof NUMBERS): number =>
    Number(values.get(name) ?? NUMBERS[name][0]);
  const accounts = whole("--accounts");
  if (accounts !== 3 && accounts !== 6) return fail("--accounts is 3 or 6");
  const date = values.get("--date");
  if (date !== undefined && !isDate(date)) return fail(`--date is YYYY-MM-DD, not ${date}`);
  const balances = values.get("--balances") ?? "object";
  if (balances !== "object" && balances !== "items") return fail("--balances is object or items");
  const positions = whole("--positions");
  return ok({
    port: whole("--port"),
    seed: whole("--seed"),
    positions: positions === 0 ? undefined : positions,
    accounts,
    date,
    faultsFile: values.get("--faults"),
    accessLifeS: whole("--access-life"),
    quoteLifeS: whole("--quote-life"),
    balances,
    isStrict: values.has("--strict"),
    isSandbox: values.has("--sandbox"),
    hasOtherKinds: values.has("--other-kinds"),
    isUserAgentChecked: !values.has("--no-agent-check"),
    isHelp: values.has("--help"),
  });
}

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
  return /^\d{4}-\d{2}-\d{2}$/.test(text) &&
    new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
