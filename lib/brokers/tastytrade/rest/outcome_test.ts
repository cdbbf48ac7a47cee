import assert from "node:assert/strict";
import type { HttpReply } from "../../../ports/http.ts";
import { brokerErrorOf } from "./failure.ts";
import { outcomeOf, retryAfterMs } from "./outcome.ts";
import { CANARIES, get, rig, type Scripted, settled } from "./scripted_http_fixture_test.ts";
import { Secret } from "./secret.ts";

const NOW = Date.UTC(2026, 9, 30, 14);

function judge({ status = 200, body = "", headers = {} }: Scripted, secrets: Secret[] = []) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const reply: HttpReply = { status, text, header: (name) => headers[name] ?? null };
  return outcomeOf(reply, { label: "GET /x", secrets, now: NOW });
}

function failed(scripted: Scripted, secrets: Secret[] = []) {
  const outcome = judge(scripted, secrets);
  assert(!outcome.ok);
  return outcome.error;
}

Deno.test("a refusal keeps the broker's code, message and details", () => {
  const body = {
    error: {
      code: "preflight_check_failure",
      message: "One or more preflight checks failed",
      errors: [{ code: "margin_check_failed", message: "too little" }, {
        domain: "order",
        reason: "closed",
      }],
    },
  };
  const error = failed({ status: 422, body });
  assert.equal(error.kind, "refused");
  assert.equal(error.brokerCode, "preflight_check_failure");
  assert.match(error.message, /HTTP 422, preflight_check_failure: One or more .*too little; order/);
  assert.equal(brokerErrorOf(error).code, "refused");
});

Deno.test("BRK-8: a numeric code and an unknown one stay text", () => {
  assert.equal(
    failed({ status: 406, body: { error: { code: 406, message: "v" } } }).brokerCode,
    "406",
  );
  assert.equal(
    failed({ status: 400, body: { error: { code: "new_thing" } } }).brokerCode,
    "new_thing",
  );
  assert.equal(
    failed({ status: 400, body: { error: "invalid_grant" } }).brokerCode,
    "invalid_grant",
  );
});

Deno.test("every status has its class, code and line on what to do", () => {
  const html = "<html><body>nginx</body></html>";
  const cases = [
    [{ status: 401, body: html }, "unauthorized", /environment|grant/],
    [{ status: 403, body: { error: { code: "not_permitted" } } }, "unauthorized", /scope/],
    [{ status: 404, body: { error: { code: "record_not_found" } } }, "refused", /exists/],
    [{ status: 429, body: html }, "rateLimited", /wait/],
    [{ status: 500, body: html }, "unreachable", /again/],
    [{ status: 504, body: "" }, "unreachable", /again/],
    [{ status: 200, body: html }, "malformed", /browser/],
    [{ status: 404, body: html }, "malformed", /browser/],
    [
      { status: 302, body: "", headers: { location: "http://portal.test/" } },
      "malformed",
      /browser/,
    ],
    [{ status: 200, body: '{"data":' }, "malformed", /browser/],
    [{ status: 200, body: "[]" }, "malformed", /browser/],
  ] as const;
  for (const [scripted, code, fix] of cases) {
    const error = brokerErrorOf(failed(scripted));
    assert.equal(error.code, code, JSON.stringify(scripted));
    assert.match(error.fix ?? "", fix);
    assert(!/portal\.test|<html|nginx/.test(error.message), error.message);
  }
});

Deno.test("an empty success is null", () => {
  assert.deepEqual(judge({ status: 204 }), { ok: true, value: null });
});

Deno.test("BRK-3: Retry-After is read as seconds and as a date, within a day", () => {
  assert.equal(retryAfterMs("120", NOW), 120_000);
  assert.equal(retryAfterMs("Fri, 30 Oct 2026 14:00:30 GMT", NOW), 30_000);
  assert.equal(retryAfterMs("Fri, 30 Oct 2026 13:00:00 GMT", NOW), 0);
  assert.equal(retryAfterMs("999999999", NOW), 86_400_000);
  assert.equal(retryAfterMs("soon", NOW), null);
  assert.equal(retryAfterMs(null, NOW), null);
});

Deno.test("MAL-7: what the other side says is one clean short line", () => {
  const esc = String.fromCharCode(27);
  const message = `bad\r\nINFO forged ${esc}[31mred${esc}[0m \u2028x\u202e ${"y".repeat(500)}`;
  const error = failed({ status: 422, body: { error: { code: `c\n1${esc}[2J`, message } } });
  assert(!/[\p{Cc}\u2028\u202e]/u.test(error.message + error.brokerCode), error.message);
  assert(!error.message.includes("[31m"));
  assert(error.message.length <= 200);
});

Deno.test("P17: echoed secrets, tokens and account numbers are taken out", () => {
  const secrets = [new Secret(CANARIES.clientSecret), new Secret('q"uo\\te')];
  const said = [
    CANARIES.clientSecret,
    encodeURIComponent(CANARIES.clientSecret),
    "Bearer abc.def",
    "eyJhbGciOi.payload.sig",
    'q"uo\\te',
    "account 5WZ00042",
  ].join(" ");
  const { message } = failed(
    { status: 422, body: { error: { code: "x", message: said } } },
    secrets,
  );
  assert(!/CANARY|abc\.def|payload|uo|5WZ/.test(message), message);
  assert.match(message, /account ••••0042/);
});

Deno.test("P17: no failure and no printed transport holds a canary", async () => {
  const endings: Scripted[] = [
    { status: 400 },
    { status: 401 },
    { status: 422 },
    { status: 500 },
    { status: 200, body: `<html>${CANARIES.refreshToken}</html>` },
  ];
  for (const ending of endings) {
    for (const place of ["login", "call"] as const) {
      const token = place === "call" ? "token-CANARY" : "";
      const echo = `${CANARIES.clientSecret} ${CANARIES.refreshToken} ${token}`;
      const answer = { body: { error: { code: echo, message: echo } }, ...ending };
      const run = rig(() => answer);
      run.http.login = () =>
        place === "login" ? answer : { body: { access_token: "token-CANARY", expires_in: 900 } };
      const outcome = await settled(run.time, get(run, "/accounts/5WZ00042/positions"));
      assert(!outcome.ok);
      const printed = [
        JSON.stringify(outcome),
        JSON.stringify(brokerErrorOf(outcome.error)),
        Deno.inspect(outcome, { depth: 9 }),
        Deno.inspect(run.transport, { depth: 9, showHidden: true }),
        JSON.stringify(run.transport),
      ].join("\n");
      assert(!printed.includes("CANARY"), `${place} ${ending.status}: ${printed.slice(0, 400)}`);
      assert(!printed.includes("5WZ00042"), printed.slice(0, 400));
    }
  }
});

Deno.test("P17: a secret prints as [redacted] in every way", () => {
  const secret = new Secret("CANARY");
  const printed = [`${secret}`, JSON.stringify({ secret }), Deno.inspect(secret), String([secret])];
  assert(printed.every((text) => text.includes("[redacted]") && !text.includes("CANARY")));
  assert.equal(secret.reveal(), "CANARY");
});

Deno.test("an error without a body is the broker's, and not asked for again", () => {
  for (const body of ["", " \n"]) {
    const error = failed({ status: 404, body });
    assert.equal(error.kind, "refused");
    assert.match(error.message, /HTTP 404, without a reason/);
  }
  assert.equal(failed({ status: 404, body: "<html>" }).kind, "malformed");
  assert.equal(failed({ status: 302, body: "" }).kind, "malformed");
  assert.equal(failed({ status: 503, body: "" }).kind, "unreachable");
});
