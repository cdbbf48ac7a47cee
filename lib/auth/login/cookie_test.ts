import assert from "node:assert/strict";
import { clearedCookie, cookieName, readTokens, sessionCookie } from "./cookie.ts";

const TOKEN = "a".repeat(43);
const NAME = "deltadesk_session_8765";

Deno.test("MAL-4: the cookie's name holds the port, since cookies do not", () => {
  assert.equal(cookieName(new URL("http://127.0.0.1:8765/")), NAME);
  assert.equal(cookieName(new URL("http://localhost:9001/x")), "deltadesk_session_9001");
  assert.equal(cookieName(new URL("http://127.0.0.1/")), "deltadesk_session_80");
});

Deno.test("MAL-4: of several cookies of the name all are read, of others none", () => {
  const tossed = "b".repeat(43);
  const header = `dd_theme=dark; ${NAME}=${tossed}; ${NAME}9=${"c".repeat(43)}; ${NAME}=${TOKEN}`;

  assert.deepEqual(readTokens(header, NAME), [tossed, TOKEN]);
  assert.deepEqual(readTokens(null, NAME), []);
  assert.deepEqual(readTokens(`${NAME}=short; ${NAME}="${TOKEN}"; ${NAME}`, NAME), []);
});

Deno.test("MAL-4: a flood of cookies of the name is read in part", () => {
  const header = Array.from({ length: 500 }, () => `${NAME}=${TOKEN}`).join("; ");

  assert.equal(readTokens(header, NAME).length, 8);
});

Deno.test("MAL-4: no script reads the cookie and no foreign page sends it", () => {
  for (const cookie of [sessionCookie(NAME, TOKEN), clearedCookie(NAME)]) {
    assert.match(cookie, /; Path=\/; HttpOnly; SameSite=Strict$/);
    assert.doesNotMatch(cookie, /Domain=/i);
  }
  assert.match(clearedCookie(NAME), /^deltadesk_session_8765=; Max-Age=0;/);
});
