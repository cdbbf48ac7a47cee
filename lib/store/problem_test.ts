import assert from "node:assert/strict";
import {
  historyProblem,
  mayPass,
  openingProblemOf,
  problemIn,
  problemOf,
  storeProblem,
} from "./problem.ts";

/** An error as the driver throws it. */
function driverError(message: string, errcode?: number): Error {
  const error = Object.assign(new Error(message), { code: "ERR_SQLITE_ERROR" });
  return errcode === undefined ? error : Object.assign(error, { errcode });
}

Deno.test("DSK-2: errors of disk and file are told by code, else by words", () => {
  const cases: [Error, string | null][] = [
    [driverError("database or disk is full", 13), "full"],
    [driverError("disk I/O error", 1034), "io"],
    [driverError("attempt to write a readonly database", 8), "io"],
    [driverError("unable to open database file", 14), "io"],
    [driverError("database disk image is malformed", 11), "damaged"],
    [driverError("disk I/O error"), "io"],
    [driverError("database or disk is full"), "full"],
    [driverError("file is not a database"), "damaged"],
    [driverError("database is locked"), "locked"],
    [driverError("no such table: x", 1), null],
    [new TypeError("a bug"), null],
  ];
  for (const [error, expected] of cases) {
    assert.equal(problemOf(error, "/d/x.db")?.code ?? null, expected, error.message);
  }
});

Deno.test("DSK-3: while a file is opened, what stands in it is to blame", () => {
  assert.equal(openingProblemOf(driverError("no such table: x", 1), "/d")?.code, "damaged");
  assert.equal(openingProblemOf(new RangeError("too large"), "/d")?.code, "damaged");
  assert.equal(openingProblemOf(new TypeError("a bug"), "/d"), null);
});

Deno.test("store: what may pass is tried again; damage of history names its own way out", () => {
  const passing = ["full", "io", "locked"] as const;
  const lasting = ["damaged", "newer", "foreign", "otherMode", "missing", "fenced"] as const;
  assert.ok(passing.every((code) => mayPass(storeProblem(code, ""))));
  assert.ok(!lasting.some((code) => mayPass(storeProblem(code, ""))));
  assert.match(historyProblem(storeProblem("damaged", "")).fix, /--new-history/);
  assert.doesNotMatch(historyProblem(storeProblem("newer", "")).fix, /--new-history/);
});

Deno.test("R78: a way out names the folder, as a shell takes it", () => {
  const { fix } = problemIn("/home/u/my desk's", storeProblem("unfinished", ""));
  assert.equal(
    fix,
    "run `npx -y deno@2.9.6 task restore --from FOLDER --data '/home/u/my desk'\\''s'` again",
  );
  assert.match(
    problemIn("/d/live", storeProblem("damaged", "")).fix,
    /FOLDER --data \/d\/live`, or/,
  );
  assert.equal(problemIn("/d", storeProblem("io", "")).fix, storeProblem("io", "").fix);
});
