import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { anchorPath } from "../journal/anchor.ts";
import { ballastPath } from "../journal/ballast.ts";
import { HistoryClient } from "./client.ts";
import { inFolder, openDesk, recordAt } from "./testing/desk.ts";
import type { FromHistory, HistoryLink, ToHistory } from "./wire/messages.ts";

const T0 = Date.UTC(2025, 2, 19, 14);
const LINE = {
  kind: "account",
  column: "profit",
  from: T0,
  to: T0 + 100_000,
  pixels: 100,
} as const;

/** A worker that answers as it is told. */
class FakeLink implements HistoryLink {
  readonly sent: ToHistory[] = [];
  isClosed = false;
  #listener: (message: FromHistory) => void = () => {};

  send(message: ToHistory): void {
    this.sent.push(message);
  }

  receive(listener: (message: FromHistory) => void): void {
    this.#listener = listener;
  }

  answer(message: FromHistory): void {
    this.#listener(message);
  }

  close(): void {
    this.isClosed = true;
  }

  of<K extends ToHistory["kind"]>(kind: K): Extract<ToHistory, { kind: K }>[] {
    return this.sent.filter((message) => message.kind === kind) as never;
  }
}

const STATE = { sizeBytes: 4096, damagedCount: 0 };

async function started(waitingMax = { samples: 1000, bytes: 1_000_000 }) {
  const time = new VirtualTime(1_750_000_000_000);
  const links: FakeLink[] = [];
  const client = new HistoryClient({
    directory: "/data",
    mode: "demo",
    source: "test",
    clock: time,
    timers: time,
    waitingMax,
    link: () => {
      links.push(new FakeLink());
      return links[links.length - 1];
    },
  });
  const opened = client.start();
  links[0].answer({ kind: "ready", state: STATE });
  assert.equal(await opened, null);
  return { time, client, links };
}

function recordSeconds(client: HistoryClient, from: number, to: number): void {
  for (let s = from; s < to; s++) recordAt(client, { at: T0 + s * 1000, values: { A: s } });
}

Deno.test("history: samples go to the worker every half second, one batch at a time", async () => {
  const { time, client, links } = await started();

  recordSeconds(client, 0, 3);
  assert.equal(links[0].of("batch").length, 0);
  time.advance(500);
  recordSeconds(client, 3, 5);
  time.advance(5000);

  const [first] = links[0].of("batch");
  assert.equal(links[0].of("batch").length, 1);
  assert.deepEqual(first.batch.series, [{ handle: 0, kind: "account", key: "A" }]);
  assert.deepEqual(first.batch.samples.map(({ at }) => at), [T0, T0 + 1000, T0 + 2000]);
  links[0].answer({ kind: "taken", written: 3, lost: 0, state: STATE });
  time.advance(500);
  assert.deepEqual(links[0].of("batch")[1].batch.samples.map(({ at }) => at), [
    T0 + 3000,
    T0 + 4000,
  ]);
  assert.deepEqual(links[0].of("batch")[1].batch.series, []);
});

Deno.test("DSK-1: while the disk refuses, the oldest beyond the bound are given up", async () => {
  const { time, client, links } = await started({ samples: 10, bytes: 1_000_000 });
  recordSeconds(client, 0, 4);
  time.advance(500);
  const problem = { code: "full", message: "no space", fix: "free some" } as const;
  time.advance(10_000);
  links[0].answer({ kind: "trouble", problem, isFinal: false });

  recordSeconds(client, 4, 25);

  const { since, ...status } = client.status();
  assert.equal(since, 1_750_000_010_500);
  assert.deepEqual(status, {
    isRecording: false,
    problem,
    taken: 25,
    written: 0,
    lost: 11,
    sizeBytes: 4096,
  });
  time.advance(3000);
  links[0].answer({ kind: "taken", written: 4, lost: 0, state: STATE });
  time.advance(500);
  links[0].answer({ kind: "taken", written: 10, lost: 0, state: STATE });
  assert.equal(client.status().isRecording, true);
  assert.equal(client.status().since, 1_750_000_013_500);
  assert.equal(client.status().written + client.status().lost, 25);
});

