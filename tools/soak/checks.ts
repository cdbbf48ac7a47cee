import type { ApiData } from "../../lib/desk/api_types.ts";
import type { Recalculation } from "../../lib/desk/services.ts";
import { pause, type SoakClient } from "./clients.ts";
import { type BookAt, bookAt, differenceOf, digestOf, disagreement, isNear } from "./equality.ts";
import type { Follower } from "./follower.ts";

/** How an equality check ended. */
export interface CheckResult {
  /** What does not hold; null when nothing was found wrong. */
  readonly failure: string | null;
  /** True when a client's copy, `/api/data` and a full recomputation were equal at one flush. */
  readonly isEqual: boolean;
  readonly seq: number;
  /** Tries until the answers stood at the flush of the copy. */
  readonly tries: number;
  /** Clients whose copies were compared with each other at one flush. */
  readonly compared: number;
  /** Largest relative difference that the full recomputation found. */
  readonly recomputation: number;
}

/** A copy may skip the flush of an answer when its frames ran together; then it is asked again. */
const TRIES_MAX = 5;
const RECOMPUTATION_MAX = 1e-9;
const FRAME_LIMIT_MS = 5_000;
/** Flushes ahead at which all clients digest their copies. */
const AHEAD = 10;
/** Flushes kept from the question on: an answer is of one right after it. */
const KEPT_MAX = 200;

/** What a copy held at each flush since the question. */
class KeptFlushes {
  readonly #books = new Map<number, BookAt>();
  readonly #follower: Follower;

  constructor(follower: Follower) {
    this.#follower = follower;
    this.#keep();
    follower.onApplied = (isSnapshot) => {
      if (!isSnapshot) this.#keep();
    };
  }

  #keep(): void {
    const { copy } = this.#follower;
    if (copy.seq === null || this.#books.size >= KEPT_MAX) return;
    this.#books.set(copy.seq, bookAt(copy, copy.seq));
  }

  /** The copy at a flush; null when it has skipped it or does not come to it in time. */
  async at(seq: number, stop: AbortSignal): Promise<BookAt | null> {
    const endMs = performance.now() + FRAME_LIMIT_MS;
    const isWaiting = () => (this.#follower.copy.seq ?? -1) < seq && performance.now() < endMs;
    while (isWaiting() && !stop.aborted) await pause(20, stop);
    return this.#books.get(seq) ?? null;
  }

  /** Keeps nothing any more. */
  end(): void {
    this.#follower.onApplied = () => {};
    this.#books.clear();
  }
}

async function recalculate(url: string): Promise<Recalculation> {
  const response = await fetch(`${url}api/calculate_netliq`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: "{}",
  });
  const found: Recalculation = await response.json();
  return found;
}

async function readData(url: string): Promise<ApiData> {
  const response = await fetch(`${url}api/data`);
  const data: ApiData = await response.json();
  return data;
}

/** What one try found: a common flush, or none. */
interface Try {
  /** What differs; null when all is equal. */
  readonly why: string | null;
  /** False when the copy skipped the flush of an answer: nothing is proven then. */
  readonly isDecided: boolean;
  readonly seq: number;
  readonly recomputation: number;
}

/** Compares the copy with both answers, each at the flush that it names. */
async function tryOnce(
  url: string,
  follower: Follower,
  { hasAllRows, stop }: CheckOptions,
): Promise<Try> {
  const kept = new KeptFlushes(follower);
  try {
    const [data, found] = await Promise.all([readData(url), recalculate(url)]);
    const tried = { seq: data.stream.seq, recomputation: found.difference };
    const copy = await kept.at(data.stream.seq, stop);
    const recomputed = await kept.at(found.stream.seq, stop);
    if (copy === null || recomputed === null) {
      const missing = copy === null ? data.stream.seq : found.stream.seq;
      return { ...tried, why: `the copy was never at flush ${missing}`, isDecided: false };
    }
    const difference = differenceOf(copy, data, hasAllRows) ?? disagreement(data);
    const isSame = isNear(found.netLiq, recomputed.netLiq);
    const why = isSame ? null : `net liq ${recomputed.netLiq}, recomputed ${found.netLiq}`;
    return { ...tried, why: difference ?? why, isDecided: true };
  } finally {
    kept.end();
  }
}

/** How a check is made. */
export interface CheckOptions {
  /** False for a book whose rows do not all travel to a client. */
  readonly hasAllRows: boolean;
  readonly stop: AbortSignal;
}

/**
 * Checks a client's copy against `/api/data` and a full recomputation, each at the flush that it
 * names, and the clients against each other. No common flush in all tries is a failure, too.
 */
export async function checkEquality(
  url: string,
  clients: readonly SoakClient[],
  options: CheckOptions,
): Promise<CheckResult> {
  const { follower } = clients[0];
  let recomputation = 0;
  let tries = 0;
  let tried: Try = { why: "never tried", isDecided: false, seq: -1, recomputation: 0 };
  while (!tried.isDecided && tries < TRIES_MAX && !options.stop.aborted) {
    tries++;
    tried = await tryOnce(url, follower, options);
    recomputation = Math.max(recomputation, tried.recomputation);
  }
  const { compared, failure } = await compareClients(clients, options.stop);
  const drift = recomputation <= RECOMPUTATION_MAX ? null : `running sums off by ${recomputation}`;
  const found = drift ?? tried.why ?? failure;
  return {
    failure: found,
    isEqual: found === null,
    seq: tried.seq,
    tries,
    compared,
    recomputation,
  };
}

/** Digests every copy at one coming flush; those that skip it, as a slow one may, are left out. */
async function compareClients(
  clients: readonly SoakClient[],
  stop: AbortSignal,
): Promise<{ readonly compared: number; readonly failure: string | null }> {
  const target = (clients[0].follower.copy.seq ?? 0) + AHEAD;
  const digests = new Map<SoakClient, number>();
  for (const client of clients) {
    const { copy } = client.follower;
    client.follower.onApplied = (isSnapshot) => {
      if (!isSnapshot && copy.seq === target) digests.set(client, digestOf(copy));
    };
  }
  const endMs = performance.now() + FRAME_LIMIT_MS;
  const isPast = () => (clients[0].follower.copy.seq ?? 0) > target + 4;
  while (!isPast() && performance.now() < endMs && !stop.aborted) await pause(50, stop);
  for (const client of clients) client.follower.onApplied = () => {};
  const reference = digests.get(clients[0]);
  const other = [...digests].find(([, digest]) => digest !== reference);
  const failure = other === undefined
    ? null
    : `the copy of client ${clients.indexOf(other[0])} (${other[0].kind}) differs at ${target}`;
  return { compared: digests.size, failure };
}
