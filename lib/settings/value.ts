import { ok, type Result } from "../base/result.ts";
import { unreachable } from "../base/assert.ts";
import { Secret } from "../base/secret.ts";
import { LOOPBACK_HOSTS } from "../ports/loopback.ts";
import { quoted, refuse, type SettingsProblem } from "./problem.ts";
import type { SettingRow, SettingType, SettingValue } from "./table.ts";
import { ENDPOINTS, simulatorAddress } from "./tastytrade_addresses.ts";

const PLAIN_INTEGER = /^\d{1,16}$/;
const PLAIN_DECIMAL = /^\d{1,16}(\.\d{1,12})?$/;
const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;
const ACCOUNT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
const CURRENCY = /^[A-Z]{3}$/;
const MACHINE = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/;
const MACHINE_LENGTH_MAX = 253;
const IPV6_LETTERS = /^[0-9a-f:.]{2,45}$/;
const TRUE_WORDS = ["1", "true", "yes", "on"];
const FALSE_WORDS = ["0", "false", "no", "off"];
const PATH_LENGTH_MAX = 4096;
/** What fits in a header: visible characters, no space. */
const SECRET = /^[\x21-\x7e]{1,8192}$/;

/** What a type accepts, in the words of the help and of the messages. */
export function typeText(type: SettingType): string {
  switch (type.kind) {
    case "integer":
      return `a whole number from ${type.min} to ${type.max}`;
    case "decimal":
      return `a number from ${type.min} to ${type.max}`;
    case "date":
      return `a date YYYY-MM-DD from ${type.min} to ${type.max}`;
    case "switch":
      return "true or false";
    case "list":
      return type.maxItems === 1
        ? "one account id"
        : `1 to ${type.maxItems} account ids separated by commas`;
    case "path":
      return "a path";
    case "host":
      return LOOPBACK_HOSTS.join(", ");
    case "machine":
      return "a host name or an IP address, without a port";
    case "currencies":
      return "three-letter codes separated by commas, such as USD,EUR";
    case "names":
      return type.of.length === 1 ? type.of[0] : `some of ${type.of.join(", ")}, with commas`;
    case "choice":
      return type.of.join(" or ");
    case "simulator":
      return `a simulator on this machine, ${type.scheme}://127.0.0.1:PORT`;
    case "secret":
      return "1 to 8192 visible characters without a space";
    default:
      return unreachable(type);
  }
}

function isCalendarDate(text: string): boolean {
  if (!ISO_DATE.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function parseNumber(text: string, pattern: RegExp, min: number, max: number): number | null {
  if (!pattern.test(text)) return null;
  const value = Number(text);
  return value >= min && value <= max ? value : null;
}

function parseSwitch(text: string): boolean | null {
  const word = text.toLowerCase();
  if (TRUE_WORDS.includes(word)) return true;
  return FALSE_WORDS.includes(word) ? false : null;
}

function parseAccounts(text: string, maxItems: number): readonly string[] | null {
  const items = [...new Set(text.split(",").map((item) => item.trim()))];
  const areGood = items.length <= maxItems && items.every((item) => ACCOUNT.test(item));
  return areGood ? items : null;
}

function parseCurrencies(text: string, maxItems: number): readonly string[] | null {
  const items = [...new Set(text.toUpperCase().split(",").map((item) => item.trim()))];
  return items.length <= maxItems && items.every((item) => CURRENCY.test(item)) ? items : null;
}

/** It stands in a permission, where a comma or a star would grant something else. */
function parseMachine(text: string): string | null {
  const bare = text.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  if (bare.includes(":")) {
    return IPV6_LETTERS.test(bare) && URL.canParse(`http://[${bare}]/`) ? bare : null;
  }
  if (!MACHINE.test(bare) || bare.length > MACHINE_LENGTH_MAX) return null;
  // 127.1 and 0x7f.1 are ways to write an address that a permission does not know.
  const url = `http://${bare}/`;
  return URL.canParse(url) && new URL(url).hostname === bare ? bare : null;
}

function parseNames(text: string, known: readonly string[]): readonly string[] | null {
  const items = [...new Set(text.toLowerCase().split(",").map((item) => item.trim()))];
  return items.every((item) => known.includes(item)) ? items : null;
}

function parseChoice(text: string, known: readonly string[]): string | null {
  return known.find((name) => name === text.toLowerCase()) ?? null;
}

function isPath(text: string): boolean {
  return text.length > 0 && text.length <= PATH_LENGTH_MAX && !text.includes("\0");
}

function parseText(type: SettingType, text: string): SettingValue | null {
  switch (type.kind) {
    case "integer":
      return parseNumber(text, PLAIN_INTEGER, type.min, type.max);
    case "decimal":
      return parseNumber(text, PLAIN_DECIMAL, type.min, type.max);
    case "date":
      return isCalendarDate(text) && text >= type.min && text <= type.max ? text : null;
    case "switch":
      return parseSwitch(text);
    case "list":
      return parseAccounts(text, type.maxItems);
    case "path":
      return isPath(text) ? text : null;
    case "host":
      return LOOPBACK_HOSTS.includes(text.toLowerCase()) ? text.toLowerCase() : null;
    case "machine":
      return parseMachine(text);
    case "currencies":
      return parseCurrencies(text, type.maxItems);
    case "names":
      return parseNames(text, type.of);
    case "choice":
      return parseChoice(text, type.of);
    case "simulator":
      return simulatorAddress(text, type.scheme);
    case "secret":
      return SECRET.test(text) ? new Secret(text) : null;
    default:
      return unreachable(type);
  }
}

function refuseHost(text: string, name: string): Result<never, SettingsProblem> {
  return refuse(
    `${name} ${quoted(text)} is refused: the desk has no accounts and no TLS yet, so it listens ` +
      `on this machine alone (${LOOPBACK_HOSTS.join(", ")}); from another device use an SSH ` +
      `tunnel or a VPN to this machine; TWS on another machine is --ib-host`,
  );
}

/** Credentials would travel to whatever address is taken here. Source: reliability.md MAL-5. */
function refuseAddress(
  text: string,
  name: string,
  scheme: "http" | "ws",
): Result<never, SettingsProblem> {
  const own = Object.values(ENDPOINTS).map(({ rest }) => new URL(rest).host).join(" and ");
  // An address may carry a password: what stands before the host is not repeated.
  const written = quoted(text.replace(/\/\/.*@/, "//…@"));
  return refuse(
    `${name} ${written} is refused: credentials go to ${own} alone, which ` +
      "--tastytrade-environment chooses; a simulator is on this machine, " +
      `${scheme}://127.0.0.1:PORT`,
  );
}

/**
 * Parses the text of one setting; `name` is what the user wrote it as (`--port`, a variable, a
 * file key). A value out of bounds is refused with the bounds; that of a secret is not repeated.
 */
export function parseSetting(
  row: SettingRow,
  text: string,
  name: string,
): Result<SettingValue, SettingsProblem> {
  const value = parseText(row.type, text.trim());
  if (value !== null) return ok(value);
  if (row.type.kind === "host") return refuseHost(text, name);
  if (row.type.kind === "simulator") return refuseAddress(text, name, row.type.scheme);
  const written = row.isSecret ? "" : ` ${quoted(text)}`;
  return refuse(`${name}${written} cannot be used: give ${typeText(row.type)}`);
}
