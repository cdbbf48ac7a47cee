import type { BookView } from "../../lib/domain/book_view.ts";
import { ROW_F32, ROW_F64, ROW_U8 } from "../../lib/domain/measures.ts";
import { BookCopy } from "../../lib/stream/client/book_copy.ts";
import { Audience } from "../../lib/stream/hub/audience.ts";
import { WHOLE_SCOPE } from "../../lib/stream/protocol/audience.ts";
import { CODE_LISTS, FIELD_LISTS } from "../../lib/stream/protocol/field_lists.ts";
import { FRAME_KIND, STRIDE } from "../../lib/stream/protocol/frame.ts";
import { FrameWriter } from "../../lib/stream/protocol/frame_writer.ts";
import { PROTOCOL_VERSION } from "../../lib/stream/protocol/limits.ts";
import type { ServerHello } from "../../lib/stream/protocol/messages.ts";
import { encodeSnapshot } from "../../lib/stream/protocol/page_snapshot.ts";
import { type DeskBook, deskBook, NOW, sendSpot } from "../desk_book.ts";
import { type Candidate, compare } from "../measure.ts";
import { type Findings, mustAgree, type Result } from "../result.ts";

const ROWS = 500;
const UNDERLYINGS = 10;

const HELLO: ServerHello = {
  type: "hello",
  version: PROTOCOL_VERSION,
  product: "bench",
  modelVersion: "gbs-1",
  mode: "demo",
  standIn: null,
  epoch: "bench",
  scope: WHOLE_SCOPE.id,
  baseCurrency: "USD",
  principal: { id: "bench", roles: [] },
  commands: [],
  flushMs: 50,
  heartbeatMs: 1000,
  serverTime: NOW,
  sourceTime: NOW,
  seq: 0,
  eventSeq: 0,
  fields: FIELD_LISTS,
  codes: CODE_LISTS,
};

/** Row columns at one instant. */
interface RowState {
  readonly rowF64: Float64Array;
  readonly rowF32: Float32Array;
  readonly rowU8: Uint8Array;
}

/** The book's view with its row columns in the hand of the bench. */
interface SwitchedView {
  readonly view: BookView;
  readonly changed: Float64Array;
  show(state: RowState): void;
}

function stateOf(desk: DeskBook): RowState {
  const { book } = desk;
  return {
    rowF64: book.rowF64.slice(0, ROWS * STRIDE.rowF64),
    rowF32: book.rowF32.slice(0, ROWS * STRIDE.rowF32),
    rowU8: book.rowU8.slice(0, ROWS * STRIDE.rowU8),
  };
}

/** Two states between which every underlying's spot moved by a cent. */
function twoStates(desk: DeskBook): readonly [RowState, RowState] {
  const before = stateOf(desk);
  desk.now += 50;
  for (let u = 0; u < UNDERLYINGS; u++) sendSpot(desk, u, 100.01);
  return [before, stateOf(desk)];
}

/** The view with columns of its own, so that a state is shown by copying and nothing else moves. */
function switchedView(desk: DeskBook): SwitchedView {
  const { book } = desk;
  const changed = new Float64Array(ROWS);
  const columns = stateOf(desk);
  const none = new Float64Array(UNDERLYINGS * 3);
  const view: BookView = {
    tick: 0,
    layout: book.layout,
    baseCurrency: book.baseCurrency,
    rowCount: ROWS,
    rowIds: book.rowIds,
    ...columns,
    rowChanged: changed,
    underlyingCount: book.underlyingCount,
    underlyingIds: book.underlyingIds,
    underlyingF64: book.underlyingF64,
    underlyingChanged: none,
    accountCount: book.accountCount,
    accountIds: book.accountIds,
    accountF64: book.accountF64,
    accountChanged: none,
    cellF64: book.cellF64,
    cellChanged: none,
    row: (index) => book.row(index),
    underlying: (index) => book.underlying(index),
    account: (index) => book.account(index),
    rowIndex: (id) => book.rowIndex(id),
    underlyingOfRow: (index) => book.underlyingOfRow(index),
    accountOfRow: (index) => book.accountOfRow(index),
    instrumentOfRow: (index) => book.instrumentOfRow(index),
  };
  return {
    view,
    changed,
    show: (state) => {
      columns.rowF64.set(state.rowF64);
      columns.rowF32.set(state.rowF32);
      columns.rowU8.set(state.rowU8);
    },
  };
}

