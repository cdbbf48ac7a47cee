export {
  type CheckpointError,
  type CheckpointHead,
  readCheckpointHead,
  WORLD_VERSION,
} from "./checkpoint.ts";
export {
  appendEvent,
  createBatch,
  EVENT_KIND,
  EVENT_STRIDE,
  type EventBatch,
  STATUS,
} from "./columns.ts";
export { POSITIONS_MAX, STANDARD_POSITIONS } from "./book.ts";
export { REFERENCE_SYMBOL } from "./listings.ts";
export { CLOSED_STATE_MS } from "./session.ts";
export type * from "./types.ts";
export { CURRENCIES } from "./types.ts";
export { firstSession, type WorldOptions } from "./options.ts";
export { type ContractQuery, createWorld, type OutsideTrade, World } from "./world.ts";
