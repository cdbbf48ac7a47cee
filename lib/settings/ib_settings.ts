import type { SettingInUse } from "../domain/connection.ts";
import type { Lookup } from "./lookup.ts";
import { isPrivateHost } from "./private_host.ts";
import { settingsInUse } from "./settings_in_use.ts";
import type { SettingKey } from "./table.ts";

/** What TWS is asked for: 1 live, 2 frozen, 3 delayed, 4 delayed and frozen. Source: ib.md §7. */
export type MarketDataType = 1 | 2 | 3 | 4;

/** How TWS or IB Gateway is reached, and what is asked of it. */
export interface IbSettings {
  /** Name or address, without brackets and without a port. */
  readonly host: string;
  readonly port: number;
  /** Fixed: orders and subscriptions belong to it. */
  readonly clientId: number;
  readonly marketDataType: MarketDataType;
  /** Currencies whose cash is shown, upper case; empty: all. */
  readonly cashCurrencies: readonly string[];
  /** Accounts that IB's own variables name, for IB alone; empty: all. */
  readonly accounts: readonly string[];
  /** Where each of these comes from, for the connection page. */
  readonly inUse: readonly SettingInUse[];
}

/** Settings that mean nothing without the broker. */
export const IB_KEYS: readonly SettingKey[] = [
  "ibHost",
  "ibPort",
  "ibClientId",
  "mdType",
  "cashCurrencies",
];

function marketDataType(value: number): MarketDataType {
  switch (value) {
    case 2:
    case 3:
    case 4:
      return value;
    default:
      return 1;
  }
}

/** How TWS or IB Gateway is reached, from the settings. `accounts`: those for IB alone. */
export function ibSettings(lookup: Lookup, accounts: readonly string[]): IbSettings {
  return {
    host: lookup.text("ibHost"),
    port: lookup.number("ibPort"),
    clientId: lookup.number("ibClientId"),
    marketDataType: marketDataType(lookup.number("mdType")),
    cashCurrencies: lookup.list("cashCurrencies"),
    accounts,
    inUse: settingsInUse(lookup, [...IB_KEYS, "accounts"], true),
  };
}

/** What is said about a TWS on a machine that anyone may be able to reach; null: nothing. */
export function openHostNote({ host }: IbSettings): string | null {
  if (isPrivateHost(host)) return null;
  return `${host} is neither this machine nor within a private network, and TWS asks for no ` +
    "password and encrypts nothing: whoever reaches its port may trade; use an SSH tunnel or a VPN";
}
