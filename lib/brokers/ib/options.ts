import type { Currency, UnixMs } from "../../base/brand.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Random } from "../../ports/random.ts";
import type { Timers } from "../../ports/timers.ts";
import type { MarketDataType } from "./market/ib_market.ts";
import type { IbAddress, OpenIbClient } from "./wire/client.ts";

/** What the adapter is made of; everything that reaches outside comes in here. */
export interface IbOptions extends IbAddress {
  readonly marketDataType: MarketDataType;
  /** Currencies whose cash is shown; empty: all. */
  readonly cashCurrencies: readonly Currency[];
  /** Numbers of the accounts to show; empty: all of the login. */
  readonly accounts: readonly string[];
  /** Currency that rates are told into. @default "USD" */
  readonly baseCurrency?: Currency;
  /** Market-data lines of the user that this desk may take. @default 100 */
  readonly linesMax?: number;
  readonly openClient: OpenIbClient;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  /** When the reference symbol must tick. @default the regular session of shares */
  readonly isRegularSession?: (now: UnixMs) => boolean;
}
