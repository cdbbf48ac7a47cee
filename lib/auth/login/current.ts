import type { LoginGate } from "./gate.ts";

let standing: LoginGate | null = null;

/**
 * Whether a desk of this mode is guarded by a login code: every desk but those without a real
 * account. A mode that is not known is guarded.
 */
export function needsLogin(mode: string): boolean {
  return mode !== "demo" && mode !== "replay";
}

/** Makes `gate` the one that guards the desk of this process; null where none does. */
export function setCurrentGate(gate: LoginGate | null): void {
  standing = gate;
}

/** The gate of this process, or null on a desk without a real account. */
export function currentGate(): LoginGate | null {
  return standing;
}
