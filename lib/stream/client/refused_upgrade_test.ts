import assert from "node:assert/strict";
import { VirtualTime } from "@/lib/ports/virtual_time.ts";
import { FakeBook } from "@/tests/fixtures/fake_book.ts";
import { aDesk, Network } from "@/tests/fixtures/stream_link.ts";
import { CLOSE } from "../protocol/limits.ts";
import { askWhyRefused } from "./refused_upgrade.ts";
import { StreamClient, type StreamState } from "./stream_client.ts";

/** A page's client whose desk says whether it is signed in; `asked` counts the questions. */
function aPage(answers: () => boolean) {
  const time = new VirtualTime(1_742_393_700_000);
  const book = new FakeBook({ underlyings: 1, accounts: 1, rows: 2, seed: 4 });
  const network = new Network(aDesk(book, time));
  const states: StreamState[] = [];
  let asked = 0;
  const ask = () => {
    asked++;
    return Promise.resolve(answers());
  };
  const client = new StreamClient({
    connect: (events) => network.connect(askWhyRefused(events, ask)),
    monotonic: () => time.monotonic(),
    setTimer: (delayMs, work) => time.setTimer(delayMs, work),
    random: () => 0.5,
    onStatus: ({ state }) => void states.push(state),
  });
  client.start();
  return { time, network, client, states, asked: () => asked };
}

/** Lets answered questions be heard between steps of the virtual clock. */
async function run(time: VirtualTime, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    time.advance(1_000);
    await Promise.resolve();
    await Promise.resolve();
  }
}

Deno.test("R28: a session that ended while the line was down ends the retries", async () => {
  let isSignedOut = false;
  const { time, network, client, states, asked } = aPage(() => isSignedOut);
  await run(time, 2);
  assert.equal(client.status.state, "live");

  network.isCut = true;
  network.drop();
  isSignedOut = true;
  await run(time, 600);

  assert.deepEqual(states, ["live", "down", "signedOut"]);
  assert.equal(asked(), 1);
  assert.equal(network.sockets.length, 2);
  network.desk.hub.stop("end");
  assert.equal(time.pendingCount, 0, "nothing tries again");
});

Deno.test("R28: a desk that is away is tried again, signed in or not known", async () => {
  const { time, network, client, asked } = aPage(() => false);
  await run(time, 2);
  network.isCut = true;
  network.drop();
  await run(time, 60);
  assert.equal(client.status.state, "down");
  assert.ok(asked() >= 3);

  network.isCut = false;
  await run(time, 70);

  assert.equal(client.status.state, "live");
  client.stop();
});

Deno.test("R28: a line that had spoken is not asked about, nor one closed with 4401", async () => {
  const codes: number[] = [];
  const events = { message: () => {}, closed: (code: number) => void codes.push(code) };
  const never = () => Promise.reject(new Error("asked"));
  const spoken = askWhyRefused(events, never);
  spoken.message("{}");
  spoken.closed(1006);
  askWhyRefused(events, never).closed(CLOSE.unauthorized);
  await Promise.resolve();

  assert.deepEqual(codes, [1006, 4401]);
});
