import assert from "node:assert/strict";
import type {
  ConnectionReport,
  ConnectionsState,
  ConnectionStep,
  StepFault,
} from "../../domain/connection.ts";
import { readConnections } from "./read_state.ts";
import { connectView, emphasized } from "./view.ts";

/** 13:18:38 in New York. */
const AT = Date.UTC(2026, 9, 30, 17, 18, 38);
const TITLES = ["Sign-in valid", "Accounts found", "Positions arrive", "Quote token given"];
const FAULT: StepFault = {
  headline: "the sign-in is refused",
  cause: "The token is not taken.",
  remedy: ["Open **Manage**.", "Start again."],
};

function step(index: number, change: Partial<ConnectionStep> = {}): ConnectionStep {
  const title = TITLES[index];
  const found = { state: "passed", detail: "fine", at: AT, fault: null } as const;
  return { id: `step${index}`, title, ...found, ...change };
}

function state(
  steps: readonly ConnectionStep[],
  change: Partial<ConnectionReport> = {},
  isLoaded = false,
): ConnectionsState {
  const report = {
    id: "tastytrade",
    label: "tastytrade",
    note: "OAuth, production",
    steps,
    isLoaded,
    isTesting: false,
    checkedAt: AT,
    nextTestAt: AT + 5_000,
    settings: [{ name: "Client secret", value: "set, not shown", origin: ".env" }],
    howToChange: ["Write **A=…**."],
    ...change,
  };
  return { mode: "live", isLoaded, now: AT, connections: [report] };
}

/** Steps of which the one at `at` fails and the later ones were not reached. */
function failingAt(at: number, change: Partial<ConnectionStep> = {}): ConnectionStep[] {
  return TITLES.map((_, index) => {
    if (index < at) return step(index);
    if (index > at) return step(index, { state: "notReached", detail: "not reached", at: null });
    return step(index, { state: "failed", detail: "refused after 41 ms", fault: FAULT, ...change });
  });
}

for (const [at, title] of TITLES.entries()) {
  Deno.test(`connect view: a fault at "${title}" is the headline and opens its fix`, () => {
    const view = connectView(state(failingAt(at)));
    const [broker] = view.brokers;

    assert.equal(view.headline, `tastytrade stops at step ${at + 1}: the sign-in is refused.`);
    assert.deepEqual(broker.badge, { tone: "breach", text: `Step ${at + 1} of 4 fails` });
    assert.deepEqual(
      broker.steps.map(({ mark }) => mark),
      TITLES.map((_, index) => index < at ? "✓" : index === at ? "✕" : String(index + 1)),
    );
    assert.deepEqual(
      broker.steps.map(({ fix }) => fix !== null),
      TITLES.map((_, index) => index === at),
    );
    assert.equal(broker.steps[at].detail, "refused after 41 ms, 13:18:38");
    assert.equal(broker.steps[at].fix?.note, "tests itself, next at 13:18:43 New York");
    assert.equal(view.failing, 1);
    assert.match(view.title, /Not connected/);
  });
}

Deno.test("connect view: while a failing step is tested again only its words change", () => {
  const before = connectView(state(failingAt(1)));
  const steps = failingAt(1, { state: "running", detail: "testing" });
  const meanwhile = connectView(state(steps, { isTesting: true, nextTestAt: null }));

  assert.equal(meanwhile.headline, before.headline);
  assert.deepEqual(meanwhile.brokers[0].badge, before.brokers[0].badge);
  const [old, now] = [before.brokers[0].steps[1], meanwhile.brokers[0].steps[1]];
  assert.deepEqual([now.tone, now.mark, now.fix?.remedy], [old.tone, old.mark, old.fix?.remedy]);
  assert.deepEqual([now.spoken, now.detail], ["being tested", "testing"]);
  assert.equal(now.fix?.note, "being tested now");
});

Deno.test("connect view: the bar has a disc only where everything is proven", () => {
  const begun = TITLES.map((_, index) =>
    step(index, index === 0 ? { state: "running" } : { state: "notReached", at: null })
  );
  const bars = [
    begun,
    failingAt(1),
    failingAt(1, { state: "running" }),
    TITLES.map((_, i) => step(i)),
  ]
    .map((steps) => connectView(state(steps)).bar);

  assert.deepEqual(bars.map(({ pip }) => pip), ["late", "down", "down", "live"]);
  assert.equal(bars[1].text, "tastytrade: Step 2 of 4 fails");
});

