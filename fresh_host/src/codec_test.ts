import assert from "node:assert/strict";
import { computed, Signal, signal } from "@preact/signals";
import fc from "fast-check";
import { h } from "preact";
import { DecodedSlot, decodeProps } from "./codec_decode.ts";
import { encodeProps } from "./codec_encode.ts";
import { SlotRef } from "./render_state.ts";

const roundTrip = (value: unknown) => decodeProps(encodeProps(value)) as never;

Deno.test("props codec: every plain value comes back as it was", () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
  });

  fc.assert(
    fc.property(anything, (value) => {
      assert.deepStrictEqual(roundTrip(value), value);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("props codec: values that JSON does not have come back as they were", () => {
  const values = [
    undefined,
    null,
    NaN,
    Infinity,
    -Infinity,
    -0,
    0,
    2n ** 80n,
    -1n,
    "",
    true,
    false,
  ];

  assert.deepStrictEqual(roundTrip(values), values);
  for (const value of values) assert.ok(Object.is(roundTrip(value), value));
});

Deno.test("props codec: dates, URLs, expressions and bytes come back as they were", () => {
  const value = {
    date: new Date("2025-03-19T14:15:00Z"),
    never: new Date(NaN),
    url: new URL("https://a.example/b?c=d#e"),
    expression: /a\/[<>]"/giu,
    bytes: Uint8Array.from({ length: 70_000 }, (_, i) => i % 256),
  };

  assert.deepStrictEqual(roundTrip(value), value);
});

Deno.test("props codec: a field named __proto__ stays a field", () => {
  const value: Record<string, unknown> = JSON.parse('{"__proto__": {"polluted": true}, "a": 1}');

  const decoded: Record<string, unknown> = roundTrip(value);

  assert.deepStrictEqual(Object.keys(decoded), ["__proto__", "a"]);
  assert.equal(Reflect.get({}, "polluted"), undefined);
  assert.equal(Object.getPrototypeOf(decoded), Object.prototype);
});

Deno.test("props codec: an object that occurs twice is one object again", () => {
  const shared = { n: 1 };

  const [a, map, set]: [unknown, Map<string, unknown>, Set<unknown>] = roundTrip([
    shared,
    new Map([["k", shared]]),
    new Set([shared]),
  ]);

  assert.equal(map.get("k"), a);
  assert.ok(set.has(a));
});

Deno.test("props codec: cycles through objects, lists, maps and signals come back", () => {
  const node: Record<string, unknown> = {};
  node.self = node;
  node.list = [node];
  node.map = new Map([[node, node]]);
  node.signal = signal(node);

  const decoded: {
    self: unknown;
    list: unknown[];
    map: Map<unknown, unknown>;
    signal: Signal<unknown>;
  } = roundTrip(node);

  assert.equal(decoded.self, decoded);
  assert.equal(decoded.list[0], decoded);
  assert.equal(decoded.map.get(decoded), decoded);
  assert.equal(decoded.signal.value, decoded);
});

Deno.test("props codec: a signal stays writable and shared, a computed one keeps its value", () => {
  const count = signal({ n: 1 });
  const twice = computed(() => count.value.n * 2);

  const [a, b, c]: [Signal<{ n: number }>, Signal<{ n: number }>, Signal<number>] = roundTrip([
    count,
    count,
    twice,
  ]);
  a.value = { n: 7 };

  assert.equal(a, b);
  assert.equal(b.value.n, 7);
  assert.equal(c.value, 2);
  assert.ok(a instanceof Signal && c instanceof Signal);
  assert.throws(() => c.value = 3);
});

Deno.test("props codec: signals nest in signals and in computed signals", () => {
  const inner = signal("deep");
  const value = signal([inner, computed(() => ({ inner }))]);

  const decoded: Signal<[Signal<string>, Signal<{ inner: Signal<string> }>]> = roundTrip(value);

  assert.equal(decoded.value[0].value, "deep");
  assert.equal(decoded.value[1].value.inner, decoded.value[0]);
});

Deno.test("props codec: slots keep their number", () => {
  const decoded: { title: DecodedSlot } = roundTrip({ title: new SlotRef(4) });

  assert.ok(decoded.title instanceof DecodedSlot);
  assert.equal(decoded.title.id, 4);
});

Deno.test("props codec: a list 50,000 links deep does not overflow the stack", () => {
  let list: unknown = null;
  for (let i = 0; i < 50_000; i++) list = { next: list };

  let decoded: { next: unknown } | null = roundTrip(list);
  let length = 0;
  for (; decoded !== null; length++) decoded = decoded.next as { next: unknown } | null;

  assert.equal(length, 50_000);
});

class Account {}

const REFUSED: readonly [string, unknown][] = [
  ["a function", () => 1],
  ["a symbol", Symbol("s")],
  ["a class instance", new Account()],
  ["a promise", Promise.resolve()],
  ["another typed array", new Float64Array(2)],
  ["an error", new Error("e")],
  ["JSX inside an object", h("b", null)],
];

for (const [what, value] of REFUSED) {
  Deno.test(`props codec: ${what} is refused with the place where it stands`, () => {
    assert.throws(() => encodeProps({ rows: [{ cell: value }] }), /props\.rows\[0\]\.cell/);
  });
}

Deno.test("props codec: malformed text is refused", () => {
  assert.throws(() => decodeProps("[["), SyntaxError);
  assert.throws(() => decodeProps('[["a",-99]]'), SyntaxError);
  assert.throws(() => decodeProps('[["?"]]'), SyntaxError);
});
