import assert from "node:assert/strict";
import { fail, ok, type Result } from "../../base/result.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { type StoreProblem, storeProblem } from "../problem.ts";
import { emptyHead, nextHead } from "./chain.ts";
import { DurableJournal, WAITING_MAX } from "./durable_journal.ts";
import type { JournalAnswer, JournalOpened, JournalQuestion } from "./wire/messages.ts";
import { JournalQuestions } from "./wire/questions.ts";

type Answer = Result<JournalAnswer, StoreProblem>;

/** A worker whose answers the test gives. */
class ScriptedFile {
  readonly asked: JournalQuestion[] = [];
  readonly #waiting: { question: JournalQuestion; answer: (answer: Answer) => void }[] = [];
  #fail: (message: string) => void = () => {};
  connections = 0;
  head = emptyHead("s");

  readonly questions = new JournalQuestions(() => {
    this.connections++;
    let listen: (answer: { kind: "answer"; id: number; answer: Answer }) => void = () => {};
    return {
      send: ({ id, question }) => {
        this.asked.push(question);
        const answer = (answer: Answer) => listen({ kind: "answer", id, answer });
        this.#waiting.push({ question, answer });
      },
      receive: (listener) => {
        listen = listener;
        this.#fail = (message) => listener({ kind: "failed", message });
      },
      close: () => {},
    };
  });

