import type { FeatureMaker } from "./face.ts";
import { identityFeature } from "./identity.ts";
import { ordersFeature } from "./orders/orders_feature.ts";

/** Every part of the emulator; a request belongs to one of them. */
export const FEATURES: readonly FeatureMaker[] = [
  identityFeature,
  ordersFeature,
];
