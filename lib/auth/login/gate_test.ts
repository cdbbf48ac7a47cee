import assert from "node:assert/strict";
import { realRandom } from "../../host/random.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { type Caller, LoginGate } from "./gate.ts";

const ORIGIN = "http://127.0.0.1:8765";
const TOOL: Caller = { address: "127.0.0.1", isNativeTool: true };
const BROWSER: Caller = { address: "127.0.0.1", isNativeTool: false };

function aGate() {
  const time = new VirtualTime(1_742_393_700_000);
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const gate = new LoginGate({ clock: time, timers: time, random: realRandom, say });
  return { time, gate, said };
}

function aRequest(path: string, headers: Record<string, string> = {}, method = "GET"): Request {
  return new Request(ORIGIN + path, { method, headers });
}

function bearer(code: string): Record<string, string> {
  return { authorization: `Bearer ${code}` };
}

/** Another code than the right one. */
function wrongCode(gate: LoginGate, number: number): string {
  const code = String(number).padStart(8, "0");
  return code === gate.shownCode.replace("-", "") ? "ZZZZZZZZ" : code;
}

function cookieOf(gate: LoginGate, request = aRequest("/login")): string {
  const signIn = gate.signIn(request, gate.shownCode, "127.0.0.1");
  assert.ok(signIn.kind === "signedIn");
  return signIn.cookie.split(";")[0];
}

function status(gate: LoginGate, request: Request, caller = BROWSER): number {
  return gate.refuse(request, caller)?.status ?? 200;
}

Deno.test("R84: without a session pages lead to the sign-in, services answer 401", async () => {
  const { gate } = aGate();
  const page = gate.refuse(aRequest("/?open=SPY"), BROWSER);
  assert.equal(page?.status, 303);
  assert.equal(page?.headers.get("location"), "/login?next=%2F%3Fopen%3DSPY");
  for (const path of ["/api/data", "/api/debug", "//api//stream", "/metrics", "/readyz", "/api"]) {
    const answer = gate.refuse(aRequest(path), TOOL);
    assert.equal(answer?.status, 401, path);
    assert.equal(answer?.headers.get("www-authenticate"), 'Bearer realm="deltadesk"');
    assert.deepEqual(Object.keys(await answer?.json()), ["error"]);
  }
  const upgrade = { upgrade: "websocket", connection: "Upgrade" };
  assert.equal(status(gate, aRequest("/", upgrade)), 401);
  assert.equal(status(gate, aRequest("/", {}, "POST")), 401);
  assert.equal(status(gate, aRequest("/", {}, "OPTIONS")), 401);
  assert.equal(status(gate, aRequest("/_fresh/js/a.js", { "sec-fetch-dest": "script" })), 401);
  gate.stop();
});

Deno.test("R84: open before the sign-in is what its page needs, and nothing else", () => {
  const { gate } = aGate();
  const open = ["/login", "/login?next=%2F", "/healthz", "/css/base.css", "/first_paint.js"];
  open.push("/icon.svg", "/icon-demo.svg", "/fonts/newsreader-latin-opsz-normal.woff2");
  for (const path of open) assert.equal(status(gate, aRequest(path)), 200, path);
  const shut = ["/", "/loginx", "/login/x", "/css/", "/css/x/../../api/data", "/css/%2e%2e/x"];
  shut.push("/healthz/x", "/readyz", "/icon.svg/x", "/css/a.css/b", "/fonts/..%2fx.woff2");
  for (const path of shut) assert.notEqual(status(gate, aRequest(path)), 200, path);
  gate.stop();
});

Deno.test("R84: a secret in the address is refused, even beside a session", async () => {
  const { gate } = aGate();
  const cookie = cookieOf(gate);
  for (const name of ["token", "code", "access_token", "Authorization", "session"]) {
    const request = aRequest(`/api/data?accounts=ira&${name}=${gate.shownCode}`, { cookie });
    const answer = gate.refuse(request, BROWSER);
    assert.equal(answer?.status, 400, name);
    const text = await answer?.text() ?? "";
    assert.match(text, /never stands in an address/);
    assert.ok(!text.includes(gate.shownCode));
  }
  assert.equal(status(gate, aRequest("/api/data?accounts=ira", { cookie })), 200);
  gate.stop();
});

Deno.test("R84: a native tool passes with the code as a bearer, a browser does not", () => {
  const { gate } = aGate();
  const { shownCode } = gate;
  for (const code of [shownCode, shownCode.toLowerCase(), shownCode.replace("-", "")]) {
    assert.equal(status(gate, aRequest("/api/data", bearer(code)), TOOL), 200);
  }
  assert.equal(status(gate, aRequest("/api/data", bearer(shownCode)), BROWSER), 401);
  assert.equal(status(gate, aRequest("/", bearer("0000-0000")), TOOL), 401);
  const basic = { authorization: `Basic ${btoa(`x:${shownCode}`)}` };
  assert.equal(status(gate, aRequest("/api/data", basic), TOOL), 401);
  gate.stop();
});

