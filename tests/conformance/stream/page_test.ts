import assert from "node:assert/strict";
import { ABSENCE_REASONS } from "@/lib/base/absence.ts";
import {
  ACCOUNT_F64,
  GREEKS_SOURCES,
  LEAF_MEASURES,
  MARK_SOURCES,
  ROW_F32,
  ROW_F64,
  ROW_U8,
  STALENESS,
  UNDERLYING_F64,
} from "@/lib/domain/measures.ts";
import { parseFrame } from "@/lib/stream/protocol/frame.ts";
import { frameText } from "@/lib/stream/protocol/frame_json.ts";
import { FrameWriter } from "@/lib/stream/protocol/frame_writer.ts";
import { CLOSE, PROTOCOL_VERSION, STREAM_LIMITS } from "@/lib/stream/protocol/limits.ts";
import { readFrame } from "./page_client.ts";

const PAGE = Deno.readTextFileSync(new URL("../../../docs/stream.md", import.meta.url));

function hexOfPage(): Uint8Array<ArrayBuffer> {
  const block = /```hex\n([\s\S]*?)```/.exec(PAGE)?.[1] ?? "";
  const bytes = block.split("\n").flatMap((line) => line.split(/\s+/).slice(1));
  return Uint8Array.from(bytes.map((byte) => parseInt(byte, 16)));
}

function exampleText(): unknown {
  const block = /```json\n(\{[^`]*"type": "frame"[^`]*)```/.exec(PAGE)?.[1] ?? "{}";
  return JSON.parse(block);
}

Deno.test("docs/stream.md: the worked example is what the codec writes", () => {
  const writer = new FrameWriter();
  const cell = new Float64Array(LEAF_MEASURES.length);
  cell[2] = -12_500;
  const row = {
    rowF64: new Float64Array(ROW_F64.length).fill(1.5),
    rowF32: new Float32Array(ROW_F32.length).fill(-0.25),
    rowU8: new Uint8Array(ROW_U8.length).fill(6),
  };
  writer.underlying(3, 1, Float64Array.of(560.25), 0);
  writer.cell(3, 1);
  writer.cellValues(0b100, cell, 0);
  writer.row(9, 0b10 | (1 << 14) | (2 << 24), row, 0);

  const bytes = writer.finish({
    kind: 1,
    flags: 0,
    seq: 7,
    previous: 6,
    eventSeq: 2,
    serverTime: 1742393700000,
    sourceTime: 1742393699500,
  }, '{"removedRows":[12]}');

  assert.deepEqual(hexOfPage(), bytes);
  const frame = parseFrame(bytes);
  assert.ok(frame.ok);
  assert.deepEqual(JSON.parse(frameText(frame.value)), exampleText());
});

Deno.test("docs/stream.md: the page's own client reads the example as the page says", () => {
  const frame = readFrame(hexOfPage().buffer);

  assert.deepEqual(frame.underlyings, [{ ids: [3], f64: [[0, 560.25]], f32: [], u8: [] }]);
  assert.deepEqual(frame.cells, [{ ids: [3, 1], f64: [[2, -12_500]], f32: [], u8: [] }]);
  assert.deepEqual(frame.rows, [{ ids: [9], f64: [[1, 1.5]], f32: [[0, -0.25]], u8: [[1, 6]] }]);
  assert.deepEqual(frame.directory, { removedRows: [12] });
});

Deno.test("docs/stream.md: every table names the fields of the desk with bit and meaning", () => {
  const tables = [
    ["Underlying, f64", UNDERLYING_F64],
    ["Account, f64", ACCOUNT_F64],
    ["Cell, f64", LEAF_MEASURES],
    ["Row, f64", ROW_F64],
    ["Row, f32", ROW_F32],
    ["Row, u8", ROW_U8],
  ] as const;
  for (const [title, fields] of tables) {
    const section = PAGE.split(`### ${title}\n`)[1]?.split("\n#")[0] ?? "";
    const rows = section.split("\n").filter((line) => /^\| \d/.test(line)).map((line) => {
      const [bit, name, , meaning] = line.slice(1).split(/(?<!\\)\|/).map((part) => part.trim());
      return { bit: Number(bit), name: name.replaceAll("`", ""), meaning };
    });
    const wanted = fields.map(({ name, meaning }, bit) => ({
      bit,
      name,
      meaning: meaning.replaceAll("|", "\\|"),
    }));
    assert.deepEqual(rows, wanted, title);
  }
});

Deno.test("docs/stream.md: codes, limits and close codes are those of the desk", () => {
  for (const list of [ABSENCE_REASONS, MARK_SOURCES, GREEKS_SOURCES, STALENESS]) {
    const text = list.map((name, code) => `${code} \`${name}\``).join(", ");
    assert.ok(PAGE.includes(text), text);
  }
  for (const code of Object.values(CLOSE)) assert.match(PAGE, new RegExp(`\\| ${code} +\\|`));
  assert.ok(PAGE.includes(`Protocol version **${PROTOCOL_VERSION}**`));
  assert.deepEqual(
    [
      STREAM_LIMITS.inboundBytes,
      STREAM_LIMITS.chunkBytes,
      STREAM_LIMITS.pauseBytes,
      STREAM_LIMITS.drainedBytes,
      STREAM_LIMITS.diffBytes,
      STREAM_LIMITS.closeBytes,
    ].map((bytes) => bytes / 1024),
    [64, 256, 256, 64, 512, 1024],
  );
  assert.deepEqual(
    [STREAM_LIMITS.resumeFlushes, STREAM_LIMITS.resumeEvents, STREAM_LIMITS.subscribedRows],
    [16_384, 1_024, 2_000],
  );
});

Deno.test("the page's client imports nothing", () => {
  const source = Deno.readTextFileSync(new URL("page_client.ts", import.meta.url));

  assert.doesNotMatch(source, /^\s*(import|export)\b.*\bfrom\b/m);
  assert.doesNotMatch(source, /\bimport\s*\(/);
});
