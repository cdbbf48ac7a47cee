import type { UnixMs } from "../base/brand.ts";

/** Time as the desk sees it; the real one lives in `lib/host`, a virtual one in `virtual_time`. */
export interface Clock {
  /** Wall time; it may jump when the machine's clock is set. */
  now(): UnixMs;
  /** Milliseconds since an arbitrary start, with fractions; never goes back. */
  monotonic(): number;
}
