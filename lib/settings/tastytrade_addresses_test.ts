import assert from "node:assert/strict";
import { allowedOrigin } from "./tastytrade_addresses.ts";

Deno.test("MAL-5: credentials go to the broker's own addresses alone", () => {
  assert.deepEqual(allowedOrigin("https://api.tastyworks.com", false), {
    ok: true,
    value: "https://api.tastyworks.com",
  });
  assert(allowedOrigin("https://api.cert.tastyworks.com/", false).ok);
  const refused = [
    "http://api.tastyworks.com",
    "https://api.tastyworks.com.evil.test",
    "https://api.tastyworks.com@evil.test",
    "https://user:pw@api.tastyworks.com",
    "https://api.tastyworks.com:8443",
    "https://api.tastyworks.com/elsewhere",
    "https://169.254.169.254",
    "file:///etc/passwd",
    "not an address",
    "http://127.0.0.1:9000",
  ];
  for (const address of refused) assert(!allowedOrigin(address, false).ok, address);
});

Deno.test("MAL-5: a simulator is reached on this machine and nowhere else", () => {
  assert(allowedOrigin("http://127.0.0.1:9000", true).ok);
  assert(allowedOrigin("http://localhost:9000", true).ok);
  assert(allowedOrigin("http://[::1]:9000", true).ok);
  for (const address of ["http://192.168.1.5:9000", "https://127.0.0.1:9000", "ws://127.0.0.1"]) {
    assert(!allowedOrigin(address, true).ok, address);
  }
});
