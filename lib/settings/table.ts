import type { Secret } from "../base/secret.ts";
import { TASTYTRADE_ENVIRONMENTS } from "./tastytrade_addresses.ts";

/** What a setting holds, with its exact bounds (both ends belong to the range). */
export type SettingType =
  | { readonly kind: "integer"; readonly min: number; readonly max: number }
  | { readonly kind: "decimal"; readonly min: number; readonly max: number }
  | { readonly kind: "date"; readonly min: string; readonly max: string }
  | { readonly kind: "switch" }
  | { readonly kind: "list"; readonly maxItems: number }
  /** Some of these names, separated by commas. */
  | { readonly kind: "names"; readonly of: readonly string[] }
  | { readonly kind: "choice"; readonly of: readonly string[] }
  /** Address of a simulator on this machine; http ones are bare. */
  | { readonly kind: "simulator"; readonly scheme: "http" | "ws" }
  | { readonly kind: "path" }
  | { readonly kind: "host" }
  /** Name or address of another program's machine, without a port. */
  | { readonly kind: "machine" }
  /** Three-letter codes, separated by commas. */
  | { readonly kind: "currencies"; readonly maxItems: number }
  | { readonly kind: "secret" };

/** A parsed value of any setting; a list is without duplicates. */
export type SettingValue = number | boolean | string | readonly string[] | Secret;

/** One setting, as data: the parser, the help, the doctor and the README table come from it. */
export interface SettingRow {
  /** Name in `Settings`-building code and in messages about origins. */
  readonly key: string;
  /** Flag without its dashes, and the key in the settings file; a secret has neither. */
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
  /**
   * True: never printed, not even in a message about a bad value, and read from variables alone: a
   * command line is seen by every program of the machine, a settings file is passed around.
   */
  readonly isSecret: boolean;
  /** False for what cannot stand in the settings file: its own name, and secrets. */
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
    isInFile: facts.type.kind !== "secret",
    defaultText: String(facts.default ?? "none"),
    env: `DELTADESK_${facts.flag.toUpperCase().replaceAll("-", "_")}`,
    ...facts,
    key,
  };
}

/** The brokers that exist. */
export const BROKERS = ["tastytrade", "ib"] as const;