  /** Answers the oldest question as a disk that works. */
  serve(): JournalQuestion {
    const next = this.#waiting.shift();
    assert.ok(next !== undefined, "a question waits");
    next.answer(this.#answerTo(next.question));
    return next.question;
  }

  refuse(problem: StoreProblem): JournalQuestion {
    const next = this.#waiting.shift();
    assert.ok(next !== undefined, "a question waits");
    next.answer(fail(problem));
    return next.question;
  }

  crash(): void {
    this.#waiting.length = 0;
    this.#fail("out of memory");
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  #answerTo(question: JournalQuestion): Answer {
    if (question.kind === "open") return ok(opened());
    if (question.kind === "tend") return ok({ hasBallast: true });
    if (question.kind !== "append") return ok(null);
    const outcomes = question.entries.map((entry) => {
      this.head = nextHead(this.head, entry);
      return { seq: this.head.seq, isNew: true };
    });
    return ok({ outcomes, head: this.head });
  }
}

function opened(): JournalOpened {
  const head = emptyHead("s");
  const found = { isNew: false, hasHistory: false, epoch: 3, isChecked: true };
  return { store: "s", source: "", head, ...found };
}

function make(): { time: VirtualTime; file: ScriptedFile; journal: DurableJournal } {
  const time = new VirtualTime(1_000_000);
  const file = new ScriptedFile();
  const opening = {
    directory: "/d",
    mode: "demo",
    store: "s",
    source: "",
    copyName: "",
    epoch: null,
    acknowledged: null,
    ballastBytes: 0,
    checkBytesMax: 1,
  } as const;
  const { questions } = file;
  const journal = new DurableJournal({
    questions,
    opening,
    opened: opened(),
    clock: time,
    timers: time,
  });
  return { time, file, journal };
}

const entry = (key: string) => ({ kind: "fill", key, at: 1, value: null });
const settle = async () => {
  for (let round = 0; round < 20; round++) await Promise.resolve();
};
const FULL = storeProblem("full", "journal.db: no space");

/** Watches what became of a promise without waiting for it. */
function watch<T>(promise: Promise<T>): { value: T | null } {
  const seen: { value: T | null } = { value: null };
  void promise.then((value) => seen.value = value);
  return seen;
}

Deno.test("P11: an append is acknowledged after the commit was answered, not before", async () => {
  const { file, journal } = make();
  const receipt = watch(journal.append(entry("a")));
  await settle();
  assert.equal(file.waiting, 1);
  assert.equal(receipt.value, null);
  assert.equal(journal.status().waiting, 1);
  file.serve();
  await settle();
  assert.deepEqual(receipt.value, ok({ seq: 1, isNew: true }));
  assert.deepEqual([journal.status().waiting, journal.status().seq], [0, 1]);
});

Deno.test("journal: appends that arrive during a commit go together into the next", async () => {
  const { file, journal } = make();
  const all = [watch(journal.append(entry("a")))];
  await settle();
  for (const key of ["b", "c", "d"]) all.push(watch(journal.append(entry(key))));
  await settle();
  assert.equal(file.waiting, 1, "one transaction at a time");
  file.serve();
  await settle();
  const second = file.serve();
  assert.ok(second.kind === "append");
  assert.deepEqual(second.entries.map(({ key }) => key), ["b", "c", "d"]);
  await settle();
  assert.deepEqual(all.map(({ value }) => value?.ok), [true, true, true, true]);
});

Deno.test("DSK-1: a full disk is said; what waits is sent again until it is written", async () => {
  const { time, file, journal } = make();
  const receipt = watch(journal.append(entry("a")));
  await settle();
  time.advance(500);
  file.refuse(FULL);
  await settle();
  const { isDurable, since, problem, waiting } = journal.status();
  assert.deepEqual([isDurable, since, waiting], [false, 1_000_500, 1]);
  assert.match(problem?.message ?? "", /no space/);
  for (const pauseMs of [0, 100, 200, 400, 800, 1600, 3200, 5000, 5000]) {
    await time.advanceSettling(pauseMs === 0 ? 1 : pauseMs, 1);
    const question = file.refuse(FULL);
    assert.ok(question.kind === "open", "it is opened again first");
    assert.deepEqual(question.opening.acknowledged, emptyHead("s"));
    assert.equal(question.opening.epoch, 3, "as the writer that it was");
    await settle();
    assert.equal(receipt.value, null);
    assert.equal(file.waiting, 0, "not before the pause");
  }
  await time.advanceSettling(5000, 100);
  assert.equal(file.serve().kind, "open");
  await settle();
  assert.equal(file.serve().kind, "append");
  await settle();
  assert.deepEqual(receipt.value, ok({ seq: 1, isNew: true }));
  assert.equal(journal.status().isDurable, true);
  assert.ok(journal.status().since > 1_000_500);
});

Deno.test("P13: append 10,001 of those that wait fails at once, with why", async () => {
  const { time, file, journal } = make();
  const first = watch(journal.append(entry("first")));
  await settle();
  file.refuse(FULL);
  await settle();
  for (let i = 1; i < WAITING_MAX; i++) void journal.append(entry(`${i}`));
  const refused = await journal.append(entry("more"));
  assert.ok(!refused.ok);
  assert.match(refused.error.message, /10000 records wait.*no space/);
  assert.equal(refused.error.fix, "free some space; recording goes on by itself");
  await time.advanceSettling(1, 1);
  file.serve();
  await settle();
  file.serve();
  await settle();
  assert.equal(first.value?.ok, true);
  assert.equal(watch(journal.append(entry("again"))).value, null, "taken again");
});

Deno.test("journal: a damage that is found ends recording and says so to all", async () => {
  const { time, file, journal } = make();
  const receipts = [watch(journal.append(entry("a"))), watch(journal.append(entry("b")))];
  await settle();
  file.refuse(storeProblem("damaged", "record 7 does not match"));
  await settle();
  for (const { value } of receipts) assert.match(value?.ok ? "" : value?.error.message ?? "", /7/);
  const later = await journal.append(entry("c"));
  assert.match(later.ok ? "" : later.error.message, /record 7/);
  assert.equal(journal.status().isDurable, false);
  await time.advanceSettling(60_000, 1000);
  assert.equal(file.asked.length, 1, "and it is not tried again");
});

Deno.test("PRC-2: a writer that was succeeded stops and says so", async () => {
  const { file, journal } = make();
  const receipt = watch(journal.append(entry("a")));
  await settle();
  file.refuse(storeProblem("fenced", "another desk has taken over"));
  await settle();
  assert.equal(receipt.value?.ok, false);
  assert.match(journal.status().problem?.message ?? "", /another desk/);
});

Deno.test("PRC-1: a worker that crashes is replaced, and what it had is sent again", async () => {
  const { time, file, journal } = make();
  const receipt = watch(journal.append(entry("a")));
  await settle();
  file.crash();
  await settle();
  assert.match(journal.status().problem?.message ?? "", /out of memory/);
  await time.advanceSettling(1, 1);
  assert.equal(file.connections, 2);
  assert.equal(file.serve().kind, "open");
  await settle();
  const again = file.serve();
  assert.ok(again.kind === "append");
  assert.deepEqual(again.entries.map(({ newAfter }) => newAfter), [0]);
  await settle();
  assert.deepEqual(receipt.value, ok({ seq: 1, isNew: true }));
});

Deno.test("journal: a disk that does not answer is said after 2 s", async () => {
  const { time, file, journal } = make();
  void journal.append(entry("a"));
  await settle();
  await time.advanceSettling(1_900, 100);
  assert.equal(journal.status().isDurable, true);
  await time.advanceSettling(200, 100);
  assert.equal(journal.status().isDurable, false);
  assert.match(journal.status().problem?.message ?? "", /not answered for 2 s/);
  file.serve();
  await settle();
  assert.equal(journal.status().isDurable, true);
});

Deno.test("PRC-3: closing writes what waits; what the disk refuses is said not to be", async () => {
  const { time, file, journal } = make();
  const receipt = watch(journal.append(entry("a")));
  const closed = watch(journal.close().then(() => true));
  await settle();
  assert.equal(file.serve().kind, "append");
  await settle();
  assert.equal(receipt.value?.ok, true);
  assert.equal(file.serve().kind, "close");
  await settle();
  assert.equal(closed.value, true);
  assert.equal(time.pendingCount, 0, "no timer is left");

  const other = make();
  const lost = watch(other.journal.append(entry("a")));
  await settle();
  other.file.refuse(FULL);
  const ended = watch(other.journal.close().then(() => true));
  await other.time.advanceSettling(6_100, 50);
  assert.match(lost.value?.ok === false ? lost.value.error.message : "", /certainly on the disk/);
  assert.equal(ended.value, true, "within 6 s, also when the disk never answers");
  assert.equal(other.time.pendingCount, 0);
  const late = await other.journal.append(entry("late"));
  assert.equal(late.ok, false);
});