/** Names and places of the row fields that differ between two states in any row. */
function changedFields(a: RowState, b: RowState) {
  const differs = (x: Float64Array | Float32Array | Uint8Array, y: typeof x, stride: number) =>
    Array.from({ length: stride }, (_, field) => field).filter((field) => {
      for (let at = field; at < x.length; at += stride) if (!Object.is(x[at], y[at])) return true;
      return false;
    });
  return {
    f64: differs(a.rowF64, b.rowF64, STRIDE.rowF64),
    f32: differs(a.rowF32, b.rowF32, STRIDE.rowF32),
    u8: differs(a.rowU8, b.rowU8, STRIDE.rowU8),
  };
}

type Fields = ReturnType<typeof changedFields>;

/** f32 values with the seven digits that they have: as short as JSON can fairly be. */
function shortened(state: RowState): Float64Array {
  return Float64Array.from(state.rowF32, (value) => Number(value.toPrecision(7)));
}

function asObjects(ids: Uint32Array, state: RowState, short: Float64Array, fields: Fields): string {
  const rows = [];
  for (let row = 0; row < ROWS; row++) {
    const object: Record<string, number> = { id: ids[row] };
    for (const f of fields.f64) object[ROW_F64[f].name] = state.rowF64[row * STRIDE.rowF64 + f];
    for (const f of fields.f32) object[ROW_F32[f].name] = short[row * STRIDE.rowF32 + f];
    for (const f of fields.u8) object[ROW_U8[f].name] = state.rowU8[row * STRIDE.rowU8 + f];
    rows.push(object);
  }
  return JSON.stringify(rows);
}

/** Reads the objects into columns, as a client that keeps a copy has to. */
function applyObjects(text: string, to: RowState, indexOf: Map<number, number>, fields: Fields) {
  const rows: Record<string, number>[] = JSON.parse(text);
  for (const object of rows) {
    const row = indexOf.get(object.id) ?? 0;
    for (const f of fields.f64) to.rowF64[row * STRIDE.rowF64 + f] = object[ROW_F64[f].name];
    for (const f of fields.f32) to.rowF32[row * STRIDE.rowF32 + f] = object[ROW_F32[f].name];
    for (const f of fields.u8) to.rowU8[row * STRIDE.rowU8 + f] = object[ROW_U8[f].name];
  }
}

function encoderOf(switched: SwitchedView): (state: RowState) => Uint8Array {
  const { view, changed, show } = switched;
  const audience = new Audience(view, WHOLE_SCOPE, "all", 0);
  const writer = new FrameWriter();
  audience.remember(view, 0);
  let seq = 0;
  return (state) => {
    show(state);
    changed.fill(++seq);
    writer.reset();
    audience.put(writer, view, { seq: seq - 1, tick: seq - 1, isExact: true }, seq);
    const header = { kind: FRAME_KIND.diff, flags: 0, seq, previous: seq - 1 };
    return writer.finish({ ...header, eventSeq: 0, serverTime: NOW, sourceTime: NOW }, "");
  };
}

function decoderOf(view: BookView): { copy: BookCopy; apply: (frame: Uint8Array) => void } {
  const context = {
    scope: WHOLE_SCOPE,
    rows: "all" as const,
    feeds: [],
    market: null,
    recording: null,
  };
  const page = encodeSnapshot(view, { hello: HELLO, ...context });
  const read = BookCopy.fromSnapshot(page.text);
  if (!read.ok) throw new Error(read.error.message);
  const copy = read.value;
  const apply = (frame: Uint8Array) => {
    const header = new DataView(frame.buffer, frame.byteOffset);
    const seq = copy.seq ?? 0;
    header.setUint32(8, seq, true);
    header.setUint32(4, seq + 1, true);
    const applied = copy.apply(frame);
    if (applied.kind !== "applied") throw new Error(`frame: ${applied.kind}`);
  };
  return { copy, apply };
}

