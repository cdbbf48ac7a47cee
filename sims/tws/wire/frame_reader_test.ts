import assert from "node:assert/strict";
import fc from "fast-check";
import { frameOf } from "./field_writer.ts";
import { type ClientFrame, ClientReader, FrameReader } from "./frame_reader.ts";

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => typeof part === "string" ? [...new TextEncoder().encode(part)] : part),
  );

/** What a client sends first, byte by byte from the protocol page. */
const GREETING = bytesOf("API\0", [0, 0, 0, 9], "v100..193");
const START = bytesOf([0, 0, 0, 8], "71\x002\x007\x00\0");

Deno.test("frames: a message is its length, then every field with its NUL", () => {
  assert.deepEqual(frameOf(["9", "1", "42"]), bytesOf([0, 0, 0, 7], "9\x001\x0042\0"));
  assert.deepEqual(frameOf(["4", "2", "-1", ""]), bytesOf([0, 0, 0, 8], "4\x002\x00-1\x00\0"));
  const long = frameOf(["10", "x".repeat(300)]);
  assert.deepEqual([...long.subarray(0, 4)], [0, 0, 1, 48]);
});

Deno.test("frames: greeting and startApi are read from the bytes of the protocol page", () => {
  const reader = new ClientReader();
  assert.deepEqual(reader.push(GREETING), [{ kind: "hello", text: "v100..193" }]);
  assert.deepEqual(reader.push(START), [{ kind: "message", fields: ["71", "2", "7", ""] }]);
});

Deno.test("frames: however a stream is cut, the same frames come out", () => {
  const field = fc.string({ maxLength: 12 }).map((value) => value.replaceAll("\0", ""));
  const messages = fc.array(fc.array(field, { minLength: 1, maxLength: 6 }), { maxLength: 8 });
  fc.assert(fc.property(messages, fc.array(fc.nat(), { maxLength: 20 }), (sent, cuts) => {
    const frames = sent.map((fields) => [...frameOf(fields)]);
    const stream = bytesOf([...GREETING], ...frames);
    const at = [0, ...cuts.map((cut) => cut % (stream.length + 1)), stream.length]
      .sort((a, b) => a - b);
    const reader = new ClientReader();
    const read: ClientFrame[] = [];
    for (let n = 1; n < at.length; n++) read.push(...reader.push(stream.slice(at[n - 1], at[n])));
    const [hello, ...rest] = read;
    assert.deepEqual(hello, { kind: "hello", text: "v100..193" });
    const fields = rest.map((one) => one.kind === "message" ? one.fields : one.kind);
    assert.deepEqual(fields, sent);
  }));
});

Deno.test("frames: a last field without its NUL counts, and NULs make empty fields", () => {
  const reader = new ClientReader();
  reader.push(GREETING);
  const [open] = reader.push(bytesOf([0, 0, 0, 4], "49\x001"));
  assert.deepEqual(open, { kind: "message", fields: ["49", "1"] });
  const [empty] = reader.push(bytesOf([0, 0, 0, 5], "49\x00\x00\x00"));
  assert.deepEqual(empty, { kind: "message", fields: ["49", "", ""] });
});

Deno.test("frames: other protocols and lengths beyond 16 MiB are bad, and nothing follows", () => {
  const other = new ClientReader();
  assert.equal(other.push(bytesOf("GET /"))[0].kind, "bad");
  assert.deepEqual(other.push(GREETING), []);
  const long = new ClientReader();
  long.push(GREETING);
  assert.equal(long.push(bytesOf([1, 0, 0, 0]))[0].kind, "bad");
  const reader = new FrameReader();
  assert.deepEqual((reader.push(bytesOf([0, 0, 0, 2], "9\0")) ?? []).map(text), ["9\0"]);
  assert.equal(reader.push(bytesOf([255, 0, 0, 0])), null);
});
