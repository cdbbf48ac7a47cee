const missing = new WeakSet<Request>();

/** Notes that no route has what a request asked for; its page answers 404 whoever draws it. */
export function noteMissing(request: Request): void {
  missing.add(request);
}

/** True when no route had what a request asked for. */
export function isMissing(request: Request): boolean {
  return missing.has(request);
}
