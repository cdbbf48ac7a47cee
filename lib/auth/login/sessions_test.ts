import assert from "node:assert/strict";
import { realRandom } from "../../host/random.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { bindSocket, SESSION_LIMITS, Sessions, type SessionSocket } from "./sessions.ts";

const { idleMs, absoluteMs, count, sweepMs } = SESSION_LIMITS;

function aDoor() {
  const time = new VirtualTime(1_742_393_700_000);
  return { time, sessions: new Sessions({ clock: time, timers: time, random: realRandom }) };
}

function aSocket() {
  const closes: number[] = [];
  let closed = () => {};
  const socket: SessionSocket = {
    close: (code?: number) => void closes.push(code ?? 0),
    addEventListener: (_: string, listener: unknown) => {
      if (typeof listener === "function") closed = () => listener();
    },
  };
  return { socket, closes, leave: () => closed() };
}

function bind(sessions: Sessions, token: string) {
  const made = aSocket();
  const session = sessions.use(token);
  assert.ok(session !== null);
  bindSocket(session, made.socket);
  return made;
}

Deno.test("MAL-4: a token has 256 bits, no two are equal, and an unknown one opens nothing", () => {
  const { sessions } = aDoor();
  const tokens = Array.from({ length: count }, () => sessions.open());

  assert.equal(new Set(tokens).size, count);
  for (const token of tokens) assert.match(token, /^[A-Za-z0-9_-]{43}$/);
  assert.ok(sessions.use(tokens[0]) !== null);
  assert.equal(sessions.use("x".repeat(43)), null);
  assert.equal(sessions.use(""), null);
  sessions.stop();
});

Deno.test("P17: of a token nothing is held that could be sent as one", () => {
  const { sessions } = aDoor();
  const token = sessions.open();

  assert.ok(!Deno.inspect(sessions, { depth: 10, showHidden: true }).includes(token));
  assert.ok(!Deno.inspect(sessions.use(token), { depth: 10 }).includes(token));
  sessions.stop();
});

Deno.test("session: ends 12 h after its last use, 7 days after the sign-in", () => {
  const { time, sessions } = aDoor();
  const [idle, used] = [sessions.open(), sessions.open()];
  for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
    time.advance(6 * 3_600_000);
    assert.ok(sessions.use(used) !== null, `${hours} h`);
  }
  assert.equal(sessions.use(idle), null);
  time.advance(absoluteMs - time.monotonic());
  assert.equal(sessions.use(used), null);
  assert.equal(sessions.count, 0);
  sessions.stop();
});

Deno.test("session: a machine that slept, or a clock set back, keeps no session alive", () => {
  const time = new VirtualTime(0);
  for (const frozen of ["now", "monotonic"] as const) {
    const clock = { now: () => time.now(), monotonic: () => time.monotonic(), [frozen]: () => 0 };
    const sessions = new Sessions({ clock, timers: time, random: realRandom });
    const token = sessions.open();
    time.advance(idleMs);
    assert.equal(sessions.use(token), null, frozen);
    sessions.stop();
  }
});

Deno.test("session: a page that streams is a use, and is ended after 7 days with 4401", () => {
  const { time, sessions } = aDoor();
  const token = sessions.open();
  const { closes } = bind(sessions, token);
  time.advance(absoluteMs - sweepMs);
  assert.deepEqual(closes, []);
  assert.ok(sessions.use(token) !== null);
  time.advance(2 * sweepMs);
  assert.deepEqual(closes, [4401]);
  assert.equal(sessions.use(token), null);
  sessions.stop();
});

Deno.test("session: a page that has left uses nothing", () => {
  const { time, sessions } = aDoor();
  const token = sessions.open();
  const { leave, closes } = bind(sessions, token);
  leave();
  time.advance(idleMs + sweepMs);

  assert.equal(sessions.count, 0);
  assert.deepEqual(closes, []);
  sessions.stop();
});

Deno.test("session: signing out closes its sockets with 4401 and no other", () => {
  const { sessions } = aDoor();
  const [mine, other] = [sessions.open(), sessions.open()];
  const [first, second] = [bind(sessions, mine), bind(sessions, mine)];
  const stranger = bind(sessions, other);

  sessions.end(mine);

  assert.deepEqual([first.closes, second.closes, stranger.closes], [[4401], [4401], []]);
  assert.equal(sessions.use(mine), null);
  assert.ok(sessions.use(other) !== null);
  sessions.stop();
});

Deno.test("session: there are at most 32; the one that was used longest ago gives way", () => {
  const { time, sessions } = aDoor();
  const tokens = Array.from({ length: count }, () => {
    time.advance(1_000);
    return sessions.open();
  });
  sessions.use(tokens[0]);
  time.advance(1_000);
  for (let i = 0; i < 5; i++) sessions.open();

  assert.equal(sessions.count, count);
  assert.ok(sessions.use(tokens[0]) !== null);
  assert.equal(sessions.use(tokens[1]), null);
  sessions.stop();
  assert.equal(time.pendingCount, 0);
});
