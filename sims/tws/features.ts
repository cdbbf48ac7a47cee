import { pnlFeature } from "./accounts/pnl.ts";
import { positionsFeature } from "./accounts/positions.ts";
import { summaryFeature } from "./accounts/summary.ts";
import { updatesFeature } from "./accounts/updates.ts";
import { contractsFeature } from "./contracts/feature.ts";
import type { FeatureMaker } from "./face.ts";
import { historyFeature } from "./history/history_feature.ts";
import { identityFeature } from "./identity.ts";
import { calculatorFeature } from "./market/calculator.ts";
import { marketFeature } from "./market/market_feature.ts";
import { ordersFeature } from "./orders/orders_feature.ts";

/** Every part of the emulator; a request belongs to one of them. */
export const FEATURES: readonly FeatureMaker[] = [
  identityFeature,
  positionsFeature,
  updatesFeature,
  summaryFeature,
  pnlFeature,
  contractsFeature,
  marketFeature,
  calculatorFeature,
  historyFeature,
  ordersFeature,
];