Deno.test("DSK-2: a disk that does not answer for 10 s is said, until it does", async () => {
  const { time, client, links } = await started();
  recordSeconds(client, 0, 2);
  time.advance(10_400);
  assert.equal(client.status().isRecording, true);
  time.advance(200);

  const { isRecording, since, problem } = client.status();
  assert.deepEqual([isRecording, since], [false, 1_750_000_010_500]);
  assert.match(problem?.message ?? "", /disk has not answered for 10 s/);
  links[0].answer({ kind: "taken", written: 2, lost: 0, state: STATE });
  assert.equal(client.status().isRecording, true);
  recordSeconds(client, 2, 3);
  time.advance(500);
  links[0].answer({ kind: "taken", written: 1, lost: 0, state: STATE });
  time.advance(60_000);
  assert.deepEqual([client.status().isRecording, client.status().written], [true, 3]);
});

Deno.test("DSK-1: a clock that was ahead and is set back is said, not silently unrecorded", () =>
  inFolder(async (directory) => {
    const { time, history } = await openDesk(directory);
    const record = async (at: number) => {
      recordAt(history, { at, values: { A: 1 } });
      await history.flush();
    };
    await record(T0 + 86_400_000);
    // Nothing comes for a quarter of an hour: what there is becomes a block.
    await time.advanceSettling(17 * 60_000, 60_000);
    await record(T0);

    const { isRecording, lost, problem } = history.status();
    assert.deepEqual([isRecording, lost], [false, 1]);
    assert.match(problem?.message ?? "", /older than what is kept/);
    await record(T0 + 86_401_000);
    assert.equal(history.status().isRecording, true);
    await history.close();
  }));

Deno.test("history: a flush waits for what was taken before it, for nothing later", async () => {
  const { client, links } = await started();
  recordSeconds(client, 0, 2);
  let isFlushed = false;
  const flushed = client.flush().then(() => isFlushed = true);
  recordSeconds(client, 2, 3);
  await Promise.resolve();
  assert.equal(isFlushed, false);

  links[0].answer({ kind: "taken", written: 2, lost: 0, state: STATE });

  await flushed;
  assert.equal(client.status().written, 2);
});

Deno.test("history: a close gives up after 1.8 s of a stuck disk and counts the loss", async () => {
  const { time, client, links } = await started();
  recordSeconds(client, 0, 2);
  time.advance(500);
  recordSeconds(client, 2, 5);
  let isClosed = false;
  const closed = client.close().then(() => isClosed = true);
  await time.advanceSettling(1700, 100);
  assert.equal(isClosed, false);

  time.advance(100);
  await closed;

  assert.equal(client.status().lost, 5);
  assert.equal(links[0].isClosed, true);
  assert.equal(time.pendingCount, 0);
  assert.equal(client.close(), client.close());
});

Deno.test("PRC-1: a worker that ends is started anew; what was lost is counted", async () => {
  const { time, client, links } = await started();
  recordSeconds(client, 0, 2);
  time.advance(500);
  const line = client.line({ ...LINE, keys: ["A"] });

  links[0].answer({ kind: "failed", message: "out of memory" });

  assert.equal((await line).ok, false);
  assert.match(client.status().problem?.message ?? "", /out of memory/);
  recordSeconds(client, 2, 3);
  time.advance(1000);
  links[1].answer({ kind: "ready", state: STATE });
  time.advance(500);
  assert.equal(client.status().isRecording, true);
  assert.equal(client.status().lost, 2);
  const [again] = links[1].of("batch");
  assert.deepEqual(again.batch.series, [{ handle: 0, kind: "account", key: "A" }]);
  assert.equal(again.batch.samples[0].at, T0 + 2000);
});

Deno.test("history: after a problem that does not pass all is given up and counted", async () => {
  const { time, client, links } = await started();
  recordSeconds(client, 0, 2);
  time.advance(500);
  const problem = { code: "fenced", message: "another desk", fix: "stop one" } as const;

  links[0].answer({ kind: "trouble", problem, isFinal: true });
  recordSeconds(client, 2, 4);
  await client.flush();

  assert.equal(client.status().isRecording, false);
  assert.equal(client.status().lost, 4);
});

Deno.test("history: equal lines asked for together are scanned once, and few at once", async () => {
  const { client, links } = await started();
  const ask = (pixels: number) => client.line({ ...LINE, keys: ["A"], pixels });

  const [one, same] = [ask(1), ask(1)];
  for (let pixels = 2; pixels <= 68; pixels++) void ask(pixels);
  const refused = await ask(69);

  assert.equal(one, same);
  assert.equal(links[0].of("line").length, 4);
  assert.equal(refused.ok, false);
  const answer = { at: new Float64Array(0), value: new Float64Array(0), sampleCount: 0 };
  const line = { ok: true, value: { ...answer, since: null, damagedCount: 0 } } as const;
  links[0].answer({ kind: "line", id: links[0].of("line")[0].id, line, state: STATE });
  assert.equal((await one).ok, true);
  assert.equal(links[0].of("line").length, 5);
});

