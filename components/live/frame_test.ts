import assert from "node:assert/strict";
import { type Frame, FrameLoop } from "./frame.ts";

type Drawn = Omit<Frame, "scope" | "now">;

/** A browser whose frames and timers run when the test says so. */
class FakeHost {
  frames: ((at: number) => void)[] = [];
  timers: (() => void)[] = [];

  requestFrame(draw: (at: number) => void): void {
    this.frames.push(draw);
  }
  setTimer(run: () => void): void {
    this.timers.push(run);
  }
  now(): number {
    return 0;
  }
  paint(at: number): void {
    for (const draw of this.frames.splice(0)) draw(at);
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

Deno.test("ui §6: at most 40 hairlines a frame, none when the reader acted", () => {
  let ticks = 0;
  const { host, loop } = loopOf((part) => {
    ticks = 0;
    for (let i = 0; i < 100; i++) if (part.mayTick()) ticks++;
  });

  loop.ask();
  host.paint(16);
  assert.equal(ticks, 40);
  loop.ask(true);
  host.paint(32);
  assert.equal(ticks, 0);
});

Deno.test("ui §6: hairlines that still fade count among the 40", () => {
  let ticks = 0;
  let wanted = 30;
  const { host, loop } = loopOf((part) => {
    ticks = 0;
    for (let i = 0; i < wanted; i++) if (part.mayTick()) ticks++;
  });
  const paint = (at: number) => {
    loop.ask();
    host.paint(at);
    return ticks;
  };

  assert.equal(paint(1_000), 30);
  assert.equal(paint(1_050), 10, "thirty still fade");
  assert.equal(paint(1_400), 0);
  wanted = 100;
  assert.equal(paint(1_420), 30, "the first have faded");
  assert.equal(paint(2_000), 40);
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
  host.timers.splice(0).forEach((run) => run());
  host.paint(80);
  host.timers.splice(0).forEach((run) => run());
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
