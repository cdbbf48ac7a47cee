/** The hosts that mean this machine alone, as the user may write them. */
export const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "localhost", "::1"];

/** The address that a listener and a permission take for one of these hosts. */
export function bindAddress(host: string): string {
  return host === "localhost" ? "127.0.0.1" : host;
}

/** `HOST:PORT` with the brackets that an IPv6 address needs. */
export function hostAndPort(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
