import assert from "node:assert/strict";
import type { Fault } from "@/sims/tastytrade/mod.ts";
import { CANARIES } from "../rest/scripted_http_fixture_test.ts";
import { CheckRig, type CheckRigOptions, ON_SUNDAY, reply } from "./check_rig_fixture_test.ts";
import { type StepId, STEPS } from "./steps.ts";

Deno.test("check: all is well, and every step passes but the one not tested", async () => {
  const rig = new CheckRig();
  const end = await rig.run();
  const steps = rig.check.steps();

  assert.deepEqual(end, { isPassed: true, isLoginRefused: false, retryAfterMs: null });
  assert.deepEqual(rig.states(), [...Array(6).fill("passed"), "notTested"]);
  const legs = rig.sim.market.world.instruments().length;
  assert.equal(steps[0].detail, "renews in 11\u202fmin");
  assert.equal(steps[1].detail, "3 accounts");
  assert.match(steps[2].detail, /^\d+ legs in 3 accounts$/);
  assert.ok(legs > 0 && parseInt(steps[2].detail) > 50);
  assert.match(steps[3].detail, /^level api, for 1\u202fd$/);
  assert.match(steps[4].detail, /^open and authorized after \d+ ms$/);
  assert.match(steps[5].detail, /^SPY after \d+ ms$/);
  assert.equal(rig.sim.tokens.issued.access, 1, "one login");
  assert.equal(await rig.leftovers(), 0);
});

/** What goes wrong, the step that must fail for it, and words that must be there. */
interface Case {
  readonly name: string;
  readonly step: StepId;
  readonly headline: RegExp;
  readonly detail: RegExp;
  readonly remedy: RegExp;
  readonly rig?: CheckRigOptions;
  readonly fault?: Fault;
  readonly isLoginRefused?: boolean;
  readonly retryAfterMs?: number;
}

const LOGIN = { path: "/oauth/token" };
const ACCOUNTS = { path: "/customers/me/accounts" };
const POSITIONS = { path: "/accounts/" };
const QUOTE_TOKEN = { path: "/api-quote-tokens" };
const PORTAL = "<!doctype html><html><body>Welcome to the hotel</body></html>";

const NONE = { data: { items: [] } };
const CLOSED = {
  data: { items: [{ account: { "account-number": "5WZ00042", "is-closed": true } }] },
};

function answering(path: string, body: unknown): CheckRigOptions {
  return { intercept: ({ url }) => url.endsWith(path) ? reply(200, body) : null };
}

