import assert from "node:assert/strict";
import { type GatedDesk, startGatedDesk } from "./gated_desk.ts";
import { header, type RawAnswer, type RawRequest, send } from "./raw_http.ts";
import { handshake, OPCODE, RawSocket } from "./raw_web_socket.ts";

type Line = readonly [name: string, value: string];

const desk: GatedDesk = await startGatedDesk();
const { port, code } = desk;
const HOST = `127.0.0.1:${port}`;
const ORIGIN = `http://${HOST}`;
const FORM: Line = ["content-type", "application/x-www-form-urlencoded"];
const OWN: readonly Line[] = [["origin", ORIGIN], ["sec-fetch-site", "same-origin"], FORM];
const BEARER: Line = ["authorization", `Bearer ${code}`];

Deno.test.afterAll(() => desk.stop());

function ask(target: string, headers: readonly Line[] = [], more: RawRequest = {}) {
  return send(port, { ...more, target, headers: [["host", HOST], ...headers] });
}

function post(body: string, headers: readonly Line[] = OWN): Promise<RawAnswer> {
  return ask("/login", headers, { method: "POST", body });
}

async function signIn(headers: readonly Line[] = OWN): Promise<Line> {
  const answer = await post(`code=${code}`, headers);
  assert.equal(answer.status, 303, answer.body);
  return ["cookie", (header(answer, "set-cookie") ?? "").split(";")[0]];
}

/** Bodies of everything a stranger can get, to look for what he must not see. */
const GUARDED = [
  "/api/data",
  "/api/history",
  "/api/debug",
  "/api/playback",
  "/api/stream",
  "/api/session",
  "/api/nope",
  "/readyz",
  "/metrics",
  "//api//data",
  "/api/data/",
  "/api/data?accounts=ira",
];

