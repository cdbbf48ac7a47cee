import { Prng } from "../../../lib/world/prng.ts";
import type { Fault, FaultKind, FaultPlace, FaultScript } from "./script.ts";

/** What is asked about: the connection and frame, or the request. */
export interface FaultScope {
  /** Number of the connection in its place, from 1. */
  readonly connection?: number;
  /** Number of the frame on that connection, from 1. */
  readonly frame?: number;
  readonly path?: string;
  readonly method?: string;
}

/** Faults that happen once at a moment, unless they have a window; the others last. */
const INSTANT_KINDS: ReadonlySet<FaultKind> = new Set(
  ["drop", "closeChannel", "error", "expireAccess", "expireQuote", "revokeRefresh"],
);

/** A script in action: answers what goes wrong now, and counts what did. */
export class FaultPlan {
  readonly #faults: Fault[] = [];
  readonly #random: Prng;
  readonly #elapsedMs: () => number;
  readonly #fired = new Map<Fault, number>();

  /** `elapsedMs`: time since the start of the simulator. */
  constructor(script: FaultScript, seed: number, elapsedMs: () => number) {
    this.#random = new Prng(script.seed ?? seed, "faults");
    this.#elapsedMs = elapsedMs;
    this.#faults.push(...script.faults);
  }

  /** Every fault of the plan. */
  get faults(): readonly Fault[] {
    return this.#faults;
  }

  /** Adds a fault while it runs; its `afterMs` counts from the start as in a script. */
  add(fault: Fault): void {
    this.#faults.push(fault);
  }

  /** Takes every fault back: from now on all goes well. */
  clear(): void {
    this.#faults.length = 0;
  }

  /** How often a fault has happened. */
  firedCount(fault: Fault): number {
    return this.#fired.get(fault) ?? 0;
  }

  /** The fault of a kind that happens to this frame or request, or null; counts it. */
  take(
    on: FaultPlace,
    kind: FaultKind,
    scope: FaultScope,
    which: (fault: Fault) => boolean = isAny,
  ): Fault | null {
    for (const fault of this.#faults) {
      const isAsked = fault.on === on && fault.do === kind && which(fault);
      if (isAsked && this.#fires(fault, scope)) return fault;
    }
    return null;
  }

  /** Faults of a kind that hold now for a connection, uncounted and whatever their share. */
  holding(on: FaultPlace, kind: FaultKind, scope: FaultScope): Fault[] {
    return this.#faults.filter((fault) =>
      fault.on === on && fault.do === kind && this.#holds(fault, scope)
    );
  }

  /** Instants of the script, ms since the start, at which something happens by itself. */
  instants(): number[] {
    return this.#faults.filter((fault) => INSTANT_KINDS.has(fault.do))
      .map((fault) => fault.when?.afterMs ?? 0);
  }

  /** A random number in [0, 1) of the script. */
  uniform(): number {
    return this.#random.uniform();
  }

  #holds(fault: Fault, scope: FaultScope): boolean {
    const { when } = fault;
    const isOnce = INSTANT_KINDS.has(fault.do) && when?.forMs === undefined;
    const times = when?.times ?? (isOnce ? 1 : Infinity);
    if ((this.#fired.get(fault) ?? 0) >= times) return false;
    if (when === undefined) return true;
    const elapsed = this.#elapsedMs() - (when.afterMs ?? 0);
    if (elapsed < 0 || elapsed >= (when.forMs ?? Infinity)) return false;
    if (when.connection !== undefined && when.connection !== scope.connection) return false;
    if (when.frame !== undefined && !((scope.frame ?? 0) >= when.frame)) return false;
    if (when.path !== undefined && !(scope.path ?? "").startsWith(when.path)) return false;
    if (when.method !== undefined && when.method !== scope.method) return false;
    return true;
  }

  #fires(fault: Fault, scope: FaultScope): boolean {
    if (!this.#holds(fault, scope)) return false;
    const share = fault.when?.share ?? 1;
    if (share < 1 && !this.#random.isHit(share)) return false;
    this.#fired.set(fault, (this.#fired.get(fault) ?? 0) + 1);
    return true;
  }
}

function isAny(): boolean {
  return true;
}
