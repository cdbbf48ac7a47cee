import { ok, type Result } from "../base/result.ts";
import type { Secret } from "../base/secret.ts";
import type { SettingInUse } from "../domain/connection.ts";
import { PASSWORDS_ENDED } from "./former_names.ts";
import type { Lookup } from "./lookup.ts";
import { refuse, type SettingsProblem } from "./problem.ts";
import { settingsInUse } from "./settings_in_use.ts";
import type { SettingKey } from "./table.ts";
import {
  ENDPOINTS,
  type Endpoints,
  simulatorStreamer,
  type TastytradeEnvironment,
} from "./tastytrade_addresses.ts";

/** A simulator on this machine. */
export interface Simulator extends Endpoints {
  /** Address of its feed where that is on another port than the rest; else null. */
  readonly feed: string | null;
}

/** How tastytrade is reached. */
export interface TastytradeSettings {
  readonly environment: TastytradeEnvironment;
  /** Null: tastytrade itself. */
  readonly simulator: Simulator | null;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
  /** Where each of these comes from, for the connection page; of a secret that it is set. */
  readonly inUse: readonly SettingInUse[];
}

/** Settings that mean nothing without the broker. */
export const TASTYTRADE_KEYS: readonly SettingKey[] = [
  "tastytradeEnvironment",
  "tastytradeUrl",
  "tastytradeStreamerUrl",
  "tastytradeFeedUrl",
];

/** Order on the connection page; what is not set and has no default is left out. */
const SHOWN: readonly SettingKey[] = [
  "tastytradeClientSecret",
  "tastytradeRefreshToken",
  "tastytradeEnvironment",
  "accounts",
  "tastytradeUrl",
  "tastytradeStreamerUrl",
  "tastytradeFeedUrl",
];

/** The addresses to talk to. */
export function endpointsOf({ environment, simulator }: TastytradeSettings): Endpoints {
  return simulator ?? ENDPOINTS[environment];
}

/** Port of an address on this machine, which the URL leaves out where it is the scheme's own. */
function portOf(url: string): number {
  const { port } = new URL(url);
  return port === "" ? 80 : Number(port);
}

/** The ports of this machine that the desk may reach for a simulator. */
export function simulatorPorts({ rest, accountStreamer, feed }: Simulator): readonly number[] {
  return [...new Set([rest, accountStreamer, feed ?? rest].map(portOf))];
}

/**
 * True when an address on this machine is on a port that is permitted: a simulator's quote token
 * may name another, which `--tastytrade-feed-url` permits. Always true without a simulator.
 */
export function isPermittedPort(url: string, { simulator }: TastytradeSettings): boolean {
  return simulator === null || simulatorPorts(simulator).includes(portOf(url));
}

function refuseMissing(
  lookup: Lookup,
  passwordNames: readonly string[],
): Result<never, SettingsProblem> {
  if (passwordNames.length > 0) return refuse(`${passwordNames[0]} ${PASSWORDS_ENDED}`);
  const keys = ["tastytradeClientSecret", "tastytradeRefreshToken"] as const;
  const missing = keys.map((key) => lookup.one(key)).filter(({ value }) => value === null)
    .map(({ row }) => row.env);
  return refuse(
    `tastytrade cannot be reached without ${missing.join(" and ")}: ` +
      `put ${missing.length === 1 ? "it" : "them"} in the environment or in .env; ` +
      "docs/brokers/tastytrade.md says where to get them",
  );
}

function simulatorOf(lookup: Lookup): Result<Simulator | null, SettingsProblem> {
  const rest = lookup.textOrNull("tastytradeUrl");
  const streamer = lookup.textOrNull("tastytradeStreamerUrl");
  const feed = lookup.textOrNull("tastytradeFeedUrl");
  if (rest !== null) {
    return ok({ rest, accountStreamer: streamer ?? simulatorStreamer(rest), feed });
  }
  if (streamer === null && feed === null) return ok(null);
  const key = streamer !== null ? "tastytradeStreamerUrl" : "tastytradeFeedUrl";
  return refuse(
    `${lookup.origin(key).name} belongs to a simulator: add --tastytrade-url, or leave it out`,
  );
}

/**
 * How tastytrade is reached, from the settings. Refuses missing secrets (R85).
 * `passwordNames`: variables of password sessions that are set; they are what the user meant.
 */
export function tastytradeSettings(
  lookup: Lookup,
  passwordNames: readonly string[],
): Result<TastytradeSettings, SettingsProblem> {
  const clientSecret = lookup.secretOrNull("tastytradeClientSecret");
  const refreshToken = lookup.secretOrNull("tastytradeRefreshToken");
  if (clientSecret === null || refreshToken === null) return refuseMissing(lookup, passwordNames);
  const simulator = simulatorOf(lookup);
  if (!simulator.ok) return simulator;
  const environment = lookup.text("tastytradeEnvironment") === "sandbox" ? "sandbox" : "production";
  return ok({
    environment,
    simulator: simulator.value,
    clientSecret,
    refreshToken,
    inUse: settingsInUse(lookup, SHOWN, false),
  });
}
