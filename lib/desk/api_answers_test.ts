import assert from "node:assert/strict";
import { FakeBook } from "../../tests/fixtures/fake_book.ts";
import { VirtualTime } from "../ports/virtual_time.ts";
import { ApiAnswers, type ApiBody } from "./api_answers.ts";
import { apiData, apiState } from "./api_data.ts";

const CONTEXT = {
  mode: "demo",
  standIn: null,
  referenceKey: "NONE",
  sourceNow: 0,
  stream: { epoch: "e", seq: 7 },
} as const;

/** As a client reads it: a fake book has sums that are no numbers, and JSON has none of those. */
function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const LARGE = new FakeBook({ underlyings: 3, accounts: 2, rows: 1_400, seed: 5 });

function takeLarge() {
  return apiState(LARGE, [0, 1], CONTEXT);
}

function reader(body: ApiBody | null): ReadableStreamDefaultReader<Uint8Array> {
  assert.ok(body instanceof ReadableStream);
  return body.getReader();
}

/** Reads the next part: it comes when the event loop has turned. */
async function next(of: ReadableStreamDefaultReader<Uint8Array>, time: VirtualTime) {
  const read = of.read();
  // Whoever asks for a part sets its timer first.
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  time.advance(0);
  return await read;
}

Deno.test("T-018: a small book is answered with one text", () => {
  const book = new FakeBook({ underlyings: 3, accounts: 2, rows: 12, seed: 5 });
  const body = new ApiAnswers(new VirtualTime(0)).body(() => apiState(book, [0, 1], CONTEXT));

  assert.ok(typeof body === "string");
  assert.deepEqual(JSON.parse(body), asJson(apiData(book, [0, 1], CONTEXT)));
});

Deno.test("P13: a large book is answered in parts, the event loop turns between them", async () => {
  const time = new VirtualTime(0);
  const answers = new ApiAnswers(time);
  const body = reader(answers.body(takeLarge));
  const decoder = new TextDecoder();
  let [text, parts] = ["", 0];
  assert.equal(answers.underWay, 1);
  for (;;) {
    const { value, done } = await next(body, time);
    if (done) break;
    text += decoder.decode(value, { stream: true });
    parts++;
  }

  assert.deepEqual(JSON.parse(text), asJson(apiData(LARGE, [0, 1], CONTEXT)));
  assert.ok(parts > 4, `${parts} parts`);
  assert.equal(answers.underWay, 0);
  assert.equal(time.pendingCount, 0);
});

Deno.test("P13: large answers are bounded in number; one that was left makes room", async () => {
  const time = new VirtualTime(0);
  const answers = new ApiAnswers(time);
  const bodies = Array.from({ length: 8 }, () => reader(answers.body(takeLarge)));

  assert.equal(answers.body(() => assert.fail("was copied")), null);
  await bodies[3].cancel();

  assert.equal(answers.underWay, 7);
  assert.notEqual(answers.body(takeLarge), null);
});

Deno.test("P13: an answer that is not taken within a minute is broken off", async () => {
  const time = new VirtualTime(0);
  const answers = new ApiAnswers(time);
  const body = reader(answers.body(takeLarge));
  await next(body, time);

  time.advance(60_000);

  await assert.rejects(async () => {
    while (!(await next(body, time)).done);
  }, /not taken in time/);
  assert.equal(answers.underWay, 0);
});

Deno.test("T-018: the names of the rows are those of the present layout", () => {
  const book = new FakeBook({ underlyings: 3, accounts: 2, rows: 12, seed: 5 });
  const answers = new ApiAnswers(new VirtualTime(0));
  const body = () => answers.body((known) => apiState(book, [0, 1], CONTEXT, known));
  body();
  book.removeRow();

  const text = body();

  assert.ok(typeof text === "string");
  assert.deepEqual(JSON.parse(text), asJson(apiData(book, [0, 1], CONTEXT)));
});
