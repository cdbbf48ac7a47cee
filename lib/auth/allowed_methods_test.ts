import assert from "node:assert/strict";
import { allowedMethods, takesForm } from "./allowed_methods.ts";

Deno.test("MAL-6: a path that is not named takes no POST", () => {
  for (
    const path of [
      "/",
      "/api/data",
      "/api/calculate",
      "/api/calculate_netliq/x",
      "/api/connections",
      "/x//",
    ]
  ) {
    assert.deepEqual(allowedMethods(path), ["GET", "HEAD", "OPTIONS"], path);
  }
});

Deno.test("T-021: recalculation takes POST alone, however its slashes are written", () => {
  for (
    const path of ["/api/calculate_netliq", "/api/calculate_netliq/", "//api//calculate_netliq"]
  ) {
    assert.deepEqual(allowedMethods(path), ["OPTIONS", "POST"], path);
  }
});

Deno.test("MAL-1: a form is taken by the sign-in alone", () => {
  for (const path of ["/login", "/login/", "//login"]) assert.equal(takesForm(path), true, path);
  for (const path of ["/", "/logins", "/login/x", "/api/login", "/api/playback", "/LOGIN"]) {
    assert.equal(takesForm(path), false, path);
  }
});
