import assert from "node:assert/strict";
import { codeOnly, cycles, findings, importsOf, resolveImport } from "./rules.ts";
import { importProblem } from "./layers.ts";

function found(path: string, text: string): string[] {
  return findings([{ path, text }]);
}

Deno.test("layers: a lower layer never imports a higher one, and siblings do not mix", () => {
  assert.equal(importProblem("lib/market/board.ts", "lib/domain/quote.ts"), null);
  assert.notEqual(importProblem("lib/domain/quote.ts", "lib/market/board.ts"), null);
  assert.notEqual(importProblem("lib/market/board.ts", "lib/portfolio/book.ts"), null);
  assert.notEqual(importProblem("lib/brokers/demo/adapter.ts", "lib/desk/desk.ts"), null);
  assert.notEqual(importProblem("islands/Table.tsx", "lib/brokers/demo/adapter.ts"), null);
  assert.equal(importProblem("islands/Table.tsx", "lib/stream/client/copy.ts"), null);
  assert.equal(importProblem("routes/index.tsx", "components/Rail.tsx"), null);
});

Deno.test("layers: an oracle or a conformance client shares no code with what it checks", () => {
  assert.notEqual(importProblem("tests/oracle/pricing.ts", "lib/pricing/black_scholes.ts"), null);
  assert.notEqual(importProblem("sims/tws/server.ts", "lib/brokers/ib/wire/codec.ts"), null);
  assert.notEqual(
    importProblem("tests/conformance/stream/client.ts", "lib/stream/protocol/frame.ts"),
    null,
  );
});

Deno.test("X-02: a literal multiplier outside adapters is found", () => {
  assert.equal(found("lib/portfolio/a.ts", "const v = signedQuantity * 100;\n").length, 1);
  assert.equal(found("lib/portfolio/a.ts", "const m = multiplier ?? 50;\n").length, 1);
  assert.equal(found("lib/portfolio/a.ts", "const v = vega / 100;\n").length, 0);
  assert.equal(found("lib/brokers/ib/map.ts", "const m = multiplier ?? 100;\n").length, 0);
});

Deno.test("style: finds the clock and the network outside lib/host", () => {
  assert.equal(found("lib/desk/desk.ts", "const at = Date.now();\n").length, 1);
  assert.equal(found("lib/host/clock.ts", "const at = Date.now();\n").length, 0);
  assert.equal(found("lib/desk/desk.ts", "// Date.now() is banned\n").length, 0);
});

Deno.test("style: finds casts, missing docstrings, long files and empty names", () => {
  assert.match(found("lib/desk/a.ts", "const x = y as Foo;\n")[0], /cast/);
  assert.match(found("lib/desk/a.ts", "const x = y!.z;\n")[0], /cast/);
  assert.equal(found("lib/desk/a.ts", "const x = [1] as const;\n").length, 0);
  assert.match(found("lib/desk/a.ts", "export const x = 1;\n")[0], /docstring/);
  assert.match(found("lib/desk/a.ts", "\n".repeat(401))[0], /401 lines/);
  assert.match(found("lib/desk/utils.ts", "")[0], /says nothing/);
});

Deno.test("style: resolves imports, blanks strings and finds cycles", () => {
  const a = { path: "lib/a/one.ts", text: 'import { b } from "../b/two.ts";\n' };
  const b = { path: "lib/b/two.ts", text: 'export * from "@/lib/a/one.ts";\n' };

  assert.equal(resolveImport(a.path, "../b/two.ts"), "lib/b/two.ts");
  assert.deepEqual(importsOf(b).map((i) => i.specifier), ["@/lib/a/one.ts"]);
  assert.equal(cycles([a, b]).length, 1);
  assert.equal(codeOnly('f("Date.now()") // x'), `f(${" ".repeat(12)}) ${" ".repeat(4)}`);
});