/** Largest difference of two row states, relative, that rounding f32 to seven digits allows. */
function differenceOf(copy: BookCopy, objects: RowState, view: BookView): number {
  let most = 0;
  for (let row = 0; row < ROWS; row++) {
    const at = copy.rowIndex(view.rowIds[row]);
    const note = (a: number, b: number) => {
      if (!Object.is(a, b)) most = Math.max(most, Math.abs(a - b) / Math.max(1, Math.abs(b)));
    };
    for (let f = 0; f < STRIDE.rowF64; f++) {
      note(copy.rowF64[at * STRIDE.rowF64 + f], objects.rowF64[row * STRIDE.rowF64 + f]);
    }
    for (let f = 0; f < STRIDE.rowF32; f++) {
      note(copy.rowF32[at * STRIDE.rowF32 + f], objects.rowF32[row * STRIDE.rowF32 + f]);
    }
  }
  return most;
}

/** Row 11: the frame of one flush against JSON objects with the same changed fields. */
export async function frameRow(): Promise<Findings> {
  const shape = { positions: ROWS, underlyings: UNDERLYINGS, seed: 11 };
  const desk = deskBook({ ...shape, hasBrokerGreeks: false });
  const states = twoStates(desk);
  const fields = changedFields(...states);
  const values = fields.f64.length + fields.f32.length + fields.u8.length;
  const switched = switchedView(desk);
  const { view } = switched;
  switched.show(states[0]);
  const short = states.map(shortened);
  const decoder = decoderOf(view);
  const encode = encoderOf(switched);
  // The first frame of an audience carries whole rows; the third is one of changed fields.
  encode(states[1]);
  const frames = [encode(states[0]), encode(states[1])];
  const texts = states.map((state, i) => asObjects(view.rowIds, state, short[i], fields));
  const target: RowState = {
    rowF64: states[0].rowF64.slice(),
    rowF32: states[0].rowF32.slice(),
    rowU8: states[0].rowU8.slice(),
  };
  const indexOf = new Map(Array.from({ length: ROWS }, (_, row) => [view.rowIds[row], row]));
  decoder.apply(frames[1]);
  applyObjects(texts[1], target, indexOf, fields);
  mustAgree("decoded frame and objects", differenceOf(decoder.copy, target, view), 1e-6);

  let turn = 0;
  const alternate = (name: string, work: (i: 0 | 1) => void): Candidate => ({
    name,
    run: () => {
      work((turn++ & 1) === 0 ? 0 : 1);
      return ROWS * values;
    },
  });
  let kept = 0;
  const times = await compare([
    alternate("encode", (i) => kept += encode(states[i]).length),
    alternate("objects", (i) => {
      kept += asObjects(view.rowIds, states[i], short[i], fields).length;
    }),
    alternate("decode", (i) => decoder.apply(frames[i])),
    alternate("parse", (i) => applyObjects(texts[i], target, indexOf, fields)),
  ]);
  mustAgree("bytes", kept > 0 ? 0 : 1, 0);
  const row = (
    what: string,
    unit: string,
    ours: number,
    theirs: number,
    limit: number,
  ): Result => ({
    anchor: 11,
    what: `diff frame, ${what} per value`,
    peer: "JSON objects",
    unit,
    ours,
    theirs,
    target: limit,
  });
  const perValue = ROWS * values;
  return {
    results: [
      row("size", "bytes", frames[1].length / perValue, texts[1].length / perValue, 0.25),
      row("encode", "ns", times[0], times[1], 0.15),
      row("decode", "ns", times[2], times[3], 0.05),
    ],
    bounds: [],
    notes: [
      `11: a flush after a spot tick of all ${UNDERLYINGS} underlyings: ${ROWS} rows × ${values} ` +
      `changed values (${fields.f64.length} f64, ${fields.f32.length} f32); finding what changed ` +
      "is part of our encoding, both sides decode into columns of a copy.",
    ],
  };
}
