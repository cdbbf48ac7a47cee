import assert from "node:assert/strict";
import { ROOT, type RunningDesk, startDesk } from "../e2e/desk.ts";
import { processesBelow, stillThere } from "./desk_processes.ts";
import { handshake, RawSocket } from "./raw_web_socket.ts";

const DRAIN_LIMIT_MS = 10_000;
const END_LIMIT_MS = 20_000;

interface Ended {
  readonly code: number;
  readonly err: string;
}

/** Starts a desk that must end by itself. */
async function startAndEnd(args: readonly string[]): Promise<Ended> {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "launch.ts", "--no-open", "--port", "0", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "null",
    // One that goes on running is ended, and its code then says so.
    signal: AbortSignal.timeout(END_LIMIT_MS),
  }).output();
  return { code, err: new TextDecoder().decode(stderr) };
}

async function viewer(port: number): Promise<RawSocket> {
  const socket = await RawSocket.open(port, handshake(port), "/api/stream?format=json");
  await socket.sendJson({ type: "hello", version: 1, rows: "all" });
  await socket.nextOfType("hello");
  return socket;
}

/** Waits until the snapshot is over and differences come. */
async function untilDiff(socket: RawSocket): Promise<void> {
  while ((await socket.nextOfType("frame")).kind !== "diff");
}

/** Connections that a stop must not wait for: idle, half a request, a viewer that reads nothing. */
async function openBystanders(port: number): Promise<readonly Deno.TcpConn[]> {
  const texts = [
    "",
    `GET / HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n`,
    `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\n\r\n`,
    `GET /api/stream HTTP/1.1\r\n${
      handshake(port).map(([name, value]) => `${name}: ${value}\r\n`).join("")
    }\r\n`,
  ];
  return await Promise.all(texts.map(async (text) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    if (text !== "") await connection.write(new TextEncoder().encode(text));
    return connection;
  }));
}

async function assertCleanEnd(desk: RunningDesk, processes: readonly number[]): Promise<void> {
  const startedAt = performance.now();
  const code = await desk.ended;
  assert.equal(code, 0, desk.output());
  assert.ok(performance.now() - startedAt < DRAIN_LIMIT_MS);
  assert.deepEqual(stillThere(processes), []);
  assert.doesNotMatch(desk.output(), /error|failed|cut short/i);
}

Deno.test("PRC-3: SIGTERM in a burst says bye with 1012 to every viewer, ends with 0", async () => {
  const desk = await startDesk(["--rate", "5000"]);
  const port = Number(new URL(desk.url).port);
  const processes = processesBelow(desk.pid);
  assert.ok(processes.length > 0);
  const viewers = await Promise.all(Array.from({ length: 20 }, () => viewer(port)));
  const bystanders = await openBystanders(port);
  try {
    await Promise.all(viewers.map(untilDiff));

    desk.kill("SIGTERM");
    const endings = await Promise.all(viewers.map((one) => one.untilEnd()));

    for (const { code, texts } of endings) {
      assert.equal(code, 1012);
      assert.equal(JSON.parse(texts.at(-1) ?? "null").type, "bye");
    }
    await assertCleanEnd(desk, processes);
  } finally {
    for (const one of viewers) one[Symbol.dispose]();
    for (const one of bystanders) one.close();
    await desk.stop();
  }
});

Deno.test("PRC-2: a second start on one data folder names the first, ends with 3", async () => {
  const data = await Deno.makeTempDir({ prefix: "deltadesk-http-" });
  const first = await startDesk(["--data", data]);
  try {
    const second = await startAndEnd(["--data", data]);

    assert.equal(second.code, 3, second.err);
    assert.ok(second.err.includes(first.url), second.err);
    assert.match(second.err, /name another folder with --data/);
    const answer = await fetch(`${first.url}healthz`);
    assert.equal(await answer.text(), "ok\n");
  } finally {
    await first.stop();
    await Deno.remove(data, { recursive: true });
  }
});

Deno.test("an unknown --accounts ends with code 2 and the line that says the fix", async () => {
  const data = await Deno.makeTempDir({ prefix: "deltadesk-http-" });
  const { code, err } = await startAndEnd(["--data", data, "--accounts", "nobody,ira"]);
  await Deno.remove(data, { recursive: true });

  assert.equal(code, 2, err);
  const lines = err.split("\n").filter((line) => line.startsWith("deltadesk: "))
    .filter((line) => line !== "deltadesk: building the pages …");
  assert.equal(lines.length, 1, err);
  assert.match(lines[0], /nobody/);
  assert.match(lines[0], /individual|Individual/);
  assert.doesNotMatch(err, /DX\d{4,}|\bat .*\.ts:/);
});
