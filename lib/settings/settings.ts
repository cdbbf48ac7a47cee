import { resolve as resolvePath } from "node:path";
import type { IsoDate } from "../base/brand.ts";
import { assert, present } from "../base/assert.ts";
import { ok, type Result } from "../base/result.ts";
import { type Origin, type OriginKind, quoted, refuse, type SettingsProblem } from "./problem.ts";
import { isGrantablePath } from "./grantable_path.ts";
import type { ResolvedSetting } from "./resolve.ts";
import type { SettingKey } from "./table.ts";

/** What the desk runs on. Never mixed: a data folder belongs to one mode. */
export type DeskMode = "demo" | "replay";

/** The settings of one desk: plain data, so that they cross a process boundary as JSON. */
export interface Settings {
  readonly mode: DeskMode;
  /** Absolute; null unless the mode is replay. */
  readonly replayDirectory: string | null;
  /** One of 127.0.0.1, localhost, ::1. */
  readonly host: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** True when the user named the port: it is then never replaced by a free one. */
  readonly isPortExplicit: boolean;
  /** Absolute. */
  readonly dataDirectory: string;
  readonly seed: number;
  readonly sessionOn: IsoDate;
  readonly eventsPerSecond: number;
  readonly positionCount: number;
  /** Market seconds per second. */
  readonly speed: number;
  /** Empty: all accounts. */
  readonly accounts: readonly string[];
  /** Where `accounts` was named; an alias may speak of another system's accounts. */
  readonly accountsOrigin: OriginKind;
  readonly opensBrowser: boolean;
  readonly servesDebug: boolean;
}

const ORIGIN_STRENGTH: readonly OriginKind[] = [
  "default",
  "file",
  "dotenv",
  "environment",
  "flag",
];

/** Typed access to resolved settings; a wrong type is a bug of the table. */
class Lookup {
  readonly #byKey: ReadonlyMap<string, ResolvedSetting>;

  constructor(resolved: readonly ResolvedSetting[]) {
    this.#byKey = new Map(resolved.map((one) => [one.row.key, one]));
  }

  one(key: SettingKey): ResolvedSetting {
    return present(this.#byKey.get(key), `setting ${key}`);
  }

  number(key: SettingKey): number {
    const { value } = this.one(key);
    assert(typeof value === "number", `${key} is a number`);
    return value;
  }

  isOn(key: SettingKey): boolean {
    const { value } = this.one(key);
    assert(typeof value === "boolean", `${key} is a switch`);
    return value;
  }

  text(key: SettingKey): string {
    const { value } = this.one(key);
    assert(typeof value === "string", `${key} is a text`);
    return value;
  }

  list(key: SettingKey): readonly string[] {
    const { value } = this.one(key);
    assert(typeof value === "object" && value !== null, `${key} is a list`);
    return value;
  }

  origin(key: SettingKey): Origin {
    return this.one(key).origin;
  }

  strength(key: SettingKey): number {
    return ORIGIN_STRENGTH.indexOf(this.origin(key).kind);
  }
}

function chooseMode(lookup: Lookup): Result<DeskMode, SettingsProblem> {
  const demo = lookup.one("demo").value;
  const replay = lookup.one("replay").value;
  if (replay === null) {
    if (demo !== false) return ok("demo");
    return refuse("the demo is switched off and there is nothing else to run: add --replay DIR");
  }
  if (demo !== true) return ok("replay");
  const difference = lookup.strength("demo") - lookup.strength("replay");
  if (difference !== 0) return ok(difference > 0 ? "demo" : "replay");
  return refuse(
    `${lookup.origin("demo").name} and ${lookup.origin("replay").name} exclude each other: ` +
      "leave one of them out",
  );
}

const DEMO_ONLY: readonly SettingKey[] = ["seed", "date", "rate", "positions"];

function checkDemoOnly(lookup: Lookup, mode: DeskMode): Result<null, SettingsProblem> {
  const misplaced = DEMO_ONLY.find((key) => lookup.origin(key).kind === "flag");
  if (mode === "demo" || misplaced === undefined) return ok(null);
  return refuse(
    `${lookup.origin(misplaced).name} belongs to the demo market: leave it out with --replay`,
  );
}

function folderOf(
  lookup: Lookup,
  key: SettingKey,
  path: string,
  workingDirectory: string,
): Result<string, SettingsProblem> {
  const absolute = resolvePath(workingDirectory, path);
  if (isGrantablePath(absolute)) return ok(absolute);
  return refuse(
    `the folder ${quoted(absolute)} has a comma in its path, which permissions cannot express: ` +
      `name another with --${lookup.one(key).row.flag}`,
  );
}

/**
 * Builds the desk's settings from resolved ones: chooses the mode and makes paths absolute.
 * `workingDirectory`: absolute, what relative paths start from.
 */
export function settingsFrom(
  resolved: readonly ResolvedSetting[],
  workingDirectory: string,
): Result<Settings, SettingsProblem> {
  const lookup = new Lookup(resolved);
  const mode = chooseMode(lookup);
  if (!mode.ok) return mode;
  const misplaced = checkDemoOnly(lookup, mode.value);
  if (!misplaced.ok) return misplaced;
  const hasData = lookup.one("data").value !== null;
  const dataPath = hasData ? lookup.text("data") : `data/${mode.value}`;
  const dataDirectory = folderOf(lookup, "data", dataPath, workingDirectory);
  if (!dataDirectory.ok) return dataDirectory;
  const replayPath = mode.value === "replay" ? lookup.text("replay") : null;
  const replayDirectory = replayPath === null
    ? ok(null)
    : folderOf(lookup, "replay", replayPath, workingDirectory);
  if (!replayDirectory.ok) return replayDirectory;
  return ok({
    mode: mode.value,
    replayDirectory: replayDirectory.value,
    host: lookup.text("host"),
    port: lookup.number("port"),
    isPortExplicit: lookup.origin("port").kind !== "default",
    dataDirectory: dataDirectory.value,
    seed: lookup.number("seed"),
    sessionOn: lookup.text("date"),
    eventsPerSecond: lookup.number("rate"),
    positionCount: lookup.number("positions"),
    speed: lookup.number("speed"),
    accounts: lookup.list("accounts"),
    accountsOrigin: lookup.origin("accounts").kind,
    opensBrowser: lookup.isOn("open"),
    servesDebug: lookup.isOn("debug"),
  });
}
