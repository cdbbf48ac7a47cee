/** Directives of the content security policy; `csp()` puts the nonce for 'unsafe-inline'. */
export const CONTENT_POLICY: readonly string[] = [
  "default-src 'none'",
  "script-src 'self' 'unsafe-inline'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "media-src 'none'",
  "worker-src 'none'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

const FIXED: readonly (readonly [string, string])[] = [
  ["x-content-type-options", "nosniff"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
  ["x-frame-options", "DENY"],
  ["permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"],
];

/**
 * Sets the security headers of an answer. What does not say how it may be cached is not stored;
 * what has no content security policy gets one without anything inline. 'unsafe-inline' is never
 * sent: a page has a nonce in its place by now, and Fresh leaves it in the policy of all else.
 * `upgrade-insecure-requests` is taken out of the policy: the desk speaks plain HTTP on loopback,
 * and a browser that does not except loopback would turn every asset into a dead https address.
 * Source: reliability.md §9 (ASVS 3.4.x, 14.2.2).
 */
export function setSecurityHeaders(headers: Headers): void {
  for (const [name, value] of FIXED) headers.set(name, value);
  if (!headers.has("cache-control")) headers.set("cache-control", "no-store");
  const policy = headers.get("content-security-policy") ?? CONTENT_POLICY.join(";");
  const kept = policy.split(";").map((part) => part.replace("'unsafe-inline'", "").trim())
    .filter((part) => part !== "" && part !== "upgrade-insecure-requests");
  headers.set("content-security-policy", kept.join("; "));
}
