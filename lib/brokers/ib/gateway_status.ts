import { IB_CODES, isReadOnly, shownText } from "./codes.ts";
import type { Upstream } from "./link.ts";
import type { IbNotice } from "./wire/client.ts";

const FARMS_MAX = 64;
/** What was on its way when another session took the data has arrived by then. */
const SETTLING_MS = 2_000;

/** What kind of data a farm serves. */
export type FarmKind = "market" | "history" | "contract";

/** A farm of IB's servers as TWS last spoke of it. */
export interface Farm {
  readonly name: string;
  readonly kind: FarmKind;
  readonly isBroken: boolean;
}

/** What a notice changed between TWS and IB's servers. */
export type UpstreamChange = "lost" | "restoredKept" | "restoredLost";

const FARM_CODES: ReadonlyMap<number, { readonly kind: FarmKind; readonly isBroken: boolean }> =
  new Map([
    [2103, { kind: "market", isBroken: true }],
    [2104, { kind: "market", isBroken: false }],
    [2105, { kind: "history", isBroken: true }],
    [2106, { kind: "history", isBroken: false }],
    [2107, { kind: "history", isBroken: false }],
    [2108, { kind: "market", isBroken: false }],
    [2119, { kind: "market", isBroken: false }],
    [2157, { kind: "contract", isBroken: true }],
    [2158, { kind: "contract", isBroken: false }],
  ]);

const FARM_WORDS: Readonly<Record<FarmKind, string>> = {
  market: "market data farm",
  history: "history farm",
  contract: "contract farm",
};

/**
 * What TWS says of itself and of IB's servers behind it: the connection upstream, farms, a
 * competing session, a read-only API. One per connection. Source: ib.md section 10.
 */
export class GatewayStatus {
  #upstream: Upstream = "up";
  #isCompeting = false;
  #isReadOnly = false;
  /** Awake ms of the last refusal as `look` noticed it. */
  #refusedAt: number | null = null;
  #ticksAtRefusal = 0;
  readonly #farms = new Map<string, Farm>();

  /** Whether data flows from IB's servers into TWS. */
  get upstream(): Upstream {
    return this.#upstream;
  }

  /** True while another session of the same user takes the market data. */
  get isCompeting(): boolean {
    return this.#isCompeting;
  }

  /** True once TWS refused something because its API is read-only. */
  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  /** Takes a notice; answers what it changed upstream, null for nothing and for repetitions. */
  take(notice: IbNotice): UpstreamChange | null {
    const farm = FARM_CODES.get(notice.code);
    if (farm !== undefined) this.#takeFarm(notice.text, farm);
    if (isReadOnly(notice)) this.#isReadOnly = true;
    switch (notice.code) {
      case IB_CODES.competingSession:
        this.#isCompeting = true;
        this.#refusedAt = null;
        return null;
      case IB_CODES.upstreamLost:
      case IB_CODES.upstreamBroken:
        if (this.#upstream === "down") return null;
        this.#upstream = "down";
        return "lost";
      case IB_CODES.restoredDataLost:
        this.#upstream = "up";
        return "restoredLost";
      case IB_CODES.restoredDataKept:
        if (this.#upstream === "up") return null;
        this.#upstream = "up";
        return "restoredKept";
      default:
        return null;
    }
  }

  /** One look at awake `now`: data that comes well after the last refusal is ours again. */
  look(now: number, tickCount: number): void {
    if (!this.#isCompeting) return;
    if (this.#refusedAt === null) {
      this.#refusedAt = now;
      this.#ticksAtRefusal = tickCount;
    } else if (now - this.#refusedAt >= SETTLING_MS && tickCount > this.#ticksAtRefusal) {
      this.#isCompeting = false;
    } else if (now - this.#refusedAt < SETTLING_MS) {
      this.#ticksAtRefusal = tickCount;
    }
  }

  /** Farms that do not work, of one kind. */
  broken(kind: FarmKind): Farm[] {
    return [...this.#farms.values()].filter((farm) => farm.kind === kind && farm.isBroken);
  }

  /** "market data farm usfarm is broken", for those of one kind; null: all work. */
  words(kind: FarmKind): string | null {
    const names = this.broken(kind).map(({ name }) => name);
    return names.length === 0 ? null : `${FARM_WORDS[kind]} ${names.join(", ")} is broken`;
  }

  #takeFarm(text: string, { kind, isBroken }: Omit<Farm, "name">): void {
    // "Market data farm connection is OK:usfarm"
    const name = shownText(text.slice(text.lastIndexOf(":") + 1)).slice(0, 24) || "unnamed";
    const key = `${kind} ${name}`;
    if (!this.#farms.has(key) && this.#farms.size >= FARMS_MAX) return;
    this.#farms.set(key, { name, kind, isBroken });
  }
}
