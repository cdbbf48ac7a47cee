import assert from "node:assert/strict";
import { linkInThread, linkToWorker, type WorkerPort } from "./worker_link.ts";

Deno.test("a closed link posts nothing and tells of no failure of its own end", () => {
  const posted: string[] = [];
  const received: string[] = [];
  let fail: (why: string) => void = () => {};
  let ended = 0;
  const worker: WorkerPort<string, string> = {
    post: (message) => void posted.push(message),
    listen: (_, failed) => void (fail = failed),
    terminate: () => void ended++,
  };
  const link = linkToWorker(worker, (why) => `failed: ${why}`);
  link.receive((message) => received.push(message));
  link.send("a");
  fail("out of memory");
  link.close();
  link.send("b");
  fail("terminated");

  assert.deepEqual([posted, received, ended], [["a"], ["failed: out of memory"], 1]);
});

Deno.test("answers that come before there is a receiver wait for it, in order", () => {
  const received: string[] = [];
  const link = linkInThread<string, string>((answer) => {
    answer("ready");
    return (message) => answer(`got ${message}`);
  }, "bye");
  link.send("a");
  link.receive((message) => received.push(message));
  link.send("b");
  link.close();

  assert.deepEqual(received, ["ready", "got a", "got b", "got bye"]);
});
