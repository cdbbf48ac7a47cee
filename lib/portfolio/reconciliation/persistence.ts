import type { UnixMs } from "../../base/brand.ts";

/** How one difference stands over several comparisons. */
interface Course {
  readonly since: UnixMs;
  /** Comparisons in a row that found it, or that no longer did while it is lasting. */
  found: number;
  missed: number;
  isLasting: boolean;
}

/** A difference shows itself this often and this long before anybody is called. */
const FOUND_MIN = 2;
const LASTS_MS = 45_000;
/** Comparisons without it before it is over: one that was in doubt proves nothing. */
const MISSED_MIN = 2;
/** Differences followed at most; what comes beyond is found again by the next comparison. */
const FOLLOWED_MAX = 2_000;

/**
 * Follows differences over comparisons, so that one that comes and goes calls nobody, and one that
 * lasts is told once. The times are those of the comparisons, ms by the source's clock.
 */
export class Persistence {
  readonly #courses = new Map<string, Course>();

  /**
   * Takes over what one comparison of a group found. Names are unique inside the group, and a
   * group is compared as a whole.
   */
  take(group: string, differing: Iterable<string>, at: UnixMs): void {
    const now = new Set<string>();
    for (const name of differing) now.add(`${group} ${name}`);
    for (const [key, course] of this.#courses) {
      if (!key.startsWith(`${group} `) || now.has(key)) continue;
      course.missed++;
      if (!course.isLasting || course.missed >= MISSED_MIN) this.#courses.delete(key);
    }
    for (const key of now) this.#find(key, at);
  }

  #find(key: string, at: UnixMs): void {
    const course = this.#courses.get(key);
    if (course === undefined) {
      if (this.#courses.size >= FOLLOWED_MAX) return;
      this.#courses.set(key, { since: at, found: 1, missed: 0, isLasting: false });
      return;
    }
    course.found++;
    course.missed = 0;
    if (course.found >= FOUND_MIN && at - course.since >= LASTS_MS) course.isLasting = true;
  }

  /** Since when a difference shows, null when it does not; a lasting one goes on through a miss. */
  since(group: string, name: string): UnixMs | null {
    return this.#courses.get(`${group} ${name}`)?.since ?? null;
  }

  /** Whether a difference lasts. */
  isLasting(group: string, name: string): boolean {
    return this.#courses.get(`${group} ${name}`)?.isLasting ?? false;
  }

  /** Since when the oldest of a group's lasting differences shows; null when none lasts. */
  lastingSince(group: string): UnixMs | null {
    let since: UnixMs | null = null;
    for (const [key, course] of this.#courses) {
      if (!course.isLasting || !key.startsWith(`${group} `)) continue;
      if (since === null || course.since < since) since = course.since;
    }
    return since;
  }

  /** Forgets everything, as when the source jumped. */
  clear(): void {
    this.#courses.clear();
  }
}
