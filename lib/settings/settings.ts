import { resolve as resolvePath } from "node:path";
import type { IsoDate } from "../base/brand.ts";
import { ok, type Result } from "../base/result.ts";
import type { DeskMode } from "../ports/broker.ts";
import { type AccountChoice, chooseAccounts } from "./account_choice.ts";
import { isGrantablePath } from "./grantable_path.ts";
import { IB_KEYS, type IbSettings, ibSettings } from "./ib_settings.ts";
import { Lookup } from "./lookup.ts";
import { type OriginKind, quoted, refuse, type SettingsProblem } from "./problem.ts";
import type { ResolvedSetting } from "./resolve.ts";
import { type BrokerName, BROKERS, type SettingKey } from "./table.ts";
import {
  TASTYTRADE_KEYS,
  type TastytradeSettings,
  tastytradeSettings,
} from "./tastytrade_settings.ts";

/**
 * The settings of one desk: plain data and secrets, which cross a process boundary by
 * `wire/handover.ts` alone; as JSON or in a log a secret is `[redacted]`.
 */
export interface Settings {
  readonly mode: DeskMode;
  /** Absolute; null unless the mode is replay. */
  readonly replayDirectory: string | null;
  /** The brokers to connect to, the one whose prices are preferred first. */
  readonly brokers: readonly BrokerName[];
  /** Null unless it is among the brokers, and for a task that connects to none. */
  readonly tastytrade: TastytradeSettings | null;
  /** Null unless it is among the brokers, and for a task that connects to none. */
  readonly ib: IbSettings | null;
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
  /** Market seconds per second; 1 in a live desk. */
  readonly speed: number;
  /** Of all brokers together; empty: all. Those for IB alone are in `ib`. */
  readonly accounts: readonly string[];
  /** Where accounts were named; an alias may speak of another system's accounts. */
  readonly accountsOrigin: OriginKind;
  /** One snapshot is printed, then the desk ends. */
  readonly isOnce: boolean;
  /** A summary is printed every `intervalMs`. */
  readonly printsSummary: boolean;
  readonly intervalMs: number;
  /** How long Greeks get to come before the first of what is printed. */
  readonly warmupMs: number;
  readonly opensBrowser: boolean;
  readonly servesDebug: boolean;
}

function chooseMode(lookup: Lookup): Result<DeskMode, SettingsProblem> {
  const named: readonly { readonly mode: DeskMode; readonly key: SettingKey }[] = [
    ...lookup.one("demo").value === true ? [{ mode: "demo", key: "demo" } as const] : [],
    ...lookup.one("replay").value !== null ? [{ mode: "replay", key: "replay" } as const] : [],
    ...lookup.one("brokers").value !== null ? [{ mode: "live", key: "brokers" } as const] : [],
  ];
  const [first, second] = named.toSorted((a, b) => lookup.strength(b.key) - lookup.strength(a.key));
  if (first === undefined) {
    if (lookup.one("demo").value !== false) return ok("demo");
    return refuse(
      "the demo is switched off and there is nothing else to run: " +
        "add --replay DIR or --brokers LIST",
    );
  }
  if (second === undefined || lookup.strength(first.key) > lookup.strength(second.key)) {
    return ok(first.mode);
  }
  return refuse(
    `${lookup.origin(first.key).name} and ${lookup.origin(second.key).name} exclude each other: ` +
      "leave one of them out",
  );
}

const DEMO_ONLY: readonly SettingKey[] = ["seed", "date", "rate", "positions"];

function misplacedFlag(lookup: Lookup, keys: readonly SettingKey[]): string | null {
  const misplaced = keys.find((key) => lookup.origin(key).kind === "flag");
  return misplaced === undefined ? null : lookup.origin(misplaced).name;
}

/** A flag that the chosen mode would ignore is refused; variables and files may serve many. */
function checkFlags(lookup: Lookup, mode: DeskMode): Result<null, SettingsProblem> {
  const instead = mode === "live" ? "--brokers" : "--replay";
  const demoFlag = mode === "demo" ? null : misplacedFlag(lookup, DEMO_ONLY);
  if (demoFlag !== null) {
    return refuse(`${demoFlag} belongs to the demo market: leave it out with ${instead}`);
  }
  const speedFlag = mode === "live" ? misplacedFlag(lookup, ["speed"]) : null;
  if (speedFlag !== null) {
    return refuse(`${speedFlag} belongs to demo and replay: leave it out with --brokers`);
  }
  return checkBrokerFlags(lookup, brokersOf(lookup, mode));
}

