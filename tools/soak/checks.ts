import type { ApiData } from "../../lib/desk/api_types.ts";
import type { Recalculation } from "../../lib/desk/services.ts";
import { pause, type SoakClient } from "./clients.ts";
import { type BookAt, bookAt, differenceOf, digestOf, isNear } from "./equality.ts";
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

const TRIES_MAX = 100;
/**
 * Of a book whose rows do not all travel, an answer has tens of megabytes and holds up the desk:
 * few are asked for, and standing at no common flush proves nothing either way.
 */
const TRIES_OF_LARGE_MAX = 3;
const RECOMPUTATION_MAX = 1e-9;
const FRAME_LIMIT_MS = 5_000;
/** Flushes ahead at which all clients digest their copies. */
const AHEAD = 10;

/** Resolves with what the copy holds right after its next frame; null when none comes in time. */
async function nextBook(follower: Follower, stop: AbortSignal): Promise<BookAt | null> {
  const applied = Promise.withResolvers<BookAt>();
  follower.onApplied = () => {
    const { seq } = follower.copy;
    if (seq !== null) applied.resolve(bookAt(follower.copy, seq));
  };
  const ended = new AbortController();
  const limit = AbortSignal.any([stop, ended.signal]);
  const late = pause(FRAME_LIMIT_MS, limit).then(() => null);
  const book = await Promise.race([applied.promise, late]);
  ended.abort();
  follower.onApplied = () => {};
  return book;
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

interface Try {
  readonly why: string | null;
  readonly recomputation: number;
}

/** One try: the answers are asked for right after a flush and count when nothing moved since. */
async function tryOnce(url: string, copy: BookAt, hasAllRows: boolean): Promise<Try> {
  const [data, found] = await Promise.all([readData(url), recalculate(url)]);
  const recomputation = found.difference;
  if (data.stream.seq !== copy.seq) {
    return {
      why: `the copy stands at ${copy.seq}, /api/data at ${data.stream.seq}`,
      recomputation,
    };
  }
  const difference = differenceOf(copy, data, hasAllRows);
  if (difference !== null) return { why: difference, recomputation };
  const isSame = isNear(found.netLiq, copy.netLiq);
  const why = isSame ? null : `net liq ${copy.netLiq}, recomputed ${found.netLiq}`;
  return { why, recomputation };
}

/**
 * Checks a client's copy against `/api/data` and a full recomputation at the same flush, and the
 * clients against each other.
 *
 * An answer may be ahead of its flush by what arrived since, so the question is put right after a
 * frame, and again until all stand at one flush; a book that is wrong never does.
 */
export async function checkEquality(
  url: string,
  clients: readonly SoakClient[],
  options: { readonly hasAllRows: boolean; readonly stop: AbortSignal },
): Promise<CheckResult> {
  const { follower } = clients[0];
  let recomputation = 0;
  let why: string | null = "never tried";
  let seq = -1;
  let tries = 0;
  const triesMax = options.hasAllRows ? TRIES_MAX : TRIES_OF_LARGE_MAX;
  while (why !== null && tries < triesMax && !options.stop.aborted) {
    tries++;
    const copy = await nextBook(follower, options.stop);
    if (copy === null) {
      why = "no frame within 5 s";
      break;
    }
    seq = copy.seq;
    const tried = await tryOnce(url, copy, options.hasAllRows);
    recomputation = Math.max(recomputation, tried.recomputation);
    why = tried.why;
  }
  const { compared, failure } = await compareClients(clients, options.stop);
  const drift = recomputation <= RECOMPUTATION_MAX ? null : `running sums off by ${recomputation}`;
  const found = drift ?? (options.hasAllRows ? why : null) ?? failure;
  const isEqual = found === null && why === null;
  return { failure: found, isEqual, seq, tries, compared, recomputation };
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
    client.follower.onApplied = () => {
      if (copy.seq === target) digests.set(client, digestOf(copy));
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
