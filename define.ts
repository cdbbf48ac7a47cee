import { createDefine } from "fresh";
import type { LoginGate } from "@/lib/auth/login/gate.ts";
import type { DeskServices } from "@/lib/desk/services.ts";

/** What every route finds in `ctx.state`. */
export interface State {
  /** The running desk; null while none has been started in this process. */
  desk: DeskServices | null;
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