const BROKER_KEYS: readonly (readonly [string, readonly SettingKey[]])[] = [
  ["tastytrade", TASTYTRADE_KEYS],
  ["ib", IB_KEYS],
];

function brokersOf(lookup: Lookup, mode: DeskMode): readonly string[] {
  return mode === "live" ? lookup.list("brokers") : [];
}

function checkBrokerFlags(
  lookup: Lookup,
  brokers: readonly string[],
): Result<null, SettingsProblem> {
  for (const [broker, keys] of BROKER_KEYS) {
    const flag = brokers.includes(broker) ? null : misplacedFlag(lookup, keys);
    if (flag === null) continue;
    const wanted = [...brokers, broker].join(",");
    return refuse(`${flag} belongs to a broker: add --brokers ${wanted}, or leave it out`);
  }
  return ok(null);
}

/** What a desk with real accounts connects to; null where it does not. */
interface BrokerSettings {
  readonly tastytrade: TastytradeSettings | null;
  readonly ib: IbSettings | null;
}

function brokerSettings(
  lookup: Lookup,
  brokers: readonly string[],
  { choice, passwordNames }: {
    readonly choice: AccountChoice;
    readonly passwordNames: readonly string[];
  },
): Result<BrokerSettings, SettingsProblem> {
  const tastytrade = brokers.includes("tastytrade")
    ? tastytradeSettings(lookup, passwordNames)
    : ok(null);
  if (!tastytrade.ok) return tastytrade;
  const ownAccounts = choice.isIbOnly ? choice.accounts : [];
  const ib = brokers.includes("ib") ? ibSettings(lookup, ownAccounts) : null;
  return ok({ tastytrade: tastytrade.value, ib });
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

/** What settings are built with besides their values. */
export interface SettingsSurroundings {
  /** Absolute; what relative paths start from. */
  readonly workingDirectory: string;
  /** Variables of password sessions that are set. */
  readonly passwordNames: readonly string[];
  /** True: no broker is connected to, and none of its secrets is asked for. */
  readonly isOffline: boolean;
}

/** Builds the desk's settings from resolved ones: chooses the mode and makes paths absolute. */
export function settingsFrom(
  resolved: readonly ResolvedSetting[],
  { workingDirectory, passwordNames, isOffline }: SettingsSurroundings,
): Result<Settings, SettingsProblem> {
  const lookup = new Lookup(resolved);
  const mode = chooseMode(lookup);
  if (!mode.ok) return mode;
  const misplaced = checkFlags(lookup, mode.value);
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
  const choice = chooseAccounts(lookup);
  const connected = isOffline ? [] : brokersOf(lookup, mode.value);
  const brokers = brokerSettings(lookup, connected, { choice, passwordNames });
  if (!brokers.ok) return brokers;
  return ok({
    mode: mode.value,
    replayDirectory: replayDirectory.value,
    brokers: BROKERS.filter((name) => connected.includes(name))
      .toSorted((a, b) => connected.indexOf(a) - connected.indexOf(b)),
    ...brokers.value,
    host: lookup.text("host"),
    port: lookup.number("port"),
    isPortExplicit: lookup.origin("port").kind !== "default",
    dataDirectory: dataDirectory.value,
    seed: lookup.number("seed"),
    sessionOn: lookup.text("date"),
    eventsPerSecond: lookup.number("rate"),
    positionCount: lookup.number("positions"),
    speed: mode.value === "live" ? 1 : lookup.number("speed"),
    accounts: mode.value === "live" && choice.isIbOnly ? [] : choice.accounts,
    accountsOrigin: choice.origin,
    isOnce: lookup.isOn("once"),
    printsSummary: lookup.isOn("print"),
    intervalMs: Math.round(lookup.number("interval") * 1000),
    warmupMs: Math.round(lookup.number("warmup") * 1000),
    opensBrowser: lookup.isOn("open"),
    servesDebug: lookup.isOn("debug"),
  });
}
