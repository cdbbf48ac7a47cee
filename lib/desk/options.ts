import type { Result } from "../base/result.ts";
import type { Account } from "../domain/account.ts";
import type { BrokerAdapter, BrokerError } from "../ports/broker.ts";
import type { Clock } from "../ports/clock.ts";
import type { Timers } from "../ports/timers.ts";
import type { StandIn } from "../stream/protocol/messages.ts";
import type { Store } from "./recording/recording.ts";

/** What a desk is made from. */
export interface DeskOptions {
  readonly adapter: BrokerAdapter;
  /** What stands in for a live broker; null: nothing that is known before its accounts are. */
  readonly standIn: StandIn | null;
  /** Accounts to load, by nickname or last digits; empty for all. */
  readonly accounts: readonly string[];
  /** True: an account that is not there ends the start; else it is only told. */
  readonly requiresAccounts: boolean;
  /** Asked about a source's accounts before anything of them is taken; absent: all may come. */
  readonly admits?: (accounts: readonly Account[]) => Result<null, BrokerError>;
  /** Instruments at most. */
  readonly capacity: number;
  /** Source seconds per second while playing. */
  readonly speed: number;
  readonly servesDebug: boolean;
  /** Product version. */
  readonly version: string;
  /** Unpredictable name of this engine run. */
  readonly epoch: string;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly isDirectoryWritable: () => boolean;
  /** Where it is kept; null where nothing is, as for a recording that is played. */
  readonly store: Store | null;
}
