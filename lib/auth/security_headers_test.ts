import assert from "node:assert/strict";
import { CONTENT_POLICY, setSecurityHeaders } from "./security_headers.ts";

Deno.test("headers: an answer is neither framed, sniffed, cached nor leaked as referrer", () => {
  const headers = new Headers();

  setSecurityHeaders(headers);

  assert.equal(headers.get("x-frame-options"), "DENY");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("referrer-policy"), "no-referrer");
  assert.equal(headers.get("cross-origin-resource-policy"), "same-origin");
  assert.equal(headers.get("cache-control"), "no-store");
});

Deno.test("headers: an asset keeps its own caching", () => {
  const headers = new Headers({ "cache-control": "public, max-age=31536000, immutable" });

  setSecurityHeaders(headers);

  assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
});

Deno.test("headers: assets are not upgraded to https on a plain desk", () => {
  const headers = new Headers({
    "content-security-policy": "default-src 'none'; upgrade-insecure-requests; base-uri 'none'",
  });

  setSecurityHeaders(headers);

  assert.equal(
    headers.get("content-security-policy"),
    "default-src 'none'; base-uri 'none'",
  );
});

Deno.test("MAL-1: an answer without a policy gets one that lets nothing inline run", () => {
  const headers = new Headers();

  setSecurityHeaders(headers);

  const policy = headers.get("content-security-policy") ?? "";
  assert.match(policy, /script-src 'self';/);
  assert.match(policy, /style-src 'self';/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|nonce/);
});

Deno.test("MAL-1: 'unsafe-inline' is never sent, a nonce in its place stays", () => {
  const headers = new Headers({
    "content-security-policy": "script-src 'self' 'nonce-a1'; style-src 'self' 'unsafe-inline'",
  });

  setSecurityHeaders(headers);

  assert.equal(
    headers.get("content-security-policy"),
    "script-src 'self' 'nonce-a1'; style-src 'self'",
  );
});

Deno.test("MAL-1: the policy allows no framing, no foreign source and no base", () => {
  const policy = CONTENT_POLICY.join("; ");

  assert.match(policy, /frame-ancestors 'none'/);
  assert.match(policy, /base-uri 'none'/);
  assert.match(policy, /default-src 'none'/);
  assert.doesNotMatch(policy, /https?:|\*|unsafe-eval/);
});
