const READING = ["GET", "HEAD", "OPTIONS"];

/** Paths that answer something else than reading; whatever is not named here changes nothing. */
const EXCEPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ["/api/calculate_netliq", ["OPTIONS", "POST"]],
  ["/api/connections/test", ["OPTIONS", "POST"]],
  ["/api/playback", ["GET", "HEAD", "OPTIONS", "POST"]],
  ["/login", ["GET", "HEAD", "OPTIONS", "POST"]],
]);

/** A path with its slashes as the router counts them. */
export function plainPath(pathname: string): string {
  return pathname.replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");
}

/** Whether a POST to a path is a plain form; that of the sign-in works without a script. */
export function takesForm(pathname: string): boolean {
  return plainPath(pathname) === "/login";
}

/**
 * Methods that a path answers, in the order of the Allow header. A path that changes something is
 * named here or it takes no POST at all. Slashes count as the router counts them.
 */
export function allowedMethods(pathname: string): readonly string[] {
  return EXCEPTIONS.get(plainPath(pathname)) ?? READING;
}
