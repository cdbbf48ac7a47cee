import type { Currency } from "../../base/brand.ts";
import type { BrokerAdapter, DeskMode, SourceClock } from "../../ports/broker.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Timers } from "../../ports/timers.ts";
import type { MemberName } from "./member.ts";

/** A broker of the desk; one without an adapter is taken in when it comes. */
export interface JoinedMember extends MemberName {
  readonly adapter: BrokerAdapter | null;
}

/** What a joined adapter is made from. */
export interface JoinedOptions {
  /** In the order in which their market data is preferred. */
  readonly members: readonly JoinedMember[];
  readonly mode: DeskMode;
  readonly baseCurrency: Currency;
  readonly referenceKey: string;
  /** The source's clock: the same for all brokers. */
  readonly source: SourceClock;
  readonly clock: Pick<Clock, "monotonic">;
  readonly timers: Timers;
}
