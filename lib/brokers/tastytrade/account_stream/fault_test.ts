import assert from "node:assert/strict";
import { seeded } from "../feed/feed_run_fixture_test.ts";
import { restFailure } from "../rest/failure.ts";
import { CANARY, StreamRun } from "./stream_run_fixture_test.ts";

const SEEDS = 300;
const HEAL_MS = 30_000;
const NAMES = ["SPY", "AAPL", "QQQ", "TSLA"];

type Fault = (run: StreamRun, random: () => number) => void;

/** Faults of the path and of the server's connection: healed within 30 s (P2). */
const PATH_FAULTS: Readonly<Record<string, Fault>> = {
  cut: (run, random) => run.wire.bytesUntilCut = Math.floor(random() * 1500),
  mute: (run) => run.peer.faults.isMute = true,
  muteForEver: (run) => run.peer.sessions.forEach((session) => session.isMute = true),
  refuse: (run) => {
    run.peer.faults.refusal = "refuse";
    run.peer.closeAll(1012, "restart");
  },
  hang: (run) => {
    run.peer.faults.refusal = "hang";
    run.peer.closeAll(1001, "");
  },
  close: (run, random) => run.peer.closeAll([1000, 1006, 1011, 4000][random() * 4 | 0], "bye"),
  sendFails: (run) => run.wire.isSendFailing = true,
  latency: (run, random) => run.wire.latencyMs = 50 + random() * 2950,
  slowAnswer: (run, random) => run.peer.faults.answerDelayMs = random() * 15_000,
  double: (run) => run.peer.faults.isDoubling = true,
  noIds: (run) => run.peer.faults.hasRequestId = false,
  blackHole: (run) => run.wire.isBlackHole = true,
  sleep: (run, random) => run.time.sleep(random() * 120_000),
};

/** Faults that end when the broker or the login says so: recovery has the waits of a refusal. */
const OTHER_FAULTS: Readonly<Record<string, Fault>> = {
  page: (run) => run.peer.faults.page = "<html>log in</html>",
  garble: (run) => run.peer.faults.isGarbling = true,
  expire: (run) => run.peer.tokens.clear(),
  expireAndClose: (run) => {
    run.peer.tokens.clear();
    run.peer.closeAll(1008, `token ${CANARY}-1 expired`);
  },
  staleTokens: (run) => {
    run.login.isStale = true;
    run.peer.tokens.clear();
  },
  noLogin: (run) => {
    run.login.failure = restFailure("unreachable", "POST /oauth/token: no connection");
    run.peer.tokens.clear();
  },
  loginHangs: (run) => {
    run.login.isHanging = true;
    run.peer.tokens.clear();
  },
  limit: (run) => {
    run.peer.faults.connectionsMax = 0;
    run.peer.closeAll(1012, "restart");
  },
  failed: (run) => run.peer.faults.complaint = "failed",
  complains: (run) => run.peer.faults.complaint = "internal error",
  forgets: (run) => run.peer.sessions.forEach((session) => session.isSubscribed = false),
};

const FAULTS = { ...PATH_FAULTS, ...OTHER_FAULTS };

function heal(run: StreamRun): void {
  const wasHole = run.wire.isBlackHole;
  run.peer.heal();
  Object.assign(run.wire, { latencyMs: 5, bytesUntilCut: null, isBlackHole: false });
  run.wire.isSendFailing = false;
  Object.assign(run.login, { failure: null, isHanging: false, isStale: false });
  // A stream loses nothing on its way: what a hole swallowed is sent again by the transport.
  if (wasHole) { for (const name of NAMES) run.peer.tell(name); }
}

/** Plays one seed up to the last healing; answers the names of its faults. */
async function play(run: StreamRun, seed: number): Promise<string[]> {
  const { next } = seeded(seed * 7919 + 1);
  const names = Object.keys(seed % 2 === 0 ? PATH_FAULTS : FAULTS);
  const played: string[] = [];
  const ticking = run.time.setPeriodic(700, () => run.peer.change(NAMES[next() * 4 | 0]));
  run.stream.start();
  await run.pass(next() * 30_000);
  for (let count = 1 + Math.floor(next() * 4); count > 0; count--) {
    const name = names[Math.floor(next() * names.length)];
    played.push(name);
    FAULTS[name](run, next);
    await run.pass(1000 + next() * 29_000);
    if (next() < 0.5) heal(run);
  }
  heal(run);
  await run.pass(2000);
  ticking.cancel();
  return played;
}

/** Waits for the recovery as long as the kinds of its faults allow. */
async function recover(run: StreamRun, isPathOnly: boolean): Promise<void> {
  await run.pass(HEAL_MS - 2000);
  if (isPathOnly) assert.equal(run.stream.health().state, "live", "within 30 s");
  else await run.pass(95_000);
  if (/^sign-in at tastytrade needed/.test(run.stream.health().detail ?? "")) {
    await run.pass(900_000);
  }
  assert.equal(run.stream.health().state, "live");
  // A frame that was lost last is made up for within half a minute.
  await run.pass(31_000);
  assert.ok(run.isUpToDate(), "everything that happened is known");
}

function assertSpaced(run: StreamRun): void {
  const at = run.wire.connectedAt;
  for (let i = 6; i < at.length; i++) assert.ok(at[i] - at[i - 6] >= 60_000, `attempt ${i}`);
}

Deno.test(`NET-1, NET-3, BRK-1, BRK-2, R10: ${SEEDS} seeds of faults end well`, async () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const run = new StreamRun({ seed });
    let played: string[] = [];
    try {
      played = await play(run, seed);
      await recover(run, seed % 2 === 0);
      assert.equal(run.wire.openCount, 1, "one socket");
      assert.equal(run.wire.openCountMax, 1, "never two");
      assertSpaced(run);
      assert.doesNotMatch(JSON.stringify(run.healths), new RegExp(CANARY));
      assert.equal(run.tokens.isStopped, false);
      assert.equal(run.end(), 0, "timers left");
      assert.equal(run.wire.openCount, 0);
    } catch (error) {
      throw new Error(`seed ${seed}: ${played.join(", ")}`, { cause: error });
    }
    for (const name of played) seen.add(name);
  }
  assert.equal(seen.size, Object.keys(FAULTS).length, "every fault was played");
});

Deno.test("P15: the same seed is the same run, message by message", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const runs = [new StreamRun({ seed }), new StreamRun({ seed })];
    for (const run of runs) {
      await play(run, seed);
      run.end();
    }
    const [first, second] = runs.map(({ wire, healths }) => [wire.sent, wire.connectedAt, healths]);
    assert.deepEqual(first, second);
  }
});
