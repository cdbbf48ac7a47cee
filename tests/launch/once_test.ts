import assert from "node:assert/strict";
import { ROOT, startDesk } from "../e2e/desk.ts";
import { startSimulator } from "./tastytrade_process.ts";

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly tookMs: number;
}

interface RunOptions {
  readonly variables?: Readonly<Record<string, string>>;
  /** Sent to the launcher after so long. */
  readonly signalAfterMs?: number;
}

/** Starts the launcher with a data folder of its own and waits for its end. */
async function run(args: readonly string[], options: RunOptions = {}): Promise<Ended> {
  const data = await Deno.makeTempDir({ prefix: "deltadesk-once-" });
  const from = performance.now();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "launch.ts", "--no-open", "--port", "0", "--data", data, ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1", ...options.variables },
  }).spawn();
  const { signalAfterMs } = options;
  const timer = signalAfterMs === undefined
    ? null
    : setTimeout(() => child.kill("SIGTERM"), signalAfterMs);
  const { code, stdout, stderr } = await child.output();
  if (timer !== null) clearTimeout(timer);
  await Deno.remove(data, { recursive: true });
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err, tookMs: performance.now() - from };
}

/** The one JSON text that standard output holds, and nothing else. */
function snapshot({ out, err }: Ended) {
  assert.match(out, /^\{.*\}\n$/, err);
  const book: {
    readonly mode: string;
    readonly partial: boolean;
    readonly position_count: number;
    readonly left_out: { readonly without_greeks: number };
    readonly grouped_positions: readonly { readonly positions: readonly unknown[] }[];
    readonly all_accounts: readonly { readonly account_number: string }[];
  } = JSON.parse(out);
  return book;
}

async function freePort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return await Promise.resolve(port);
}

function liveArgs(url: string): readonly string[] {
  return ["--once", "--brokers", "tastytrade", "--tastytrade-url", url];
}

Deno.test("G-008: --once prints one snapshot and ends with 0, in every mode", async (t) => {
  const sim = await startSimulator();
  try {
    const secrets = { TT_SECRET: sim.clientSecret, TT_REFRESH: sim.refreshToken };
    // All wait for their five seconds at the same time.
    const [demo, replay, live] = await Promise.all([
      run(["--once", "--print"]),
      run(["--once", "--replay", "docs/examples/replay"]),
      run(liveArgs(sim.baseUrl), { variables: secrets }),
    ]);
    for (const one of [demo, replay, live]) {
      assert.equal(one.code, 0, one.err);
      assert.ok(one.tookMs >= 5_000, `${one.tookMs} ms`);
    }
    await t.step("demo: the whole book, its Greeks filled", () => {
      const book = snapshot(demo);
      assert.deepEqual([book.mode, book.partial, book.position_count], ["demo", false, 120]);
      const held = book.grouped_positions.reduce((sum, one) => sum + one.positions.length, 0);
      assert.equal(held, 120);
    });
    await t.step("--print with --once: the summary stands beside, not in the JSON", () => {
      assert.match(demo.err, /^New York .*(\n.*)*\n.* SPY .*\d/m);
      assert.match(demo.err, /^\d\d:\d\d:\d\d {2}Book /m);
    });
    await t.step("replay: the recorded book", () => assert.equal(snapshot(replay).mode, "replay"));
    await t.step("live: the broker's book, masked, without a sign-in code", () => {
      const book = snapshot(live);
      assert.equal(book.mode, "live");
      assert.equal(book.partial, book.left_out.without_greeks > 0);
      assert.ok(book.all_accounts.every(({ account_number }) => account_number.length <= 8));
      assert.doesNotMatch(live.out + live.err, /Sign in with the code|Deltadesk ready/);
    });
  } finally {
    await sim.stop();
  }
});

Deno.test("G-008: --once ends with 4 and what to do when the broker is not there", async () => {
  const variables = { TT_SECRET: "cs_CANARY", TT_REFRESH: "rt_CANARY" };
  const { code, out, err } = await run(liveArgs(`http://127.0.0.1:${await freePort()}`), {
    variables,
  });

  assert.equal(code, 4, err);
  assert.equal(out, "");
  assert.match(err, /^deltadesk: tastytrade stops at step 1: there is no connection to/m);
  assert.match(err, /^deltadesk: – /m);
  assert.doesNotMatch(err, /CANARY|\*\*/);
});

Deno.test("--once ends with 2 for bad settings, and with 0 when it is told to end", async () => {
  const [bad, stopped] = await Promise.all([
    run(["--once", "--brokers", "tastytrade"]),
    run(["--once", "--warmup", "60"], { signalAfterMs: 4_000 }),
  ]);

  assert.deepEqual([bad.code, bad.out], [2, ""]);
  assert.deepEqual([stopped.code, stopped.out], [0, ""]);
  assert.ok(stopped.tookMs < 14_000, `${stopped.tookMs} ms`);
});

Deno.test("G-073: --print writes the book again and again until the desk ends", async () => {
  const desk = await startDesk(["--print", "--interval", "0.5"]);
  try {
    const books = () => desk.output().split("\n").filter((line) => / {2}Book /.test(line)).length;
    for (let tries = 0; books() < 3; tries++) {
      assert.ok(tries < 300, desk.output());
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    desk.kill("SIGTERM");
    assert.equal(await desk.ended, 0, desk.output());
    const [ready, ...lines] = desk.output().trimEnd().split("\n");
    assert.match(ready, /^Deltadesk ready at/);
    assert.match(lines[0], /^New York /);
    assert.ok(lines.every((line) => /^(New York|\d\d:\d\d:\d\d) /.test(line)), desk.output());
  } finally {
    await desk.stop();
  }
});