const CASES: readonly Case[] = [
  {
    name: "the refresh token is wrong",
    step: "signIn",
    rig: { sim: { rest: { refreshToken: "another" } } },
    headline: /the sign-in is refused/,
    detail: /^refused after \d+ ms$/,
    remedy: /\*\*My Profile\*\*, \*\*API\*\*, \*\*OAuth Applications\*\*/,
    isLoginRefused: true,
  },
  {
    name: "the sign-in is forbidden",
    step: "signIn",
    fault: { on: "rest", do: "status", status: 403, when: LOGIN },
    headline: /may not do this/,
    detail: /^refused after/,
    remedy: /scopes contain \*\*read\*\*/,
    isLoginRefused: true,
  },
  {
    name: "too many calls",
    step: "signIn",
    fault: { on: "rest", do: "status", status: 429, retryAfterS: 42, when: LOGIN },
    headline: /asks to wait 42 s/,
    detail: /^too many calls/,
    remedy: /by itself/,
    retryAfterMs: 42_000,
  },
  {
    name: "the service fails",
    step: "signIn",
    fault: { on: "rest", do: "status", status: 503, when: LOGIN },
    headline: /HTTP 503/,
    detail: /^HTTP 503 after/,
    remedy: /tastytrade's own app/,
  },
  {
    name: "a captive portal answers",
    step: "signIn",
    rig: { intercept: () => reply(200, PORTAL) },
    headline: /page of its own/,
    detail: /^not tastytrade's answer/,
    remedy: /sign in to the network/,
  },
  {
    name: "a captive portal sends elsewhere",
    step: "signIn",
    rig: { intercept: () => reply(302, "") },
    headline: /page of its own/,
    detail: /^not tastytrade's answer/,
    remedy: /sign in to the network/,
  },
  {
    name: "there is no network",
    step: "signIn",
    fault: { on: "rest", do: "drop" },
    headline: /no connection to https:\/\/api\.tastyworks\.com/,
    detail: /^no connection after/,
    remedy: /VPN, firewall and proxy/,
  },
  {
    name: "nobody answers",
    step: "signIn",
    fault: { on: "rest", do: "mute" },
    headline: /does not answer in time/,
    detail: /^no answer within 10 s$/,
    remedy: /slow/,
  },
  {
    name: "the certificate is not tastytrade's",
    step: "signIn",
    rig: { intercept: () => "untrusted" },
    headline: /cannot prove that it is tastytrade/,
    detail: /^certificate refused/,
    remedy: /date and time/,
  },
  {
    name: "the answer is garbage",
    step: "accounts",
    rig: answering("/accounts", '{"data":'),
    headline: /not tastytrade's answer/,
    detail: /^not tastytrade's answer/,
    remedy: /newer version/,
  },
  {
    name: "the token is not taken",
    step: "accounts",
    fault: { on: "rest", do: "status", status: 401, when: ACCOUNTS },
    headline: /sign-in is refused/,
    detail: /^refused after/,
    remedy: /\.env/,
    isLoginRefused: true,
  },
  {
    name: "the login has no account",
    step: "accounts",
    rig: answering("/customers/me/accounts", NONE),
    headline: /this login has no account/,
    detail: /^no account$/,
    remedy: /still being checked/,
  },
  {
    name: "every account is closed",
    step: "accounts",
    rig: answering("/customers/me/accounts", CLOSED),
    headline: /every account is closed/,
    detail: /^1 account, all closed$/,
    remedy: /several logins/,
  },
  {
    name: "the filter names none of the accounts",
    step: "accounts",
    rig: { check: { accounts: ["pension"] } },
    headline: /no account is named pension/,
    detail: /^no pension$/,
    remedy: /--accounts/,
  },
  {
    name: "positions fail",
    step: "positions",
    fault: { on: "rest", do: "status", status: 500, when: POSITIONS },
    headline: /HTTP 500/,
    detail: /^HTTP 500/,
    remedy: /wait/,
  },
  {
    name: "the user is no customer yet",
    step: "quoteToken",
    fault: {
      on: "rest",
      do: "status",
      status: 403,
      error: "quote_streamer.customer_not_found_error",
      when: QUOTE_TOKEN,
    },
    headline: /this login gets no quotes/,
    detail: /^refused after/,
    remedy: /market data agreements/,
  },
  {
    name: "the clock of this machine is wrong",
    step: "quoteToken",
    rig: { sim: { rest: { skewMs: 720_000 } } },
    headline: /clock is 12 min behind/,
    detail: /clocks differ/,
    remedy: /timedatectl/,
  },
  {
    name: "the feed refuses the token",
    step: "feed",
    rig: { sim: { rest: { quoteTokenLifeMs: 0 } } },
    headline: /feed refuses the quote token/,
    detail: /^refused after/,
    remedy: /agreements/,
  },
  {
    name: "the feed lets nobody in",
    step: "feed",
    fault: { on: "dxlink", do: "refuse", status: 503 },
    headline: /cannot be opened/,
    detail: /^not open after/,
    remedy: /WebSocket/,
  },
  {
    name: "the feed is at a foreign address",
    step: "feed",
    rig: { check: { isFeedUrlAllowed: () => false } },
    headline: /address that this desk does not know/,
    detail: /^unknown address$/,
    remedy: /newer version/,
  },
  {
    name: "the feed is mute in the session",
    step: "firstQuote",
    fault: { on: "dxlink", do: "mute", when: { frame: 5 } },
    headline: /sends nothing/,
    detail: /^silent for 15 s$/,
    remedy: /half a minute/,
  },
];

for (const one of CASES) {
  Deno.test(`check: ${one.name}: ${one.step} fails with cause and remedy`, async () => {
    const rig = new CheckRig(one.rig);
    if (one.fault !== undefined) rig.sim.inject(one.fault);
    const end = await rig.run();
    const index = STEPS.findIndex(({ id }) => id === one.step);
    const { id, fault, detail, at } = rig.failing();

    assert.equal(id, one.step);
    assert.match(fault.headline, one.headline);
    assert.match(detail, one.detail);
    assert.match(fault.remedy.join("\n"), one.remedy);
    assert.ok(fault.cause.length > 20 && at !== null);
    assert.deepEqual(end, {
      isPassed: false,
      isLoginRefused: one.isLoginRefused ?? false,
      retryAfterMs: one.retryAfterMs ?? null,
    });
    const states = rig.states();
    assert.ok(states.slice(0, index).every((state) => state === "passed"), states.join());
    assert.ok(states.slice(index + 1).every((state) => state === "notReached"), states.join());
    const text = JSON.stringify(rig.check.steps());
    const numbers = rig.sim.accounts.accounts.map(({ number }) => number);
    for (const secret of [...Object.values(CANARIES), ...numbers, "Bearer", "qt_", "at_"]) {
      assert.ok(!text.includes(secret), secret);
    }
    assert.equal(await rig.leftovers(), 0);
  });
}

Deno.test("check: outside the session a silent feed is not tested, which is no tick", async () => {
  const rig = new CheckRig({ startsAt: ON_SUNDAY });
  rig.sim.inject({ on: "dxlink", do: "mute", when: { frame: 5 } });
  const end = await rig.run();
  const step = rig.check.steps()[5];

  assert.ok(end.isPassed);
  assert.deepEqual([step.state, step.fault], ["notTested", null]);
  assert.match(step.detail, /no quote is due, market closed/);
  assert.equal(await rig.leftovers(), 0);
});
