import assert from "node:assert/strict";
import { fail, ok } from "../../base/result.ts";
import { Admission, ADMISSION_LIMITS } from "./admission.ts";

const { sockets, socketsPerPrincipal, connects } = ADMISSION_LIMITS;

function filled(count: number, principal = "user"): Admission {
  const admission = new Admission(ADMISSION_LIMITS);
  for (let i = 0; i < count; i++) admission.enter(principal, 0);
  return admission;
}

Deno.test("admission: 100 viewers of one principal that come at once are all served", () => {
  const admission = new Admission(ADMISSION_LIMITS);

  const answers = Array.from({ length: 100 }, () => admission.enter("user", 0));

  assert.deepEqual(answers, Array.from({ length: 100 }, () => ok(null)));
  assert.equal(admission.sockets, 100);
});

Deno.test("admission: a principal at its bound waits until one of its sockets has left", () => {
  const admission = filled(socketsPerPrincipal);

  assert.deepEqual(admission.enter("user", 60_000), fail("tooManySockets"));
  assert.deepEqual(admission.enter("other", 60_000), ok(null));
  admission.leave("user");
  assert.deepEqual(admission.enter("user", 60_000), ok(null));
});

Deno.test("admission: all principals together have a bound", () => {
  const admission = new Admission(ADMISSION_LIMITS);
  for (let i = 0; i < sockets; i++) assert.ok(admission.enter(`user ${i}`, 0).ok);

  assert.deepEqual(admission.enter("one more", 0), fail("tooManySockets"));
});

Deno.test("admission: connects beyond the burst are refused at their rate", () => {
  const admission = filled(connects.burst);
  for (let i = 0; i < connects.burst; i++) admission.leave("user");

  assert.deepEqual(admission.enter("user", 0), fail("tooManyConnects"));
  const accepted = Array.from({ length: 100 }, () => admission.enter("user", 1_000));
  assert.equal(accepted.filter((answer) => answer.ok).length, connects.perSecond);
});

Deno.test("admission: a socket that leaves twice frees one place", () => {
  const admission = filled(1);

  admission.leave("user");
  admission.leave("user");
  admission.leave("nobody");

  assert.equal(admission.sockets, 0);
});
