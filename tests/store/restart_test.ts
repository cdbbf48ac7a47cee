import assert from "node:assert/strict";
import { type RunningDesk, startDesk } from "@/tests/e2e/desk.ts";

interface Line {
  readonly at: readonly number[];
  readonly value: readonly (number | null)[];
}

const POLL_MS = 100;
const WITHIN_MS = 30_000;
const POINTS = 5;
const AWAY_MS = 60_000;

async function lineOf(desk: RunningDesk): Promise<Line> {
  const answer = await fetch(`${desk.url}api/history?metric=netLiq&range=today&pixels=8192`);
  assert.equal(answer.status, 200, await answer.clone().text());
  return await answer.json();
}

/** Asks until the line fulfils a condition; its last answer is the result. */
async function lineUntil(desk: RunningDesk, holds: (line: Line) => boolean): Promise<Line> {
  const startedAt = performance.now();
  for (;;) {
    const line = await lineOf(desk);
    if (holds(line)) return line;
    if (performance.now() - startedAt > WITHIN_MS) {
      assert.fail(`the line never got there: ${line.at.length} points\n${desk.output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** A desk that is killed as hard as it goes, and the folder that it leaves. */
async function killed(desk: RunningDesk): Promise<string> {
  Deno.kill(desk.serverPid(), "SIGKILL");
  await desk.ended;
  return desk.data;
}

/** Makes the checkpoint of a desk a minute older: as if it had been away for as long. */
function age(data: string): void {
  const [name] = [...Deno.readDirSync(data)].map((e) => e.name).filter((n) =>
    n.endsWith(".market")
  );
  const bytes = Deno.readFileSync(`${data}/${name}`);
  const end = bytes.indexOf(0x0a);
  const label = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end)));
  const head = JSON.stringify({ ...label, keptAt: label.keptAt - AWAY_MS });
  const older = [...new TextEncoder().encode(head), ...bytes.subarray(end)];
  Deno.writeFileSync(`${data}/${name}`, Uint8Array.from(older));
}

Deno.test("G-068 P11: after kill -9 the day is there to the point, the pause a gap", async () => {
  const first = await startDesk(["--rate", "100"]);
  const before = await lineUntil(first, ({ at }) => at.length >= POINTS);
  const data = await killed(first);
  age(data);
  const port = Number(new URL(first.url).port);

  const second = await startDesk(["--rate", "100"], { data, port });
  try {
    const last = before.at[before.at.length - 1];
    const after = await lineUntil(second, ({ at }) => at.filter((t) => t > last).length >= POINTS);
    before.at.forEach((time, i) => {
      const index = after.at.indexOf(time);
      assert.ok(index >= 0, `the point of ${time} is gone: ${before.at} then ${after.at}`);
      assert.equal(after.value[index], before.value[i]);
    });
    const levels = after.value.filter((value) => value !== null);
    const fall = Math.min(...levels) / Math.max(...levels);
    assert.ok(fall > 0.9, `a sample of a book without all its prices: ${after.value}`);
    const [resumed] = after.at.filter((time, i) => time > last && after.value[i] !== null);
    assert.ok(resumed - last > AWAY_MS - 15_000, `away for ${resumed - last} ms`);
    const between = after.at.filter((time) => time > last && time < resumed);
    assert.equal(between.length, 1, "one break in the pause");
    assert.equal(after.value[after.at.indexOf(between[0])], null);
    const page = await (await fetch(second.url)).text();
    assert.match(page, /1 gap/, "the page says that there is a gap");
  } finally {
    await second.stop();
  }
});

/** Starts a desk that must end by itself. */
async function refused(data: string, args: readonly string[] = []) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "launch.ts", "--no-open", "--port", "0", "--data", data, ...args],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    signal: AbortSignal.timeout(WITHIN_MS),
  }).output();
  return { code, text: new TextDecoder().decode(stderr) };
}

Deno.test("R78: a damaged, emptied or foreign record is refused and left as it is", async () => {
  const desk = await startDesk(["--rate", "100"]);
  await lineUntil(desk, ({ at }) => at.length >= POINTS);
  desk.kill("SIGTERM");
  assert.equal(await desk.ended, 0, desk.output());
  const path = `${desk.data}/history.db`;
  const whole = Deno.readFileSync(path);
  const damaged = whole.slice();
  damaged.fill(0x5a, 100, 4000);

  for (const bytes of [damaged, whole.slice(0, whole.length >> 1), new Uint8Array(0)]) {
    Deno.writeFileSync(path, bytes);
    const { code, text } = await refused(desk.data);
    assert.equal(code, 2, text);
    assert.match(text, /history\.db/);
    assert.match(text, /task restore|move/);
    assert.deepEqual(Deno.readFileSync(path), bytes, "the file was changed");
  }
  Deno.writeFileSync(path, whole);
  const other = await refused(desk.data, ["--replay", "docs/examples/replay"]);
  assert.equal(other.code, 2, other.text);
  assert.match(other.text, /holds demo data; this desk is replay/);
  Deno.removeSync(desk.data, { recursive: true });
});