Deno.test("MAL-4: guessing by bearer and by form is one count, and pauses both", () => {
  const { gate, time, said } = aGate();
  for (let i = 0; i < 3; i++) {
    const guess = aRequest("/api/data", bearer(wrongCode(gate, i)));
    assert.equal(status(gate, guess, TOOL), 401);
  }
  const fourth = gate.signIn(aRequest("/login"), wrongCode(gate, 3), "127.0.0.1");
  assert.ok(fourth.kind === "refused");
  assert.equal(fourth.message, "That code does not match. 1 try left, then a 15 minute pause.");
  const fifth = gate.signIn(aRequest("/login"), wrongCode(gate, 4), "127.0.0.1");
  assert.ok(fifth.kind === "refused");
  assert.deepEqual([fifth.status, fifth.retryAfterS], [429, 900]);
  assert.equal(fifth.message, "Too many wrong codes. Try again in 15 minutes.");
  assert.equal(said.length, 1);

  const right = gate.refuse(aRequest("/api/data", bearer(gate.shownCode)), TOOL);
  assert.equal(right?.status, 429);
  assert.equal(right?.headers.get("retry-after"), "900");
  assert.equal(gate.signIn(aRequest("/login"), gate.shownCode, "127.0.0.1").kind, "refused");
  time.advance(15 * 60_000);
  assert.equal(status(gate, aRequest("/api/data", bearer(gate.shownCode)), TOOL), 200);
  assert.ok(!said.join().includes(gate.shownCode));
  gate.stop();
});

Deno.test("MAL-4: a pause shuts nobody out who has signed in", () => {
  const { gate } = aGate();
  const cookie = cookieOf(gate);
  for (let i = 0; i < 6; i++) gate.signIn(aRequest("/login"), wrongCode(gate, i), "127.0.0.1");

  assert.equal(status(gate, aRequest("/", { cookie })), 200);
  gate.stop();
});

Deno.test("MAL-4: a slip that cannot be a code costs no try", () => {
  const { gate } = aGate();
  for (let i = 0; i < 50; i++) {
    const signIn = gate.signIn(aRequest("/login"), "K7QM-2XP", "127.0.0.1");
    assert.ok(signIn.kind === "refused" && signIn.status === 400);
  }
  assert.equal(gate.signIn(aRequest("/login"), gate.shownCode, "127.0.0.1").kind, "signedIn");
  gate.stop();
});

Deno.test("MAL-4: a session that somebody planted is not taken over by signing in", () => {
  const { gate } = aGate();
  const planted = `deltadesk_session_8765=${"p".repeat(43)}`;
  const cookie = cookieOf(gate, aRequest("/login", { cookie: planted }));
  assert.notEqual(cookie, planted);
  assert.equal(status(gate, aRequest("/", { cookie: planted })), 303);

  const next = cookieOf(gate, aRequest("/login", { cookie }));
  assert.notEqual(next, cookie);
  assert.equal(status(gate, aRequest("/", { cookie })), 303, "the replaced session has ended");
  assert.equal(status(gate, aRequest("/", { cookie: next })), 200);
  gate.stop();
});

Deno.test("MAL-4: a cookie tossed in front by another port signs nobody out", () => {
  const { gate } = aGate();
  const cookie = cookieOf(gate);
  const tossed = `deltadesk_session_8765=${"t".repeat(43)}; ${cookie}`;
  assert.equal(status(gate, aRequest("/api/data", { cookie: tossed })), 200);
  const other = cookie.replace("8765", "9999");
  assert.equal(status(gate, aRequest("/api/data", { cookie: other })), 401);
  gate.stop();
});

Deno.test("R28: signing out ends the session and its sockets, and clears the cookie", () => {
  const { gate } = aGate();
  const cookie = cookieOf(gate);
  const closes: number[] = [];
  gate.bind(aRequest("/api/stream", { cookie }), {
    close: (code) => void closes.push(code ?? 0),
    addEventListener: () => {},
  });

  const cleared = gate.signOut(aRequest("/login", { cookie }, "POST"));

  assert.match(cleared, /^deltadesk_session_8765=; Max-Age=0; Path=\/; HttpOnly/);
  assert.deepEqual(closes, [4401]);
  assert.equal(status(gate, aRequest("/", { cookie })), 303);
  gate.stop();
});

Deno.test("R28: after a restart neither the old code nor the old session opens the desk", () => {
  const before = aGate();
  const cookie = cookieOf(before.gate);
  const { shownCode } = before.gate;
  before.gate.stop();
  const { gate } = aGate();

  assert.notEqual(gate.shownCode, shownCode);
  assert.equal(status(gate, aRequest("/api/session", { cookie })), 401);
  assert.equal(status(gate, aRequest("/api/data", bearer(shownCode)), TOOL), 401);
  gate.stop();
});

Deno.test("P17: a gate that is printed shows neither its code nor a token", () => {
  const { gate } = aGate();
  const token = cookieOf(gate).split("=")[1];
  const shown = Deno.inspect(gate, { depth: 20, showHidden: true }) + JSON.stringify(gate);

  for (const secret of [gate.shownCode, gate.shownCode.replace("-", ""), token]) {
    assert.ok(!shown.includes(secret));
  }
  gate.stop();
});