Deno.test("BRK-2: a refused sign-in says that it waits for the reader", () => {
  const fix = connectView(state(failingAt(0), { nextTestAt: null })).brokers[0].steps[0].fix;
  assert.match(fix?.note ?? "", /waits for you/);
  assert.match(connectView(state(failingAt(0), { nextTestAt: null })).stand, /waits for you/);
  assert.match(connectView(state(failingAt(0))).stand, /goes on by itself/);
  const later = connectView(state(failingAt(2), { nextTestAt: null }, true)).brokers[0].steps[2];
  assert.match(later.fix?.note ?? "", /by itself/);
});

Deno.test("connect view: what is not tested has its number and no tick", () => {
  const steps = TITLES.map((_, index) => step(index));
  steps[3] = step(3, { state: "notTested", detail: "not tested: market closed" });
  const view = connectView(state(steps, { nextTestAt: null }, true));

  assert.equal(view.headline, "tastytrade is connected.");
  assert.equal(view.brokers[0].steps[3].mark, "4");
  assert.equal(view.brokers[0].steps[3].spoken, "not tested");
  assert.deepEqual(view.brokers[0].badge, { tone: "plain", text: "3 of 4 pass, 1 not tested" });
  assert.match(view.stand, /^One of its steps/);
});

Deno.test("connect view: before the first answer it says which step is under way", () => {
  const steps = TITLES.map((_, index) =>
    step(index, { state: index === 0 ? "running" : "notReached", detail: "", at: null })
  );
  const view = connectView(state(steps, { checkedAt: null, nextTestAt: null, isTesting: true }));

  assert.equal(view.headline, "tastytrade is being connected, step 1 of 4.");
  assert.deepEqual(view.kicker, ["1 broker", "first check under way"]);
  assert.equal(view.failing, 0);
});

Deno.test("connect view: demo and replay say what runs and that no broker is connected", () => {
  for (const mode of ["demo", "replay"] as const) {
    const view = connectView({ mode, isLoaded: true, now: AT, connections: [] });
    assert.match(view.headline, mode === "demo" ? /demo market runs/ : /recording is played/);
    assert.equal(view.failing, 0);
  }
});

Deno.test("connect view: what stands on a screen is told apart", () => {
  assert.deepEqual(emphasized("Open **Manage**, then go."), [
    { text: "Open ", isBold: false },
    { text: "Manage", isBold: true },
    { text: ", then go.", isBold: false },
  ]);
});

Deno.test("connections: the state is read back whole from its JSON, and nothing else is", () => {
  const known = state(failingAt(2));
  assert.deepEqual(readConnections(JSON.parse(JSON.stringify(known))), known);
  const broken = JSON.parse(JSON.stringify(known));
  broken.connections[0].steps[1].state = "fine";
  for (const raw of [null, 7, [], {}, { error: "no" }, broken]) {
    assert.equal(readConnections(raw), null);
  }
});

Deno.test("connect: the desk runs on one broker, and says without whom", () => {
  const there = state(TITLES.map((_, i) => step(i)), { nextTestAt: null }, true).connections[0];
  const away = { ...state(failingAt(0)).connections[0], id: "ib", label: "Interactive Brokers" };
  const view = connectView({ mode: "live", isLoaded: true, now: AT, connections: [there, away] });

  assert.equal(view.headline, "Interactive Brokers stops at step 1: the sign-in is refused.");
  assert.match(view.stand, /^tastytrade is connected\. The desk runs without Interactive Brokers/);
  assert.deepEqual(view.brokers.map(({ badge }) => badge.tone), ["ok", "breach"]);
  const both = connectView({
    mode: "live",
    isLoaded: true,
    now: AT,
    connections: [there, { ...there, id: "ib", label: "Interactive Brokers" }],
  });
  assert.equal(both.headline, "tastytrade and Interactive Brokers are connected.");
});
