const READING = ["GET", "HEAD", "OPTIONS"];

/** Paths that answer something else than reading; whatever is not named here changes nothing. */
const EXCEPTIONS: ReadonlyMap<string, readonly string[]> = new Map([
  ["/api/calculate_netliq", ["OPTIONS", "POST"]],
  ["/api/playback", ["GET", "HEAD", "OPTIONS", "POST"]],
]);

/**
 * Methods that a path answers, in the order of the Allow header. A path that changes something is
 * named here or it takes no POST at all. Slashes count as the router counts them.
 */
export function allowedMethods(pathname: string): readonly string[] {
  const plain = pathname.replaceAll(/\/+/g, "/").replace(/(?<=.)\/$/, "");
  return EXCEPTIONS.get(plain) ?? READING;
}
