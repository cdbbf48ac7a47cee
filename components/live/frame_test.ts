import assert from "node:assert/strict";
import { type Frame, FrameLoop, type Hairline, HAIRLINE_STEPS } from "./frame.ts";

type Drawn = Omit<Frame, "scope" | "now">;

/** A browser whose frames and timers run when the test says so. */
class FakeHost {
  frames: ((at: number) => void)[] = [];
  timers: (() => void)[] = [];
  atMs = 0;

  requestFrame(draw: (at: number) => void): void {
    this.frames.push(draw);
  }
  setTimer(run: () => void): void {
    this.timers.push(run);
  }
  now(): number {
    return this.atMs;
  }
  paint(at: number): void {
    this.atMs = at;
    for (const draw of this.frames.splice(0)) draw(at);
  }
  ring(at: number): void {
    this.atMs = at;
    for (const run of this.timers.splice(0)) run();
  }
}

function loopOf(onDraw: (part: Drawn) => void): { host: FakeHost; loop: FrameLoop } {
  const host = new FakeHost();
  return { host, loop: new FrameLoop(host, onDraw) };
}

Deno.test("T-022: however many changes arrive, one frame is drawn", () => {
  let drawn = 0;
  const { host, loop } = loopOf(() => drawn++);

  for (let i = 0; i < 20; i++) loop.ask();
  assert.equal(host.frames.length, 1);
  host.paint(16);
  assert.equal(drawn, 1);
});

Deno.test("R81: a page that was hidden for an hour draws one frame, no flood", () => {
  let drawn = 0;
  const { host, loop } = loopOf(() => drawn++);

  // A hidden page gets no animation frames while the stream goes on.
  for (let i = 0; i < 3_600; i++) loop.ask();
  host.paint(3_600_000);
  host.paint(3_600_016);
  assert.equal(drawn, 1);
});

/** Hairlines that keep what they were last drawn at; 0 is none. */
function hairlines(count: number): (Hairline & { strength: number })[] {
  return Array.from({ length: count }, () => ({
    strength: 0,
    draw(strength: number) {
      this.strength = strength;
    },
  }));
}

function drawnOf(lines: readonly { readonly strength: number }[]): number {
  return lines.filter(({ strength }) => strength > 0).length;
}

Deno.test("ui §6: at most 40 hairlines a frame, none when the reader acted", () => {
  const [first, second] = [hairlines(100), hairlines(100)];
  let lines = first;
  const { host, loop } = loopOf((part) => lines.forEach((line) => part.tick(line)));

  loop.ask();
  host.paint(16);
  assert.equal(drawnOf(first), 40);
  lines = second;
  loop.ask(true);
  host.paint(1_000);
  assert.equal(drawnOf(second), 0);
});

Deno.test("ui §6: hairlines that still fade count among the 40", () => {
  const all = hairlines(100);
  let changed = all.slice(0, 30);
  const { host, loop } = loopOf((part) => changed.forEach((line) => part.tick(line)));
  const paint = (at: number) => {
    loop.ask();
    host.paint(at);
    return drawnOf(changed);
  };

  assert.equal(paint(1_000), 30);
  changed = all.slice(30, 60);
  assert.equal(paint(1_050), 10, "thirty still fade");
  changed = all.slice(60);
  assert.equal(paint(1_400), 0);
  assert.equal(paint(1_420), 30, "the first have faded");
  assert.equal(paint(2_000), 40);
});

Deno.test("ui §6: a hairline fades in 420 ms, a change in between begins it anew", () => {
  const [line] = hairlines(1);
  let isChanged = true;
  const { host, loop } = loopOf((part) => {
    if (isChanged) part.tick(line);
    isChanged = false;
  });
  const paint = (at: number) => {
    loop.ask();
    host.paint(at);
    return line.strength;
  };

  assert.deepEqual([0, 100, 210, 300].map((at) => paint(1_000 + at)), [HAIRLINE_STEPS, 4, 2, 2]);
  isChanged = true;
  assert.deepEqual([310, 420, 729, 730].map((at) => paint(1_000 + at)), [HAIRLINE_STEPS, 3, 1, 0]);
});

Deno.test("ui §6: hairlines fade by a timer when nothing else is drawn, then it rests", () => {
  const [line] = hairlines(1);
  let isChanged = true;
  const { host, loop } = loopOf((part) => {
    if (isChanged) part.tick(line);
    isChanged = false;
  });

  loop.ask();
  host.paint(0);
  let frames = 0;
  for (let at = 60; host.timers.length > 0; at += 60) {
    host.ring(at);
    frames += host.frames.length;
    host.paint(at);
  }
  assert.equal(line.strength, 0);
  assert.equal(frames, 7);
});

Deno.test("frame: what waits adds no frame to those that are drawn anyway", () => {
  const { host, loop } = loopOf((part) => part.defer());

  loop.ask();
  host.paint(0);
  loop.ask();
  host.paint(50);
  host.ring(60);
  assert.equal(host.frames.length, 0, "another frame was drawn 10 ms ago");
  host.ring(110);
  assert.equal(host.frames.length, 1);
});

Deno.test("ui §6: what waited for its pace is shown by a later frame, by one timer", () => {
  const seen: number[] = [];
  const { host, loop } = loopOf((part) => {
    seen.push(part.at);
    if (seen.length < 3) {
      part.defer();
      part.defer();
    }
  });

  loop.ask();
  host.paint(16);
  assert.equal(host.timers.length, 1);
  host.ring(76);
  host.paint(80);
  host.ring(140);
  host.paint(140);
  assert.deepEqual(seen, [16, 80, 140]);
  assert.equal(host.timers.length, 0);
});

Deno.test("frame: a forced ask stays forced until its frame", () => {
  const forced: boolean[] = [];
  const { host, loop } = loopOf((part) => forced.push(part.isForced));

  loop.ask();
  loop.ask(true);
  loop.ask();
  host.paint(16);
  loop.ask();
  host.paint(32);
  assert.deepEqual(forced, [true, false]);
});