/** Name of a broker. */
export type BrokerName = typeof BROKERS[number];

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
    defaultText: "on, unless --replay or --brokers",
    help: "run on the embedded demo market",
  }),
  settingRow("replay", {
    flag: "replay",
    argument: "DIR",
    type: { kind: "path" },
    default: null,
    help: "play the recorded market data in DIR instead",
  }),
  settingRow("brokers", {
    flag: "brokers",
    argument: "LIST",
    type: { kind: "names", of: BROKERS },
    default: null,
    help: "connect to these brokers instead: tastytrade, ib or both",
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
    aliases: ["IB_ACCOUNTS"],
    type: { kind: "list", maxItems: 50 },
    default: [],
    defaultText: "all",
    help: "accounts to load, separated by commas",
  }),
  settingRow("account", {
    flag: "account",
    argument: "A",
    aliases: ["IB_ACCOUNT"],
    type: { kind: "list", maxItems: 1 },
    default: [],
    defaultText: "all",
    help: "one account to load; wins over the list",
  }),
  settingRow("tastytradeEnvironment", {
    flag: "tastytrade-environment",
    argument: "production|sandbox",
    type: { kind: "choice", of: TASTYTRADE_ENVIRONMENTS },
    default: "production",
    help: "which of tastytrade's worlds the grant belongs to",
  }),
  settingRow("tastytradeClientSecret", {
    flag: "tastytrade-client-secret",
    aliases: ["TASTYTRADE_CLIENT_SECRET", "TT_CLIENT_SECRET", "TT_SECRET"],
    type: { kind: "secret" },
    default: null,
    help: "client secret of the OAuth application; a variable or .env alone",
  }),
  settingRow("tastytradeRefreshToken", {
    flag: "tastytrade-refresh-token",
    aliases: ["TASTYTRADE_REFRESH_TOKEN", "TT_REFRESH_TOKEN", "TT_REFRESH"],
    type: { kind: "secret" },
    default: null,
    help: "refresh token of the personal grant; a variable or .env alone",
  }),
  settingRow("tastytradeUrl", {
    flag: "tastytrade-url",
    argument: "URL",
    type: { kind: "simulator", scheme: "http" },
    default: null,
    help: "simulator on this machine in tastytrade's place, http://127.0.0.1:PORT",
  }),
  settingRow("tastytradeStreamerUrl", {
    flag: "tastytrade-streamer-url",
    argument: "URL",
    type: { kind: "simulator", scheme: "ws" },
    default: null,
    defaultText: "/streamer of --tastytrade-url",
    help: "account streamer of the simulator, ws://127.0.0.1:PORT/PATH",
  }),
  settingRow("tastytradeFeedUrl", {
    flag: "tastytrade-feed-url",
    argument: "URL",
    type: { kind: "simulator", scheme: "ws" },
    default: null,
    defaultText: "the port of --tastytrade-url",
    help: "feed of the simulator, where its quote token names another port",
  }),
  settingRow("ibHost", {
    flag: "ib-host",
    argument: "H",
    aliases: ["IB_HOST"],
    type: { kind: "machine" },
    default: "127.0.0.1",
    help: "machine that TWS or IB Gateway runs on",
  }),
  settingRow("ibPort", {
    flag: "ib-port",
    argument: "N",
    aliases: ["IB_PORT"],
    type: { kind: "integer", min: 1, max: 65535 },
    default: 7497,
    help: "its socket port: TWS 7496 live, 7497 paper; Gateway 4001 live, 4002 paper",
  }),
  settingRow("ibClientId", {
    flag: "ib-client-id",
    argument: "N",
    aliases: ["IB_CLIENT_ID"],
    type: { kind: "integer", min: 0, max: 2_147_483_647 },
    default: 1,
    help: "number of this desk among the programs that use the same TWS, each its own",
  }),
  settingRow("mdType", {
    flag: "md-type",
    argument: "N",
    aliases: ["IB_MD_TYPE"],
    type: { kind: "integer", min: 1, max: 4 },
    default: 1,
    help: "IB market data: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen",
  }),
  settingRow("cashCurrencies", {
    flag: "cash-currencies",
    argument: "C,C",
    aliases: ["GREEKS_CASH_CCYS"],
    type: { kind: "currencies", maxItems: 50 },
    default: [],
    defaultText: "all",
    help: "currencies whose cash at IB is shown, such as USD,EUR",
  }),
  settingRow("once", {
    flag: "once",
    type: { kind: "switch" },
    default: false,
    defaultText: "off",
    help: "print one snapshot as JSON, as /api/data answers it, and end",
  }),
  settingRow("print", {
    flag: "print",
    type: { kind: "switch" },
    default: false,
    defaultText: "off",
    help: "print a line per underlying and one for the book, again and again",
  }),
  settingRow("interval", {
    flag: "interval",
    argument: "S",
    aliases: ["GREEKS_INTERVAL"],
    type: { kind: "decimal", min: 0.2, max: 3600 },
    default: 2,
    help: "seconds from one --print to the next",
  }),
  settingRow("warmup", {
    flag: "warmup",
    argument: "S",
    aliases: ["GREEKS_WARMUP"],
    type: { kind: "decimal", min: 0, max: 600 },
    default: 0,
    defaultText: "0, at least 5 with --once",
    help: "seconds for Greeks to come before --once or the first --print",
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

/** Every variable that may hold a secret. */
export const SECRET_NAMES: readonly string[] = SETTINGS.filter(({ isSecret }) => isSecret)
  .flatMap(({ env, aliases }) => [env, ...aliases]);

/** `DELTADESK_…` names that are no settings of the desk: they steer the test suite. */
export const OTHER_ENV_NAMES: readonly string[] = ["DELTADESK_REQUIRE"];
