import assert from "node:assert/strict";
import { BookScope } from "@/lib/portfolio/overview/scope.ts";
import { BookCopy } from "@/lib/stream/client/book_copy.ts";
import { CanvasTurns } from "./canvas_turns.ts";
import type { Frame } from "./frame.ts";

/** A frame that counts what asked to be drawn later. */
function frame(isForced = false): Frame & { deferred: number } {
  return {
    scope: new BookScope(new BookCopy(), []),
    now: 0,
    at: 0,
    isForced,
    deferred: 0,
    tick: () => {},
    defer() {
      this.deferred++;
    },
  };
}

function turnsOf(due: ReadonlySet<string>): { turns: CanvasTurns; drawn: string[] } {
  const turns = new CanvasTurns();
  const drawn: string[] = [];
  for (const name of ["line", "ring"]) {
    turns.add({ isDue: () => due.has(name), draw: () => drawn.push(name) });
  }
  return { turns, drawn };
}

Deno.test("charts: one draws in a frame, the other in the frame that it asks for", () => {
  const { turns, drawn } = turnsOf(new Set(["line", "ring"]));
  const frames = [frame(), frame(), frame()];

  for (const each of frames) turns.draw(each);
  assert.deepEqual(drawn, ["line", "ring", "line"]);
  assert.deepEqual(frames.map(({ deferred }) => deferred), [1, 1, 1]);
});

Deno.test("charts: one that is always due does not keep another waiting", () => {
  const due = new Set(["line"]);
  const { turns, drawn } = turnsOf(due);

  turns.draw(frame());
  turns.draw(frame());
  due.add("ring");
  turns.draw(frame());
  assert.deepEqual(drawn, ["line", "line", "ring"]);
});

Deno.test("charts: all draw at once when the reader acted", () => {
  const { turns, drawn } = turnsOf(new Set());
  const forced = frame(true);

  turns.draw(forced);
  assert.deepEqual(drawn, ["line", "ring"]);
  assert.equal(forced.deferred, 0);
});

Deno.test("charts: one that was taken out draws no more", () => {
  const turns = new CanvasTurns();
  let drawn = 0;
  const remove = turns.add({ isDue: () => true, draw: () => drawn++ });

  remove();
  turns.draw(frame());
  assert.equal(drawn, 0);
});
