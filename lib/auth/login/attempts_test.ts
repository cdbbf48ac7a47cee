import assert from "node:assert/strict";
import fc from "fast-check";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { ATTEMPT_LIMITS, Attempts } from "./attempts.ts";

const HERE = "127.0.0.1";
const { pauseMs, perAddress, overall } = ATTEMPT_LIMITS;

function guess(number: number): string {
  return String(number).padStart(8, "0");
}

function failTimes(attempts: Attempts, count: number, address = HERE, from = 0) {
  return Array.from({ length: count }, (_, i) => attempts.fail(address, guess(from + i)));
}

Deno.test("MAL-4: the fifth wrong code of an address begins a pause of 15 minutes", () => {
  const time = new VirtualTime();
  const attempts = new Attempts(time);

  const after = failTimes(attempts, perAddress);

  assert.deepEqual(after.slice(0, 4).map((one) => one.kind === "left" && one.tries), [4, 3, 2, 1]);
  assert.deepEqual(after[4], { kind: "paused", pauseMs, isNew: true });
  assert.equal(attempts.pauseMs(HERE), 15 * 60_000);
  assert.equal(attempts.pauseMs("127.0.0.2"), 0);
  time.advance(pauseMs - 1);
  assert.equal(attempts.pauseMs(HERE), 1);
  time.advance(1);
  assert.equal(attempts.pauseMs(HERE), 0);
  assert.deepEqual(attempts.fail(HERE, guess(99)), { kind: "left", tries: 4 });
});

Deno.test("MAL-4: many addresses together are paused as well", () => {
  const attempts = new Attempts(new VirtualTime());
  for (let i = 0; i < overall; i++) failTimes(attempts, 1, `127.0.0.${i + 1}`, i);

  assert.equal(attempts.pauseMs("127.9.9.9"), pauseMs);
});

Deno.test("MAL-4: a tool that repeats the code of an earlier run shuts nobody out", () => {
  const time = new VirtualTime();
  const attempts = new Attempts(time);
  for (let i = 0; i < 10_000; i++) {
    const after = attempts.fail(HERE, guess(7));
    assert.ok(after.kind === "left" && after.tries >= 4);
    time.advance(1_000);
  }
  assert.equal(attempts.pauseMs(HERE), 0);
});

Deno.test("MAL-4: signing in clears the count of the address, not that of all", () => {
  const attempts = new Attempts(new VirtualTime());
  for (let round = 0; round < overall / 4; round++) {
    failTimes(attempts, 4, HERE, round * 4);
    attempts.succeed(HERE);
  }

  assert.equal(attempts.pauseMs(HERE), pauseMs);
});

Deno.test("MAL-4: a failure is forgotten after 15 minutes without another", () => {
  const time = new VirtualTime();
  const attempts = new Attempts(time);
  failTimes(attempts, 4);
  time.advance(pauseMs);

  assert.deepEqual(attempts.fail(HERE, guess(50)), { kind: "left", tries: 4 });
});

Deno.test("MAL-4: whoever guesses, in a day at most 1,940 different codes are looked at", () => {
  const guesser = fc.record({ address: fc.nat(200), waitMs: fc.nat(120_000) });
  fc.assert(
    fc.property(fc.array(guesser, { minLength: 50, maxLength: 400 }), (tries) => {
      const time = new VirtualTime();
      const attempts = new Attempts(time);
      let looked = 0;
      tries.forEach(({ address, waitMs }, i) => {
        time.advance(waitMs);
        if (attempts.pauseMs(`a${address}`) > 0) return;
        looked++;
        attempts.fail(`a${address}`, guess(i));
      });
      const pauses = time.monotonic() / pauseMs;
      assert.ok(looked <= overall * (pauses + 1), `${looked} in ${pauses} pauses`);
    }),
    { numRuns: 60 },
  );
});

Deno.test("MAL-4: what is kept of guessing is bounded, and the oldest gives way", () => {
  const time = new VirtualTime();
  const attempts = new Attempts(time);
  failTimes(attempts, perAddress, "first");
  time.advance(1);
  for (let i = 0; i < ATTEMPT_LIMITS.addresses; i++) {
    // One a minute and a half: the count of all never gets there.
    time.advance(i % 10 === 9 ? pauseMs : 1);
    attempts.fail(`other ${i}`, guess(1_000 + i));
  }

  assert.equal(attempts.pauseMs("first"), 0);
});
