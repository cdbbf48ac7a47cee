import type { Clock } from "../../lib/ports/clock.ts";
import type { Timers } from "../../lib/ports/timers.ts";
import type { FaultPlan } from "../fault_plan.ts";
import type { AccountsFace } from "./accounts/accounts_face.ts";
import type { Client, Feature } from "./client.ts";
import type { ContractRegistry } from "./contracts/registry.ts";
import type { Fault } from "./faults/script.ts";
import type { Gateway } from "./gateway.ts";
import type { MarketFace } from "./market_face.ts";
import type { TwsBehaviour } from "./options.ts";
import type { OrderIds } from "./order_ids.ts";

/** What every part of the emulator works on. */
export interface TwsFace {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly seed: number;
  readonly behaviour: TwsBehaviour;
  readonly market: MarketFace;
  readonly contracts: ContractRegistry;
  readonly accounts: AccountsFace;
  readonly orderIds: OrderIds;
  readonly plan: FaultPlan<Fault>;
  readonly gateway: Gateway;
  /** Clients that are ready now, oldest first. */
  readonly clients: () => Iterable<Client>;
}

/** Makes a part of the emulator, once for a simulator. */
export type FeatureMaker = (face: TwsFace) => Feature;