Deno.test("R84: without a session no page, API or stream answers, with any method", async () => {
  for (const target of GUARDED) {
    const answer = await ask(target);
    assert.equal(answer.status, 401, target);
    assert.match(header(answer, "www-authenticate") ?? "", /^Bearer/);
    assert.equal(header(answer, "cache-control"), "no-store");
    assert.match(answer.body, /^\{"error":"Sign in at \/login/, target);
    assert.equal((await ask(target, [], { method: "HEAD" })).status, 401, target);
    assert.equal((await ask(target, [], { method: "OPTIONS" })).status, 401, target);
  }
  const json: Line = ["content-type", "application/json"];
  const acts = { method: "POST", body: "{}" };
  assert.equal((await ask("/api/calculate_netliq", [json], acts)).status, 401);
  for (const target of ["/", "/?open=SPY", "/nope", "/_fresh/x.js"]) {
    const answer = await ask(target);
    assert.equal(answer.status, 303, target);
    assert.match(header(answer, "location") ?? "", /^\/login(\?next=%2F\S+)?$/);
    assert.equal(answer.body, "");
  }
});

Deno.test("R84: an upgrade without session or code gets 401 and no socket", async () => {
  const tries: Line[][] = [
    [],
    [["origin", ORIGIN]],
    [["origin", ORIGIN], ["cookie", `deltadesk_session_${port}=${"x".repeat(43)}`]],
    [["origin", ORIGIN], BEARER],
    [["authorization", "Bearer 0000-0000"]],
  ];
  for (const more of tries) {
    using socket = await RawSocket.open(port, [...handshake(port), ...more]);
    assert.equal(socket.answer.status, 401, JSON.stringify(more));
  }
});

Deno.test("R84: a native tool reads API and stream with the code as a bearer", async () => {
  const book = await ask("/api/data", [BEARER]);
  assert.equal(book.status, 200);
  assert.equal(JSON.parse(book.body).mode, "demo");
  assert.equal((await ask("/api/session", [BEARER])).status, 204);
  using socket = await RawSocket.open(port, [...handshake(port), BEARER]);
  assert.equal(socket.answer.status, 101);
  assert.equal((await socket.nextOfType("hello")).type, "hello");
  // A page cannot: its Origin, cookie or Sec-Fetch header gives it away.
  for (const line of [["origin", ORIGIN], ["cookie", "a=b"], ["sec-fetch-site", "none"]] as const) {
    assert.equal((await ask("/api/data", [BEARER, line])).status, 401, line[0]);
  }
});

Deno.test("R84: a code or token in the address is refused, and nothing repeats it", async () => {
  const cookie = await signIn();
  for (const name of ["token", "code", "access_token", "api_key"]) {
    for (const target of ["/", "/login", "/api/data", "/api/stream", "/healthz"]) {
      const answer = await ask(`${target}?${name}=${code}`, [cookie]);
      assert.equal(answer.status, 400, target);
      assert.match(answer.body, /never stands in an address/);
      assert.ok(!answer.body.includes(code));
    }
  }
});

Deno.test("MAL-4: the form opens a session, and only that of its own page", async () => {
  const answer = await post(`code=${code.toLowerCase()}&next=${encodeURIComponent("/?open=SPY")}`);
  assert.equal(answer.status, 303);
  assert.equal(header(answer, "location"), "/?open=SPY");
  const cookie = header(answer, "set-cookie") ?? "";
  const shape = /^deltadesk_session_(\d+)=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/;
  assert.equal(shape.exec(cookie)?.[1], String(port));
  const page = await ask("/?open=SPY", [["cookie", cookie.split(";")[0]]]);
  assert.equal(page.status, 200);
  assert.match(page.body, /Sign out/);
  assert.equal((await ask("/login", [["cookie", cookie.split(";")[0]]])).status, 303);

  const foreign: (readonly Line[])[] = [
    [FORM],
    [FORM, ["origin", "null"]],
    [FORM, ["origin", "http://evil.example"]],
    [FORM, ["origin", `http://127.0.0.1:${port + 1}`], ["sec-fetch-site", "same-site"]],
    [FORM, ["origin", ORIGIN], ["sec-fetch-site", "cross-site"]],
    [FORM, BEARER],
  ];
  for (const headers of foreign) {
    const refused = await post(`code=${code}`, headers);
    assert.equal(refused.status, 403, JSON.stringify(headers));
    assert.equal(header(refused, "set-cookie"), null);
  }
  const types = ["application/json", "text/plain", "multipart/form-data; boundary=x"];
  for (const type of types) {
    const own: Line[] = [["origin", ORIGIN], ["x-deltadesk", "1"], ["content-type", type]];
    assert.equal((await post(`{"code":"${code}"}`, own)).status, 415, type);
  }
});

Deno.test("MAL-1: no other path of a guarded desk takes a form", async () => {
  const cookie = await signIn();
  for (const target of ["/", "/api/calculate_netliq", "/api/playback", "/logout", "/login/x"]) {
    const answer = await ask(target, [...OWN, cookie], { method: "POST", body: "a=b" });
    assert.ok([403, 405, 415].includes(answer.status), `${target} ${answer.status}`);
  }
});

Deno.test("MAL-4: the sign-in leads to no other site", async () => {
  for (const next of ["//evil.example", "http://evil.example/", "/\\evil.example", "/\t/evil"]) {
    const value = encodeURIComponent(next);
    const answer = await post(`code=${code}&next=${value}`);
    assert.equal(header(answer, "location"), "/", next);
    const form = await ask(`/login?next=${value}`);
    assert.match(form.body, /name="next" value="\/"/);
  }
});

Deno.test("MAL-4: a new id at every sign-in; a planted one opens nothing", async () => {
  const planted: Line = ["cookie", `deltadesk_session_${port}=${"p".repeat(43)}`];
  const first = await signIn([...OWN, planted]);
  assert.notDeepEqual(first, planted);
  assert.equal((await ask("/api/session", [planted])).status, 401);
  const second = await signIn([...OWN, first]);
  assert.equal((await ask("/api/session", [first])).status, 401);
  const tossed: Line = ["cookie", `${planted[1]}; ${second[1]}`];
  assert.equal((await ask("/api/session", [tossed])).status, 204);
});

Deno.test("R28: signing out closes the stream with 4401, then 401", async () => {
  const cookie = await signIn();
  const page: Line[] = [["origin", ORIGIN], cookie];
  using socket = await RawSocket.open(port, [...handshake(port), ...page]);
  assert.equal(socket.answer.status, 101);
  await socket.sendJson({ type: "hello", version: 1, rows: "all", resume: null });
  for (let frame = await socket.next(); frame?.opcode !== OPCODE.binary;) {
    assert.ok(frame !== null);
    frame = await socket.next();
  }

  const out = await post("act=sign-out", [...OWN, cookie]);

  assert.equal(out.status, 303);
  assert.equal(header(out, "location"), "/login");
  assert.match(header(out, "set-cookie") ?? "", /=; Max-Age=0;/);
  assert.equal((await socket.untilEnd()).code, 4401);
  using again = await RawSocket.open(port, [...handshake(port), ...page]);
  assert.equal(again.answer.status, 401);
  assert.equal((await ask("/api/session", [cookie])).status, 401);
});

Deno.test("R82: the guard of hosts and origins stands before the sign-in", async () => {
  const evil = await send(port, { target: "/login", headers: [["host", "evil.example"]] });
  assert.equal(evil.status, 403);
  const cookie = await signIn();
  for (const origin of ["http://evil.example", "null"]) {
    using socket = await RawSocket.open(port, [...handshake(port), ["origin", origin], cookie]);
    assert.equal(socket.answer.status, 403, origin);
  }
  using native = await RawSocket.open(port, [...handshake(port), cookie]);
  assert.equal(native.answer.status, 403, "a cookie without Origin");
});

Deno.test("sign-in: its page shows nothing of the book, and what it needs is open", async () => {
  const page = await ask("/login");
  assert.equal(page.status, 200);
  assert.doesNotMatch(page.body, /SPY|dollar|Individual|data-n=|••••/);
  assert.match(page.body, /<meta name="referrer" content="same-origin"\/>/);
  const assets = [...page.body.matchAll(/(?:href|src)="(\/[^"#]+)"/g)].map(([, path]) => path);
  assert.ok(assets.length > 10);
  for (const asset of new Set(assets)) assert.equal((await ask(asset)).status, 200, asset);
  assert.equal((await ask("/healthz")).body, "ok\n");
  const absent = await ask("/css/absent.css");
  assert.equal(absent.status, 404);
  assert.doesNotMatch(absent.body, /data-n=|••••/);
});

/** The first messages of the stream as text, its snapshot among them. */
async function framesOf(line: Line, target: string): Promise<string[]> {
  const native = line === BEARER ? [] : [["origin", ORIGIN] as const];
  using socket = await RawSocket.open(port, [...handshake(port), ...native, line], target);
  await socket.sendJson({ type: "hello", version: 1, rows: "all", resume: null });
  const texts: string[] = [];
  while (texts.length < 8) {
    const frame = await socket.next();
    assert.ok(frame !== null);
    texts.push(new TextDecoder("latin1").decode(frame.payload));
  }
  return texts;
}

Deno.test("P17: the code is in no page, header, API answer, frame or environment", async () => {
  const cookie = await signIn();
  const plain = code.replace("-", "");
  const seen: string[] = [];
  for (const target of ["/api/stream", "/api/stream?format=json"]) {
    for (const line of [cookie, BEARER]) seen.push(...await framesOf(line, target));
  }
  for (const target of [...GUARDED, "/", "/login", "/nope", "/healthz"]) {
    for (const line of [cookie, BEARER]) {
      const answer = await ask(target, [line]);
      seen.push(JSON.stringify(answer.headers) + answer.body);
    }
  }
  seen.push((await post("code=short")).body);
  if (Deno.build.os === "linux") {
    seen.push(Deno.readTextFileSync(`/proc/${desk.pid}/environ`));
    seen.push(Deno.readTextFileSync(`/proc/${desk.pid}/cmdline`));
  }
  for (const text of seen) {
    assert.ok(!text.includes(code) && !text.includes(plain), text.slice(0, 200));
    if (!text.includes("set-cookie")) assert.ok(!text.includes(cookie[1].split("=")[1]));
  }
  // Once, in the line that is for the owner.
  assert.equal(desk.output().split(code).length - 1, 1);
});

// Last: it ends in a pause.
Deno.test("MAL-4: guessing pauses after five codes, for form and bearer, and says so", async () => {
  const cookie = await signIn();
  const wrong = ["66666666", "11111111", "22222222", "33333333", "44444444", "55555555"]
    .filter((guess) => guess !== code.replace("-", ""));
  const words: string[] = [];
  for (const guess of wrong.slice(0, 4)) {
    const answer = await post(`code=${guess}`);
    assert.equal(answer.status, 403);
    words.push(/id="code-problem" role="alert">([^<]+)</.exec(answer.body)?.[1] ?? answer.body);
    assert.equal(header(answer, "set-cookie"), null);
  }
  assert.deepEqual(
    words,
    ["4 tries", "3 tries", "2 tries", "1 try"].map((left) =>
      `That code does not match. ${left} left, then a 15 minute pause.`
    ),
  );
  assert.equal((await ask("/api/data", [["authorization", `Bearer ${wrong[0]}`]])).status, 401);
  const last = await ask("/api/data", [["authorization", `Bearer ${wrong[4]}`]]);
  assert.equal(last.status, 429);
  for (const paused of [await post(`code=${code}`), await ask("/api/data", [BEARER])]) {
    assert.equal(paused.status, 429);
    assert.match(header(paused, "retry-after") ?? "", /^(8\d\d|900)$/);
    assert.match(paused.body, /Too many wrong codes\. Try again in 15 minutes\./);
  }
  assert.equal((await ask("/api/session", [cookie])).status, 204, "who is in stays in");
  assert.match(desk.output(), /wrong login codes from 127\.0\.0\.1: Too many wrong codes\./);
});
