import assert from "node:assert/strict";
import { readArguments } from "./arguments.ts";

Deno.test("soak: arguments replace the defaults", () => {
  const read = readArguments(["--minutes", "60", "--rate", "5000"]);

  assert.deepEqual(read, {
    ok: true,
    value: { minutes: 60, rate: 5000, clients: 12, positions: 120 },
  });
});

Deno.test("soak: an unknown flag or a value out of bounds is refused with its fix", () => {
  assert.deepEqual(readArguments(["--hours", "1"]), {
    ok: false,
    error: "unknown flag --hours; see --help",
  });
  for (const value of ["1", "121", "x", "1.5"]) {
    assert.deepEqual(readArguments(["--clients", value]), {
      ok: false,
      error: "--clients takes a whole number from 2 to 120",
    });
  }
  assert.equal(readArguments(["--minutes"]).ok, false);
});
