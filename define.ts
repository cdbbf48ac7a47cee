import { createDefine } from "fresh";
import type { LoginGate } from "@/lib/auth/login/gate.ts";
import type { Connections } from "@/lib/desk/connections.ts";
import type { DeskServices } from "@/lib/desk/services.ts";

/** What every route finds in `ctx.state`. */
export interface State {
  /** The running desk; null while none has been started in this process. */
  desk: DeskServices | null;
  /** Connections of a live desk; null for demo and replay, and before any desk. */
  connections: Connections | null;
  /** What guards this desk; null where nobody has to sign in. */
  gate: LoginGate | null;
  /**
   * Set-Cookie values that the answer shall carry. The headers of a page cannot carry them: Fresh
   * keeps one of each name.
   */
  cookies: string[];
}

/** Typed helpers for handlers, pages, layouts and middleware. */
export const define = createDefine<State>();
