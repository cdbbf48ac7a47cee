import assert from "node:assert/strict";
import fc from "fast-check";
import { FRAME_FLAG, FRAME_KIND, FULL_MASK, parseFrame, STRIDE } from "./frame.ts";
import { FrameWriter } from "./frame_writer.ts";
import { frameFromJson, frameText } from "./frame_json.ts";

const header = {
  kind: FRAME_KIND.diff,
  flags: 0,
  seq: 7,
  previous: 6,
  eventSeq: 2,
  serverTime: 1742393700000,
  sourceTime: 1742393699500,
};

/** Bytes written by hand: one underlying with its price, one row with mark, delta and one code. */
function handMadeFrame(): Uint8Array {
  const bytes = new Uint8Array(64 + 16 + 16 + 8 + 8 + 2);
  const view = new DataView(bytes.buffer);
  bytes.set([1, 1, 0, 0, 7, 0, 0, 0, 6, 0, 0, 0, 2, 0, 0, 0]);
  view.setFloat64(16, 1742393700000, true);
  view.setFloat64(24, 1742393699500, true);
  [1, 0, 0, 1, 2, 1, 1, 2].forEach((count, i) => view.setUint32(32 + 4 * i, count, true));
  [3, 0b1, 9, 0b10 | (1 << 14) | (2 << 24)].forEach((word, i) =>
    view.setUint32(64 + 4 * i, word, true)
  );
  view.setFloat64(80, 560.25, true);
  view.setFloat64(88, 1.5, true);
  view.setFloat32(96, -0.25, true);
  bytes.set([6], 104);
  bytes.set([0x7b, 0x7d], 112);
  return bytes;
}

function rowColumns(fill: (i: number) => number) {
  return {
    rowF64: Float64Array.from({ length: STRIDE.rowF64 }, (_, i) => fill(i)),
    rowF32: Float32Array.from({ length: STRIDE.rowF32 }, (_, i) => fill(i)),
    rowU8: Uint8Array.from({ length: STRIDE.rowU8 }, (_, i) => i),
  };
}

Deno.test("frame: bytes written by hand are what the writer makes", () => {
  const columns = rowColumns(() => 0);
  columns.rowF64[1] = 1.5;
  columns.rowF32[0] = -0.25;
  columns.rowU8[1] = 6;
  const writer = new FrameWriter();

  writer.underlying(3, 1, Float64Array.of(560.25), 0);
  writer.row(9, 0b10 | (1 << 14) | (2 << 24), columns, 0);

  assert.deepEqual(writer.finish(header, "{}"), handMadeFrame());
});

Deno.test("frame: bytes written by hand are read with every field", () => {
  const frame = parseFrame(handMadeFrame());

  assert.ok(frame.ok);
  assert.deepEqual(frame.value.header, header);
  assert.deepEqual([...frame.value.index], [3, 1, 9, 0x2004002]);
  assert.deepEqual([...frame.value.f64], [560.25, 1.5]);
  assert.deepEqual([...frame.value.f32], [-0.25]);
  assert.deepEqual([...frame.value.u8], [6]);
  assert.equal(frame.value.json, "{}");
});

Deno.test("frame: a frame that does not start at a multiple of eight is read all the same", () => {
  const shifted = new Uint8Array(handMadeFrame().length + 3);
  shifted.set(handMadeFrame(), 3);

  const frame = parseFrame(shifted.subarray(3));

  assert.ok(frame.ok);
  assert.deepEqual([...frame.value.f64], [560.25, 1.5]);
});

Deno.test("MAL-2: a frame whose counts, masks or length lie is refused, whatever the byte", () => {
  const good = handMadeFrame();
  const at = [0, 1, 32, 36, 40, 44, 48, 52, 56, 60, 68, 76];
  for (const offset of at) {
    for (const value of [0x10, 0x80, 0xff]) {
      const bytes = good.slice();
      bytes[offset] ^= value;
      bytes[offset + 3] ^= offset < 32 ? 0 : value;
      assert.equal(parseFrame(bytes).ok, false, `byte ${offset} flipped by ${value}`);
    }
  }
  for (let length = 0; length < good.length; length++) {
    assert.equal(parseFrame(good.slice(0, length)).ok, false, `cut to ${length}`);
  }
});

Deno.test("MAL-2: a mask beyond the fields is refused, also when its values are there", () => {
  const values = new Float64Array(32);
  const masks = [2 ** STRIDE.underlying, 2 ** STRIDE.account, 2 ** STRIDE.cell];
  const puts: ((writer: FrameWriter, mask: number) => void)[] = [
    (writer, mask) => writer.underlying(1, mask, values, 0),
    (writer, mask) => writer.account(1, mask, values, 0),
    (writer, mask) => {
      writer.cell(1, 1);
      writer.cellValues(mask, values, 0);
    },
  ];
  puts.forEach((put, table) => {
    for (const [mask, isKnown] of [[masks[table] / 2, true], [masks[table], false]] as const) {
      const writer = new FrameWriter();
      put(writer, mask);
      assert.equal(parseFrame(writer.finish(header, "")).ok, isKnown, `table ${table}, ${mask}`);
    }
  });
});

Deno.test("MAL-2: random bytes never throw and never allocate what they announce", () => {
  fc.assert(fc.property(fc.uint8Array({ minLength: 0, maxLength: 300 }), (bytes) => {
    if (bytes.length > 1) bytes.set([1, 1]);
    const result = parseFrame(bytes);
    assert.equal(typeof result.ok, "boolean");
  }));
});

