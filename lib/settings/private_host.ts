/** This machine, one's own network, a VPN. Source: RFC 1122, 1918, 3927, 6598. */
const PRIVATE_V4 =
  /^(127|10|192\.168|169\.254|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;

/** Loopback, unique local and link-local. Source: RFC 4193, 4291. */
const PRIVATE_V6 = /^(::1$|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/;

/** Names that no public name server answers. Source: RFC 6761, 6762, 8375. */
const PRIVATE_NAME = /(^localhost|^[^.]+|\.(localhost|local|lan|internal|home\.arpa))$/;

/** True for a host that is this machine or within a private network, as far as its text tells. */
export function isPrivateHost(host: string): boolean {
  if (host.includes(":")) return PRIVATE_V6.test(host);
  return /^[\d.]+$/.test(host) ? PRIVATE_V4.test(host) : PRIVATE_NAME.test(host);
}
