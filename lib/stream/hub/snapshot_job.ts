import { assert } from "../../base/assert.ts";
import type { BookView } from "../../domain/book_view.ts";
import { type Directory, maskAccount } from "../protocol/directory.ts";
import { FRAME_FLAG, FRAME_KIND, FULL_MASK, STRIDE } from "../protocol/frame.ts";
import type { FrameWriter } from "../protocol/frame_writer.ts";
import { STREAM_LIMITS } from "../protocol/limits.ts";
import type { StreamFormat } from "../protocol/messages.ts";
import type { Audience, FlushPoint } from "./audience.ts";
import { EncodedFrame } from "./encoded_frame.ts";

/** Clocks and event sequence for a frame's header. */
export interface FrameStamp {
  readonly eventSeq: number;
  readonly serverTime: number;
  readonly sourceTime: number;
}

// Upper bounds: a finite double as text takes up to 25 characters and a comma.
const VALUE_BYTES = { binary: 8, json: 26 } as const;
const ENTRY_BYTES = 40;
const MARGIN_BYTES = 2_048;
const ROW_VALUES = STRIDE.rowF64 + STRIDE.rowF32 + STRIDE.rowU8;

type ItemKind = "underlyings" | "accounts" | "cells" | "rows";

interface Item {
  readonly kind: ItemKind;
  readonly id: number;
}

/** Where an item stands in the present layout, and what the directory says of it. */
interface Placed {
  readonly index: number;
  readonly text: string;
}

function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7ff) bytes += 2;
    else if (code > 0x7f) bytes += 1;
  }
  return bytes;
}

/**
 * Everything that an audience sees, as chunks of bounded size that are encoded one at a time, so
 * that a large book never holds the loop; all viewers who need it share the chunks. Values may be
 * newer than its flush point: what changed after the point is sent again behind the end.
 */
export class SnapshotJob {
  readonly #items: Item[] = [];
  readonly #accountIds: readonly number[];
  readonly #head: Directory;
  readonly #chunks: EncodedFrame[] = [];
  #next = 0;
  #isDone = false;

  constructor(
    view: BookView,
    readonly audience: Audience,
    readonly point: FlushPoint,
    readonly options: { readonly format: StreamFormat; readonly head: Directory },
  ) {
    const { underlyings, accounts, rows, rowsOf } = audience.part;
    this.#head = { ...options.head, rowsOf };
    this.#accountIds = Array.from(accounts, (a) => view.accountIds[a]);
    const underlyingIds = Array.from(underlyings, (u) => view.underlyingIds[u]);
    for (const id of underlyingIds) this.#items.push({ kind: "underlyings", id });
    for (const id of this.#accountIds) this.#items.push({ kind: "accounts", id });
    for (const id of underlyingIds) this.#items.push({ kind: "cells", id });
    for (const index of rows) this.#items.push({ kind: "rows", id: view.rowIds[index] });
  }

  /** Chunks encoded so far. */
  get chunks(): readonly EncodedFrame[] {
    return this.#chunks;
  }

  /** True when the last chunk was encoded. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Encodes the next chunk; the audience is in step with the layout of `view`. */
  encodeNext(writer: FrameWriter, view: BookView, stamp: FrameStamp): void {
    assert(!this.#isDone, "the snapshot has another chunk");
    const isFirst = this.#chunks.length === 0;
    const head = isFirst ? JSON.stringify(this.#head).slice(1, -1) : "";
    const texts: Record<ItemKind, string[]> = {
      underlyings: [],
      accounts: [],
      cells: [],
      rows: [],
    };
    let room = STREAM_LIMITS.chunkBytes - MARGIN_BYTES - utf8Length(head);
    let count = 0;
    writer.reset();
    for (; this.#next < this.#items.length; this.#next++) {
      const item = this.#items[this.#next];
      const placed = this.#place(view, item);
      if (placed === null) continue;
      const bytes = utf8Length(placed.text) + this.#valueBytes(item.kind);
      if (bytes > room && count > 0) break;
      room -= bytes;
      count++;
      if (placed.text !== "") texts[item.kind].push(placed.text);
      this.#put(writer, view, item, placed.index);
    }
    this.#isDone = this.#next >= this.#items.length;
    const lists = (["underlyings", "accounts", "rows"] as const)
      .filter((kind) => texts[kind].length > 0)
      .map((kind) => `"${kind}":[${texts[kind].join(",")}]`);
    const directory = [...lists, ...(head === "" ? [] : [head])].join(",");
    const header = {
      kind: FRAME_KIND.snapshot,
      flags: (isFirst ? FRAME_FLAG.begin : 0) | (this.#isDone ? FRAME_FLAG.end : 0),
      seq: this.point.seq,
      previous: this.#chunks.length,
      ...stamp,
    };
    const text = directory === "" ? "" : `{${directory}}`;
    this.#chunks.push(new EncodedFrame(writer.finish(header, text)));
  }

  #valueBytes(kind: ItemKind): number {
    const each = VALUE_BYTES[this.options.format];
    const values = {
      underlyings: STRIDE.underlying,
      accounts: STRIDE.account,
      cells: STRIDE.cell * this.#accountIds.length,
      rows: ROW_VALUES,
    }[kind];
    const entries = kind === "cells" ? this.#accountIds.length : 1;
    return entries * ENTRY_BYTES + values * each;
  }

  /** Null when the item went away since the snapshot began. */
  #place(view: BookView, item: Item): Placed | null {
    switch (item.kind) {
      case "underlyings": {
        const index = view.underlyingIds.indexOf(item.id);
        return index < 0 ? null : { index, text: JSON.stringify(view.underlying(index)) };
      }
      case "accounts": {
        const index = view.accountIds.indexOf(item.id);
        if (index < 0) return null;
        return { index, text: JSON.stringify(maskAccount(view.account(index))) };
      }
      case "cells": {
        const index = view.underlyingIds.indexOf(item.id);
        return index < 0 ? null : { index, text: "" };
      }
      case "rows": {
        const index = view.rowIndex(item.id);
        return index < 0 ? null : { index, text: JSON.stringify(view.row(index)) };
      }
    }
  }

  #put(writer: FrameWriter, view: BookView, item: Item, index: number): void {
    switch (item.kind) {
      case "underlyings":
        writer.underlying(
          item.id,
          FULL_MASK.underlying,
          view.underlyingF64,
          index * STRIDE.underlying,
        );
        return;
      case "accounts":
        writer.account(item.id, FULL_MASK.account, view.accountF64, index * STRIDE.account);
        return;
      case "cells":
        this.#putCells(writer, view, item.id, index);
        return;
      case "rows":
        writer.row(item.id, FULL_MASK.row, view, index);
    }
  }

  #putCells(writer: FrameWriter, view: BookView, underlyingId: number, u: number): void {
    for (const accountId of this.#accountIds) {
      const a = view.accountIds.indexOf(accountId);
      if (a < 0) continue;
      writer.cell(underlyingId, accountId);
      writer.cellValues(FULL_MASK.cell, view.cellF64, (u * view.accountCount + a) * STRIDE.cell);
    }
  }
}
