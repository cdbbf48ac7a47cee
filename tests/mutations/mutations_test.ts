import assert from "node:assert/strict";
import { type Mutation, occurrences, parseMutations, readMutations } from "./page.ts";
import { PROJECT, Scratch } from "./scratch.ts";
import { isPass, verdictOf } from "./verdict.ts";

function aMutation(change: Partial<Mutation> = {}): Mutation {
  return {
    id: "TST-01",
    title: "Puts are priced as calls",
    isInCi: false,
    file: "lib/pricing/terms.ts",
    original: 'return right === "call" ? 1 : -1;',
    replacement: "return 1;",
    test: "lib/pricing/european_test.ts",
    filter: "golden numbers",
    ...change,
  };
}

const ENTRY = [
  "### TST-01 (CI) Puts are priced as calls",
  "",
  '`lib/pricing/terms.ts` → `lib/pricing/european_test.ts` "golden',
  'numbers"',
  "",
  "```diff",
  '- return right === "call" ? 1 : -1;',
  "+ return 1;",
  "```",
].join("\n");

Deno.test("mutations: an entry is read whole, with a line break in its filter", () => {
  const page = `# Mutations\n\nAny words.\n\n## Pricing\n\n${ENTRY}\n\n## Calendar\n`;
  assert.deepEqual(parseMutations(page), [aMutation({ isInCi: true })]);
});

Deno.test("mutations: an entry that cannot be read is named, not left out", () => {
  const wrong = ENTRY.replace("+ return 1;", "return 1;");
  assert.throws(() => parseMutations(wrong), /TST-01/);
  assert.throws(() => parseMutations(ENTRY.replace("TST-01", "TST")), /cannot read/);
});

Deno.test("mutations: each original stands once in its file, each test is there", () => {
  const wrong = readMutations().flatMap(({ id, file, original, test }) => {
    const count = occurrences(Deno.readTextFileSync(`${PROJECT}/${file}`), original);
    Deno.statSync(`${PROJECT}/${test}`);
    return count === 1 ? [] : [`${id}: ${count} times in ${file}: ${original}`];
  });
  assert.deepEqual(wrong, []);
});

Deno.test("mutations: ids are unique, every entry changes something, ten run in CI", () => {
  const all = readMutations();
  assert.equal(new Set(all.map(({ id }) => id)).size, all.length);
  assert.deepEqual(all.filter((one) => one.original === one.replacement), []);
  assert.equal(all.filter(({ isInCi }) => isInCi).length, 10);
  assert.ok(all.length >= 30, `${all.length} mutations`);
});

Deno.test("mutations: only a failed assertion of a test that ran counts as caught", () => {
  const failed = "AssertionError: 1 !== 2\n\nFAILED | 3 passed | 1 failed (4ms)\n";
  assert.equal(verdictOf({ isOk: false, output: failed }), "caught");
  assert.equal(verdictOf({ isOk: true, output: "ok | 4 passed | 0 failed (4ms)\n" }), "survived");
  const thrown = "TypeError: x is undefined\n\nFAILED | 3 passed | 1 failed (4ms)\n";
  assert.equal(verdictOf({ isOk: false, output: thrown }), "broken");
  assert.equal(
    verdictOf({ isOk: false, output: `./x_test.ts (uncaught error)\n${failed}` }),
    "broken",
  );
  assert.equal(verdictOf({ isOk: false, output: "error: Module not found\n" }), "broken");
  assert.ok(isPass({ isOk: true, output: "ok | 1 passed | 0 failed (4ms)\n" }));
  assert.ok(!isPass({ isOk: true, output: "ok | 0 passed | 0 failed | 4 filtered out (4ms)\n" }));
});

Deno.test("mutations: ten of the page are caught, and what cannot be caught is said", async (t) => {
  const real = Deno.readTextFileSync(`${PROJECT}/lib/pricing/terms.ts`);
  const scratch = await Scratch.make();
  try {
    for (const mutation of readMutations().filter(({ isInCi }) => isInCi)) {
      await t.step(`${mutation.id}: ${mutation.title}`, async () => {
        const { verdict, why } = await scratch.try(mutation);
        assert.equal(verdict, "caught", why);
      });
    }
    await t.step("a change without effect survives, and the copy is mended", async () => {
      const idle = aMutation({ replacement: 'return right !== "call" ? -1 : 1;' });
      assert.equal((await scratch.try(idle)).verdict, "survived");
      assert.equal(await Deno.readTextFile(`${scratch.root}/${idle.file}`), real);
    });
    await t.step("a module that does not load proves nothing", async () => {
      assert.equal((await scratch.try(aMutation({ replacement: "return (" }))).verdict, "broken");
    });
    await t.step("an entry that names no text or no test is unfit", async () => {
      assert.equal((await scratch.try(aMutation({ original: "return 7;" }))).verdict, "unfit");
      assert.equal((await scratch.try(aMutation({ filter: "no such test" }))).verdict, "unfit");
    });
  } finally {
    await scratch.remove();
  }
  assert.equal(Deno.readTextFileSync(`${PROJECT}/lib/pricing/terms.ts`), real);
});
