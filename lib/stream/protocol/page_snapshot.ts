import { ok, type Result } from "../../base/result.ts";
import type { BookView } from "../../domain/book_view.ts";
import { type Scope, type VisiblePart, visiblePart } from "./audience.ts";
import { base64, bytesOfBase64 } from "./base64.ts";
import { type Directory, maskAccount, readDirectory } from "./directory.ts";
import { FRAME_FLAG, FRAME_KIND, FULL_MASK, STRIDE } from "./frame.ts";
import { FrameWriter } from "./frame_writer.ts";
import type {
  FeedStatus,
  FxRateStatus,
  MarketStatus,
  RecordingStatus,
  RowSubscription,
  ServerHello,
} from "./messages.ts";
import { malformed, type MalformedError, ObjectReader, parseJson } from "./object_reader.ts";
import { readServerHello } from "./parse_server.ts";

/** What a page carries so that its island goes on from the server's paint. */
export interface PageSnapshot {
  readonly epoch: string;
  readonly seq: number;
  /** JSON text for the page's props; read by `parsePageSnapshot`. */
  readonly text: string;
}

/** What stands beside the book in a page snapshot. */
export interface PageContext {
  /** A hello whose `seq` is the last flush; later changes may already be in the values. */
  readonly hello: ServerHello;
  readonly scope: Scope;
  readonly rows: RowSubscription;
  readonly feeds: readonly FeedStatus[];
  readonly market: MarketStatus | null;
  readonly recording: RecordingStatus | null;
  readonly rates?: readonly FxRateStatus[];
}

/** The parts of a page snapshot. */
export interface PageSnapshotParts {
  readonly hello: ServerHello;
  readonly directory: Directory;
  readonly frame: Uint8Array<ArrayBuffer>;
}

/** Puts all underlyings, accounts and cells of a visible part, every field. */
export function putAggregates(writer: FrameWriter, view: BookView, part: VisiblePart): void {
  for (const u of part.underlyings) {
    const at = u * STRIDE.underlying;
    writer.underlying(view.underlyingIds[u], FULL_MASK.underlying, view.underlyingF64, at);
  }
  for (const a of part.accounts) {
    writer.account(view.accountIds[a], FULL_MASK.account, view.accountF64, a * STRIDE.account);
  }
  for (const u of part.underlyings) {
    for (const a of part.accounts) {
      writer.cell(view.underlyingIds[u], view.accountIds[a]);
      writer.cellValues(FULL_MASK.cell, view.cellF64, (u * view.accountCount + a) * STRIDE.cell);
    }
  }
}

/** Everything that a scope sees of a book, as text for a page. */
export function encodeSnapshot(view: BookView, context: PageContext): PageSnapshot {
  const { hello } = context;
  const part = visiblePart(view, context.scope, context.rows);
  const writer = new FrameWriter();
  putAggregates(writer, view, part);
  for (const index of part.rows) {
    writer.row(view.rowIds[index], FULL_MASK.row, view, index);
  }
  const frame = writer.finish({
    kind: FRAME_KIND.snapshot,
    flags: FRAME_FLAG.begin | FRAME_FLAG.end,
    seq: hello.seq,
    previous: 0,
    eventSeq: hello.eventSeq,
    serverTime: hello.serverTime,
    sourceTime: hello.sourceTime,
  }, "");
  const directory: Directory = {
    underlyings: Array.from(part.underlyings, (u) => view.underlying(u)),
    accounts: Array.from(part.accounts, (a) => maskAccount(view.account(a))),
    rows: Array.from(part.rows, (index) => view.row(index)),
    rowsOf: part.rowsOf,
    feeds: context.feeds,
    ...(context.market === null ? {} : { market: context.market }),
    ...(context.recording === null ? {} : { recording: context.recording }),
    ...(context.rates === undefined || context.rates.length === 0 ? {} : { rates: context.rates }),
  };
  const text = JSON.stringify({ hello, directory, frame: base64(frame) });
  return { epoch: hello.epoch, seq: hello.seq, text };
}

const PAGE_BOUNDS = { length: 16 * 1024 * 1024, depth: 8 };

/** Reads the text of a page snapshot. */
export function parsePageSnapshot(text: string): Result<PageSnapshotParts, MalformedError> {
  const json = parseJson(text, PAGE_BOUNDS);
  if (!json.ok) return json;
  const reader = new ObjectReader(json.value, "snapshot", false);
  const hello = readServerHello(reader.take("hello"));
  const directory = readDirectory(reader.take("directory"));
  const frame = bytesOfBase64(reader.string("frame", PAGE_BOUNDS.length));
  if (!hello.ok) return hello;
  if (!directory.ok) return directory;
  if (!frame.ok) return frame;
  const end = reader.finish(null);
  if (!end.ok) return malformed(end.error.message);
  return ok({ hello: hello.value, directory: directory.value, frame: frame.value });
}
