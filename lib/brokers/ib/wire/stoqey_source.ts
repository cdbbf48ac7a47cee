import type { EventName, IBApi } from "@stoqey/ib";
import type { IbEvents } from "./client.ts";
import type { MessageGuard } from "./message_guard.ts";

/** What listeners of one connection hang on. */
export interface StoqeySource {
  readonly api: IBApi;
  readonly names: typeof EventName;
  readonly events: IbEvents;
  readonly guard: MessageGuard;
}
