/** What a setting holds, with its exact bounds (both ends belong to the range). */
export type SettingType =
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "decimal"; readonly min: number; readonly max: number }
  | { readonly kind: "date"; readonly min: string; readonly max: string }
  | { readonly kind: "switch" }
  | { readonly kind: "list"; readonly maxItems: number }
  | { readonly kind: "path" }
  | { readonly kind: "host" }
  | { readonly kind: "secret" };

/** A parsed value of any setting; a list is without duplicates. */
export type SettingValue = number | boolean | string | readonly string[];

/** One setting, as data: the parser, the help, the doctor and the README table come from it. */
export interface SettingRow {
  /** Name in `Settings`-building code and in messages about origins. */
  readonly key: string;
  /** Flag without its dashes, and the key in the settings file. */
  readonly flag: string;
  /** What stands after the flag in the help; empty for a switch. */
  readonly argument: string;
  readonly env: string;
  /** Names of other systems that mean the same, the stronger one first; weaker than `env`. */
  readonly aliases: readonly string[];
  readonly type: SettingType;
  /** Null: there is none, `defaultText` says what happens instead. */
  readonly default: SettingValue | null;
  readonly defaultText: string;
  readonly help: string;
  /** True: never printed, not even in a message about a bad value. */
  readonly isSecret: boolean;
  /** False for the one setting that cannot stand in the settings file: the file's own name. */
  readonly isInFile: boolean;
}

type RowFacts =
  & Pick<SettingRow, "flag" | "type" | "default" | "help">
  & Partial<Pick<SettingRow, "argument" | "aliases" | "defaultText" | "isSecret" | "isInFile">>;

/**
 * Completes a row: the environment name follows from the flag, the default's text from the default.
 */
export function settingRow<Key extends string>(
  key: Key,
  facts: RowFacts,
): SettingRow & { readonly key: Key } {
  return {
    argument: "",
    aliases: [],
    isSecret: facts.type.kind === "secret",
    isInFile: true,
    defaultText: String(facts.default ?? "none"),
    env: `DELTADESK_${facts.flag.toUpperCase().replaceAll("-", "_")}`,
    ...facts,
    key,
  };
}

/** Default port; another free one is taken, and said, when it is in use. */
export const DEFAULT_PORT = 8765;

/**
 * Every setting of the desk, in the order of the help. A setting that is not built yet has no row.
 * Sources: design.md, Command line; the aliases are the names of the reference systems.
 */
export const SETTINGS = [
  settingRow("demo", {
    flag: "demo",
    type: { kind: "switch" },
    default: null,
    defaultText: "on, unless --replay",
    help: "run on the embedded demo market",
  }),
  settingRow("replay", {
    flag: "replay",
    argument: "DIR",
    type: { kind: "path" },
    default: null,
    help: "play the recorded market data in DIR instead",
  }),
  settingRow("port", {
    flag: "port",
    argument: "N",
    aliases: ["GREEKS_HTTP_PORT"],
    type: { kind: "integer", min: 0, max: 65535 },
    default: DEFAULT_PORT,
    defaultText: `${DEFAULT_PORT}, else a free one`,
    help: "port of the page; 0 takes a free one",
  }),
  settingRow("host", {
    flag: "host",
    argument: "H",
    type: { kind: "host" },
    default: "127.0.0.1",
    help: "address of the page: 127.0.0.1, localhost or ::1",
  }),
  settingRow("data", {
    flag: "data",
    argument: "DIR",
    type: { kind: "path" },
    default: null,
    defaultText: "./data/<mode>",
    help: "folder that keeps this desk's data",
  }),
  settingRow("seed", {
    flag: "seed",
    argument: "N",
    type: { kind: "integer", min: 0, max: 4_294_967_295 },
    default: 1,
    help: "seed of the demo market: same seed, same run",
  }),
  settingRow("date", {
    flag: "date",
    argument: "D",
    type: { kind: "date", min: "2010-01-01", max: "2030-12-31" },
    default: "2025-03-19",
    help: "first session of the demo market, YYYY-MM-DD",
  }),
  settingRow("rate", {
    flag: "rate",
    argument: "N",
    type: { kind: "integer", min: 1, max: 50_000 },
    default: 500,
    help: "market events per second of the demo market",
  }),
  settingRow("positions", {
    flag: "positions",
    argument: "N",
    type: { kind: "integer", min: 80, max: 100_000 },
    default: 120,
    help: "position legs of the demo accounts",
  }),
  settingRow("speed", {
    flag: "speed",
    argument: "X",
    type: { kind: "decimal", min: 0.1, max: 1000 },
    default: 1,
    help: "market seconds per second, demo and replay",
  }),
  settingRow("accounts", {
    flag: "accounts",
    argument: "A,B",
    aliases: ["IB_ACCOUNT", "IB_ACCOUNTS"],
    type: { kind: "list", maxItems: 50 },
    default: [],
    defaultText: "all",
    help: "accounts to load, separated by commas",
  }),
  settingRow("open", {
    flag: "open",
    type: { kind: "switch" },
    default: true,
    defaultText: "on",
    help: "open the browser when ready (--no-open: do not)",
  }),
  settingRow("debug", {
    flag: "debug",
    type: { kind: "switch" },
    default: false,
    defaultText: "off",
    help: "serve the diagnostics page /api/debug",
  }),
  settingRow("config", {
    flag: "config",
    argument: "FILE",
    type: { kind: "path" },
    default: null,
    defaultText: "deltadesk.json, if there",
    help: "settings file",
    isInFile: false,
  }),
] as const;

/** The literal key of a setting. */
export type SettingKey = typeof SETTINGS[number]["key"];

/** `DELTADESK_…` names that are no settings of the desk: they steer the test suite. */
export const OTHER_ENV_NAMES: readonly string[] = ["DELTADESK_REQUIRE"];