const value = fc.oneof(fc.double(), fc.constant(NaN), fc.integer());
const masked = (allowed: number) => fc.integer({ min: 0, max: allowed });
const frameModel = fc.record({
  underlyings: fc.array(fc.record({ id: fc.nat(), mask: masked(FULL_MASK.underlying) })),
  accounts: fc.array(fc.record({ id: fc.nat(), mask: masked(FULL_MASK.account) })),
  cells: fc.array(fc.record({ u: fc.nat(), a: fc.nat(), mask: masked(FULL_MASK.cell) })),
  rows: fc.array(fc.record({
    id: fc.nat(),
    f64: masked((1 << STRIDE.rowF64) - 1),
    f32: masked((1 << STRIDE.rowF32) - 1),
    u8: masked((1 << STRIDE.rowU8) - 1),
  })),
  values: fc.array(value, { minLength: 20, maxLength: 20 }),
  directory: fc.constantFrom("", '{"feeds":[]}', '{"rowsOf":"all","note":"Δ €"}'),
});

function rowMask(row: { f64: number; f32: number; u8: number }): number {
  return row.f64 | (row.f32 << 14) | (row.u8 << 24);
}

function write(model: typeof frameModel extends fc.Arbitrary<infer T> ? T : never): Uint8Array {
  const writer = new FrameWriter();
  const values = Float64Array.from(model.values);
  const columns = rowColumns((i) => model.values[i]);
  for (const u of model.underlyings) writer.underlying(u.id, u.mask, values, 0);
  for (const a of model.accounts) writer.account(a.id, a.mask, values, 0);
  for (const c of model.cells) {
    writer.cell(c.u, c.a);
    writer.cellValues(c.mask, values, 0);
  }
  for (const r of model.rows) {
    writer.row(r.id, rowMask(r), columns, 0);
  }
  return writer.finish({ ...header, flags: FRAME_FLAG.begin }, model.directory);
}

Deno.test("frame: what is decoded is what was encoded, for any masks and values", () => {
  fc.assert(fc.property(frameModel, (model) => {
    const frame = parseFrame(write(model));

    assert.ok(frame.ok);
    assert.deepEqual(
      [...frame.value.index],
      [
        ...model.underlyings.flatMap((u) => [u.id, u.mask]),
        ...model.accounts.flatMap((a) => [a.id, a.mask]),
        ...model.cells.flatMap((c) => [c.u, c.a, c.mask]),
        ...model.rows.flatMap((r) => [r.id, rowMask(r)]),
      ],
    );
    const expected = [...model.underlyings, ...model.accounts, ...model.cells].flatMap((entry) =>
      model.values.filter((_, i) => (entry.mask & (1 << i)) !== 0)
    );
    const ofRows = model.rows.flatMap((r) =>
      model.values.filter((_, i) => (r.f64 & (1 << i)) !== 0)
    );
    assert.deepEqual([...frame.value.f64], [...expected, ...ofRows]);
    const codes = model.rows.flatMap((r) => [0, 1, 2, 3, 4, 5, 6].filter((i) => r.u8 & (1 << i)));
    assert.deepEqual([...frame.value.u8], codes);
    assert.equal(frame.value.json, model.directory);
  }));
});

Deno.test("frame: the text form says the same, byte for byte after the way back", () => {
  const finite = frameModel.map((model) => ({
    ...model,
    values: model.values.map((v) => Number.isFinite(v) && v !== 0 ? v : NaN),
  }));
  fc.assert(fc.property(finite, (model) => {
    const bytes = write(model);
    const frame = parseFrame(bytes);
    assert.ok(frame.ok);

    const text = frameText(frame.value);
    const back = frameFromJson(JSON.parse(text));

    assert.ok(back.ok, back.ok ? "" : back.error.message);
    const again = parseFrame(back.value);
    assert.ok(again.ok);
    assert.deepEqual(again.value.header, frame.value.header);
    assert.deepEqual(again.value.index, frame.value.index);
    assert.deepEqual(again.value.f64, frame.value.f64);
    assert.deepEqual(again.value.f32.map(plain), frame.value.f32.map(plain));
    assert.deepEqual(again.value.u8, frame.value.u8);
  }));
});

/** A double that is too large or small for f32 becomes Infinity or -0, which text cannot say. */
function plain(v: number): number {
  if (v === 0) return 0;
  return Number.isFinite(v) ? v : NaN;
}

Deno.test("frame: a text frame with a mask beyond the fields or a missing value is refused", () => {
  const base = {
    type: "frame",
    kind: "diff",
    begin: false,
    end: false,
    seq: 1,
    previous: 0,
    eventSeq: 0,
    serverTime: 0,
    sourceTime: 0,
    underlyings: [],
    accounts: [],
    cells: [],
    rows: [],
  };

  assert.equal(frameFromJson(base).ok, true);
  assert.equal(frameFromJson({ ...base, rows: [[1, 1]] }).ok, false);
  assert.equal(frameFromJson({ ...base, rows: [[1, 2 ** 31, 5]] }).ok, false);
  assert.equal(frameFromJson({ ...base, cells: [[1, 2]] }).ok, false);
  assert.equal(frameFromJson({ ...base, seq: -1 }).ok, false);
});
