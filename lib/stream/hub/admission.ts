import { fail, ok, type Result } from "../../base/result.ts";
import { TokenBucket } from "./token_bucket.ts";

/** Bounds on connections. */
export interface AdmissionLimits {
  readonly sockets: number;
  readonly socketsPerPrincipal: number;
  /** Connects of one principal: at once, and per second on average. */
  readonly connects: { readonly burst: number; readonly perSecond: number };
}

/**
 * What a process serves by default: 100 viewers of one user at full rate, all of whom may come back
 * at once while some of their old sockets have not left yet.
 */
export const ADMISSION_LIMITS: AdmissionLimits = {
  sockets: 512,
  socketsPerPrincipal: 128,
  connects: { burst: 128, perSecond: 20 },
};

/** Why a connection is not taken. */
export type AdmissionError = "tooManySockets" | "tooManyConnects";

const PRINCIPALS_MAX = 1_024;

interface Holder {
  sockets: number;
  readonly bucket: TokenBucket;
}

/** Counts the sockets of each principal and how fast they come. */
export class Admission {
  readonly #holders = new Map<string, Holder>();
  #sockets = 0;

  constructor(readonly limits: AdmissionLimits) {}

  /** Number of admitted sockets. */
  get sockets(): number {
    return this.#sockets;
  }

  /** Counts a socket in; every success needs one `leave`. */
  enter(principalId: string, nowMs: number): Result<null, AdmissionError> {
    const holder = this.#holder(principalId, nowMs);
    if (holder === null) return fail("tooManyConnects");
    const isFull = this.#sockets >= this.limits.sockets ||
      holder.sockets >= this.limits.socketsPerPrincipal;
    if (isFull) return fail("tooManySockets");
    if (!holder.bucket.take(nowMs)) return fail("tooManyConnects");
    holder.sockets++;
    this.#sockets++;
    return ok(null);
  }

  /** Counts a socket out. */
  leave(principalId: string): void {
    const holder = this.#holders.get(principalId);
    if (holder === undefined || holder.sockets === 0) return;
    holder.sockets--;
    this.#sockets--;
  }

  #holder(principalId: string, nowMs: number): Holder | null {
    const known = this.#holders.get(principalId);
    if (known !== undefined) return known;
    if (this.#holders.size >= PRINCIPALS_MAX) this.#forget(nowMs);
    if (this.#holders.size >= PRINCIPALS_MAX) return null;
    const holder = { sockets: 0, bucket: new TokenBucket(this.limits.connects, nowMs) };
    this.#holders.set(principalId, holder);
    return holder;
  }

  #forget(nowMs: number): void {
    for (const [id, holder] of this.#holders) {
      if (holder.sockets === 0 && holder.bucket.isFull(nowMs)) this.#holders.delete(id);
    }
  }
}