Deno.test("DSK-2: a stuck disk lets nobody wait for a line, and gets no more work", async () => {
  const { time, client, links } = await started();
  const answers = Array.from(
    { length: 6 },
    (_, n) => client.line({ ...LINE, keys: ["A"], pixels: n + 1 }),
  );
  time.advance(15_000);
  for (const answer of await Promise.all(answers)) {
    assert.ok(!answer.ok && answer.error.message.includes("no answer within 15 s"));
  }
  const again = client.line({ ...LINE, keys: ["A"], pixels: 1 });
  assert.equal(links[0].of("line").length, 4, "four still run, none was added");

  const empty = { at: new Float64Array(0), value: new Float64Array(0), sampleCount: 0 };
  const line = { ok: true, value: { ...empty, since: null, damagedCount: 0 } } as const;
  for (let id = 1; id <= 4; id++) links[0].answer({ kind: "line", id, line, state: STATE });
  const [, , , , asked] = links[0].of("line");
  links[0].answer({ kind: "line", id: asked.id, line, state: STATE });

  assert.equal((await again).ok, true, "once the disk answers, lines come again");
});

Deno.test("history: a line that cannot be drawn is refused with the reason", async () => {
  const { client } = await started();
  const refusal = async (change: object) => {
    const answer = await client.line({ ...LINE, keys: ["A"], ...change });
    assert.ok(!answer.ok);
    return answer.error.message;
  };

  assert.match(await refusal({ column: "sharpe" }), /no column sharpe/);
  for (const pixels of [0, 8193, 1.5, NaN]) assert.match(await refusal({ pixels }), /pixels wide/);
  assert.match(await refusal({ to: T0 }), /no length/);
  assert.match(await refusal({ from: NaN }), /no length/);
  assert.match(await refusal({ keys: Array.from({ length: 513 }, String) }), /at most 512/);
});

Deno.test("DSK-1: history waits while the last space is the journal's, then goes on", () =>
  inFolder(async (directory) => {
    const { history, time } = await openDesk(directory);
    recordAt(history, { at: T0, values: { A: 1 } });
    await history.flush();
    await writeFile(anchorPath(directory), "");
    recordAt(history, { at: T0 + 1000, values: { A: 2 } });
    time.advance(1000);
    const during = history.status();
    recordAt(history, { at: T0 + 60_000, values: { A: 3 } });

    await writeFile(ballastPath(directory), "");
    await time.advanceSettling(5000, 100);

    assert.equal(during.isRecording, false);
    assert.match(during.problem?.message ?? "", /kept for the journal/);
    assert.equal(history.status().isRecording, true);
    assert.equal(history.status().written, 3);
    const line = await history.line({ ...LINE, keys: ["A"] });
    assert.ok(line.ok);
    assert.deepEqual([...line.value.value], [1, 2, NaN, 3]);
    await history.close();
    await rm(anchorPath(directory));
  }));

Deno.test("history: daily bars come oldest first, the newest replaces, NaN stays NaN", () =>
  inFolder(async (directory) => {
    const { history } = await openDesk(directory);
    const bar = (session: string, close: number) => ({
      kind: "account" as const,
      key: "A",
      column: "profit",
      session,
      open: 1,
      high: 9,
      low: NaN,
      close,
      closedAt: T0,
      isOfficial: true,
    });
    history.recordDaily([bar("2025-03-18", 5), bar("2025-03-19", 6), bar("2025-03-20", 7)]);
    await history.flush();
    history.recordDaily([bar("2025-03-19", 8)]);
    await history.close();

    const again = await openDesk(directory);
    const of = { kind: "account", key: "A", column: "profit" } as const;
    const bars = await again.history.daily(of, 2);
    await again.history.close();

    assert.ok(bars.ok);
    const closes = bars.value.map(({ session, close, low }) => [session, close, low]);
    assert.deepEqual(closes, [["2025-03-19", 8, NaN], ["2025-03-20", 7, NaN]]);
  }));
