import assert from "node:assert/strict";
import type { Fault } from "@/sims/tastytrade/mod.ts";
import { seededRandom } from "@/tests/fixtures/fake_book.ts";
import { LiveDesk } from "./live_desk.ts";

const SEEDS = Number(Deno.env.get("DELTADESK_SEEDS") ?? 40);

/** Everything that can go wrong between the broker's three faces and the desk. */
const FAULTS: readonly Fault[] = [
  { on: "dxlink", do: "mute" },
  { on: "dxlink", do: "deaf" },
  { on: "dxlink", do: "drop" },
  { on: "dxlink", do: "drop", byte: 900 },
  { on: "dxlink", do: "slow", latencyMs: 400, jitterMs: 1200 },
  { on: "dxlink", do: "duplicate", when: { share: 0.3 } },
  { on: "dxlink", do: "reorder", when: { share: 0.3 } },
  { on: "dxlink", do: "malformed", how: "noise", when: { share: 0.2 } },
  { on: "dxlink", do: "refuse", status: 429 },
  { on: "dxlink", do: "switchFormat", format: "FULL" },
  { on: "dxlink", do: "reorderFields", type: "Quote" },
  { on: "dxlink", do: "closeChannel" },
  { on: "streamer", do: "mute" },
  { on: "streamer", do: "deaf" },
  { on: "streamer", do: "drop" },
  { on: "streamer", do: "drop", byte: 300 },
  { on: "streamer", do: "duplicate", when: { share: 0.5 } },
  { on: "streamer", do: "reorder", when: { share: 0.5 } },
  { on: "streamer", do: "malformed", when: { share: 0.3 } },
  { on: "streamer", do: "refuse", status: 503 },
  { on: "rest", do: "status", status: 503 },
  { on: "rest", do: "status", status: 502, body: "html" },
  { on: "rest", do: "status", status: 429, retryAfterS: 5 },
  // Refused logins end with "login needed" (BRK-2); a token that is not taken passes.
  { on: "rest", do: "status", status: 401, when: { share: 0.5, path: "/accounts" } },
  { on: "rest", do: "html", when: { share: 0.5 } },
  { on: "rest", do: "mute" },
  { on: "rest", do: "drop", byte: 40 },
  { on: "rest", do: "malformed", when: { share: 0.5 } },
  { on: "rest", do: "slow", latencyMs: 800, jitterMs: 3000 },
  { on: "tokens", do: "expireAccess" },
  { on: "tokens", do: "expireQuote" },
];

async function play(desk: LiveDesk, seed: number): Promise<string> {
  const next = seededRandom(seed);
  const { run } = desk;
  const played: string[] = [];
  await run.advance(3_000);
  for (let count = 4; count > 0; count--) {
    const fault = FAULTS[Math.floor(next() * FAULTS.length)];
    played.push(JSON.stringify(fault));
    run.sim.inject(fault);
    await run.advance(2_000 + Math.floor(next() * 20_000), 250);
    if (next() < 0.4) run.sim.faults.clear();
  }
  run.sim.faults.clear();
  return played.join(" ");
}

/** What is wrong after the faults of a seed have ended. */
async function wrongAfter(seed: number): Promise<string[]> {
  const desk = await LiveDesk.start({ seed, positions: 30, eventRate: 40, stepMs: 250 });
  const played = await play(desk, seed);
  await desk.run.advance(150_000, 250);
  await desk.settle();
  const notLive = desk.run.broker.health().filter(({ state }) => state !== "live")
    .map(({ feed, state, detail }) => `${feed} is ${state}: ${detail}`);
  const wrong = [...desk.positionDifferences(), ...desk.marketDifferences(), ...notLive];
  await desk.stop();
  return wrong.map((text) => `seed ${seed} ${played}: ${text}`);
}

const IDS = "BRK-1, BRK-3, BRK-7, NET-1, NET-4, NET-6, X-01";

Deno.test(`${IDS}: after ${SEEDS} seeds of faults the book equals the broker's`, async () => {
  const wrong: string[] = [];
  for (let seed = 1; seed <= SEEDS; seed++) wrong.push(...await wrongAfter(seed));

  assert.deepEqual(wrong, []);
});
