import { Prng } from "../lib/world/prng.ts";

/** Conditions that must all hold; an absent one always does. */
export interface FaultWhen {
  /** From so long after the start, ms. */
  readonly afterMs?: number;
  /** For so long from then on, ms. @default for ever */
  readonly forMs?: number;
  /** The n-th connection of the place, from 1. */
  readonly connection?: number;
  /** From the n-th frame of a connection on, counted from 1. */
  readonly frame?: number;
  /** REST: the path begins so. */
  readonly path?: string;
  readonly method?: string;
  /** Share of the frames or requests, by the seed. @default 1 */
  readonly share?: number;
  /** So often at most. */
  readonly times?: number;
}

/** What every simulator's faults have: a place, a kind and conditions. */
export interface PlannedFault {
  readonly on: string;
  readonly do: string;
  readonly when?: FaultWhen;
}

/** What is asked about: the connection and frame, or the request. */
export interface FaultScope {
  /** Number of the connection in its place, from 1. */
  readonly connection?: number;
  /** Number of the frame on that connection, from 1. */
  readonly frame?: number;
  readonly path?: string;
  readonly method?: string;
}

/** What a plan is made from. */
export interface FaultPlanParts<Fault extends PlannedFault> {
  readonly faults: readonly Fault[];
  readonly seed: number;
  /** Time since the start of the simulator, ms. */
  readonly elapsedMs: () => number;
  /** Kinds that happen once at a moment, unless they have a window; the others last. */
  readonly instantKinds: ReadonlySet<string>;
}

/** A script in action: answers what goes wrong now, and counts what did. */
export class FaultPlan<Fault extends PlannedFault> {
  readonly #faults: Fault[] = [];
  readonly #instantKinds: ReadonlySet<string>;
  readonly #random: Prng;
  readonly #elapsedMs: () => number;
  readonly #fired = new Map<Fault, number>();

  constructor(parts: FaultPlanParts<Fault>) {
    this.#random = new Prng(parts.seed, "faults");
    this.#elapsedMs = parts.elapsedMs;
    this.#instantKinds = parts.instantKinds;
    this.#faults.push(...parts.faults);
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
    on: Fault["on"],
    kind: Fault["do"],
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
  holding(on: Fault["on"], kind: Fault["do"], scope: FaultScope): Fault[] {
    return this.#faults.filter((fault) =>
      fault.on === on && fault.do === kind && this.#holds(fault, scope)
    );
  }

  /** Instants of the script, ms since the start, at which something happens by itself. */
  instants(): number[] {
    return this.#faults.filter((fault) => this.#instantKinds.has(fault.do))
      .map((fault) => fault.when?.afterMs ?? 0);
  }

  /** A random number in [0, 1) of the script. */
  uniform(): number {
    return this.#random.uniform();
  }

  #holds(fault: Fault, scope: FaultScope): boolean {
    const { when } = fault;
    const isOnce = this.#instantKinds.has(fault.do) && when?.forMs === undefined;
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
