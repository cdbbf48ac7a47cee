import { createDefine } from "fresh";
import type { DeskServices } from "@/lib/desk/services.ts";

/** What every route finds in `ctx.state`. */
export interface State {
  /** The running desk; null while none has been started in this process. */
  desk: DeskServices | null;
}

/** Typed helpers for handlers, pages, layouts and middleware. */
export const define = createDefine<State>();
