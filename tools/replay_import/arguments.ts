import { fail, ok, type Result } from "../../lib/base/result.ts";
import { parseDay } from "../../lib/calendar/date.ts";
import { RECORDING_ZONES, type RecordingZone } from "../../lib/brokers/replay/wire/time.ts";

/** What the importer is asked for. */
export interface ImportOptions {
  readonly quotes: string | null;
  readonly bars: string | null;
  readonly book: string | null;
  readonly out: string;
  readonly underlying: string | null;
  readonly kind: "equity" | "index" | null;
  readonly name: string | null;
  /** Continuous decimals per year; null when not given. */
  readonly rate: number | null;
  readonly dividendYield: number | null;
  readonly parity: { readonly strike: number; readonly expiry: string | null } | null;
  readonly zone: RecordingZone | null;
  readonly barsZone: RecordingZone;
  readonly multiplier: number;
  /** Overrides the date of rows that have a date only. */
  readonly date: string | null;
  readonly isForced: boolean;
}

/** What `--help` prints. */
export const HELP = `Makes a replay folder from CSV files.

  deno task replay:import --quotes FILE --bars FILE --out DIR --underlying SYMBOL

  --quotes FILE      option quotes: one-minute quotes or a chain snapshot
  --bars FILE        one-minute bars of the underlying (time,open,high,low,close,volume)
  --out DIR          the folder to make; must be absent or empty
  --underlying SYM   which underlying of the files; SPX takes the roots SPX and SPXW
  --book FILE        a book.json; without it an example book is made (docs/replay.md)
  --rate R           risk-free rate, continuous decimal per year (0.053); default 0, said
  --yield Y          dividend yield, continuous decimal per year (0.015); default 0, said
  --parity K[@DATE]  spot by put-call parity of strike K (of that expiry); used without --bars
  --kind KIND        equity or index; default by the symbol
  --zone ZONE        zone of naive quote times; default America/New_York
  --bars-zone ZONE   zone of naive bar times; default America/New_York
  --multiplier M     money per point of the options; default 100
  --date DATE        date of rows that name no session, YYYY-MM-DD
  --name TEXT        name of the recording; default symbol and dates
  --force            write into a folder that is not empty
  --help             print this and end`;

const VALUE_FLAGS = [
  "quotes",
  "bars",
  "book",
  "out",
  "underlying",
  "rate",
  "yield",
  "parity",
  "kind",
  "zone",
  "bars-zone",
  "multiplier",
  "date",
  "name",
] as const;

type ValueFlag = typeof VALUE_FLAGS[number];

function isValueFlag(name: string): name is ValueFlag {
  return VALUE_FLAGS.some((flag) => flag === name);
}

/** Reads the flags. Fails with the one line that says what to change; "help" when asked. */
export function readArguments(args: readonly string[]): Result<ImportOptions | "help", string> {
  const given = new Map<ValueFlag, string>();
  let isForced = false;
  for (let at = 0; at < args.length; at++) {
    const [name, inline] = splitFlag(args[at]);
    if (args[at] === "--help" || args[at] === "-h") return ok("help");
    if (args[at] === "--") continue;
    if (name === "force" && inline === null) {
      isForced = true;
      continue;
    }
    if (!args[at].startsWith("--") || !isValueFlag(name)) {
      return fail(`unknown flag ${args[at]}: --help lists the flags`);
    }
    const text = inline ?? args[++at];
    if (text === undefined || text === "") return fail(`--${name} needs a value`);
    given.set(name, text);
  }
  return checkArguments(given, isForced);
}

function splitFlag(argument: string): [string, string | null] {
  const equals = argument.indexOf("=");
  if (equals === -1) return [argument.slice(2), null];
  return [argument.slice(2, equals), argument.slice(equals + 1)];
}

function checkArguments(
  given: ReadonlyMap<ValueFlag, string>,
  isForced: boolean,
): Result<ImportOptions, string> {
  const out = given.get("out");
  if (out === undefined) return fail("--out DIR is missing: name the folder to make");
  if (!given.has("quotes") && !given.has("bars")) {
    return fail("--quotes FILE or --bars FILE is missing: nothing to import");
  }
  const rate = decimal(given, "rate");
  const dividendYield = decimal(given, "yield");
  const parity = parityOf(given.get("parity"));
  const zone = zoneOf(given, "zone");
  const barsZone = zoneOf(given, "bars-zone");
  const kind = kindOf(given.get("kind"));
  const multiplier = Number(given.get("multiplier") ?? "100");
  const date = given.get("date") ?? null;
  for (const part of [rate, dividendYield, parity, zone, barsZone, kind]) {
    if (!part.ok) return part;
  }
  if (!(multiplier > 0 && multiplier < 1e6)) return fail("--multiplier is not a number above 0");
  if (date !== null && !parseDay(date).ok) return fail(`--date ${date} is not YYYY-MM-DD`);
  return ok({
    quotes: given.get("quotes") ?? null,
    bars: given.get("bars") ?? null,
    book: given.get("book") ?? null,
    out,
    underlying: given.get("underlying")?.toUpperCase() ?? null,
    kind: kind.ok ? kind.value : null,
    name: given.get("name") ?? null,
    rate: rate.ok ? rate.value : null,
    dividendYield: dividendYield.ok ? dividendYield.value : null,
    parity: parity.ok ? parity.value : null,
    zone: zone.ok ? zone.value : null,
    barsZone: (barsZone.ok ? barsZone.value : null) ?? "America/New_York",
    multiplier,
    date,
    isForced,
  });
}

function decimal(
  given: ReadonlyMap<ValueFlag, string>,
  flag: "rate" | "yield",
): Result<number | null, string> {
  const text = given.get(flag);
  if (text === undefined) return ok(null);
  const value = Number(text);
  if (text.trim() !== "" && value >= -0.5 && value <= 1) return ok(value);
  return fail(`--${flag} ${text} is not a decimal per year such as 0.05`);
}

function parityOf(text: string | undefined): Result<ImportOptions["parity"], string> {
  if (text === undefined) return ok(null);
  const match = /^(\d+(?:\.\d+)?)(?:@(\d{4}-\d{2}-\d{2}))?$/.exec(text);
  if (match === null) return fail(`--parity ${text} is not STRIKE or STRIKE@YYYY-MM-DD`);
  return ok({ strike: Number(match[1]), expiry: match[2] ?? null });
}

function zoneOf(
  given: ReadonlyMap<ValueFlag, string>,
  flag: "zone" | "bars-zone",
): Result<RecordingZone | null, string> {
  const text = given.get(flag);
  if (text === undefined) return ok(null);
  const zone = RECORDING_ZONES.find((one) => one === text);
  if (zone !== undefined) return ok(zone);
  return fail(`--${flag} ${text} is not one of ${RECORDING_ZONES.join(", ")}`);
}

function kindOf(text: string | undefined): Result<"equity" | "index" | null, string> {
  if (text === undefined) return ok(null);
  if (text === "equity" || text === "index") return ok(text);
  return fail(`--kind ${text} is neither equity nor index`);
}
