import assert from "node:assert/strict";
import { EXPECTED, LISTED, UNVALUED } from "./listing.ts";
import { StrangerDesk } from "./stranger_desk.ts";

const ROWS = EXPECTED.length + UNVALUED.length;

/** A desk whose book is filled; ended whatever the work does. */
async function withDesk(
  options: { readonly pace?: number },
  work: (desk: StrangerDesk) => Promise<void>,
): Promise<void> {
  const desk = new StrangerDesk({ version: 178 }, options);
  try {
    await desk.start();
    await whole(desk);
    await work(desk);
    assert.deepEqual(desk.stranger.problems, []);
  } finally {
    await desk.stop();
  }
}

/** Every row that can be valued is, and every line that is wanted spoke. */
async function whole(desk: StrangerDesk): Promise<void> {
  await desk.until("whole", () => {
    const rows = desk.rows();
    const open = rows.filter(({ mark }) => Number.isNaN(mark));
    return desk.isLive() && rows.length === ROWS && open.length === UNVALUED.length;
  });
}

function quantities(desk: StrangerDesk): string[] {
  return desk.rows().map(({ account, key, signedQuantity }) =>
    `${account} ${key} ${signedQuantity}`
  )
    .sort();
}

Deno.test("R24, R25: cut off and back, a stranger that lists nothing closes nothing", async () => {
  await withDesk({}, async (desk) => {
    const { stranger } = desk;
    const before = quantities(desk);
    for (let i = 0; i < 3; i++) {
      stranger.tell((one) => one.notice(1100, "Connectivity between … and TWS has been lost."));
    }
    await desk.until("down", () => desk.states().every((state) => state === "down"));
    stranger.tell((one) => one.notice(1102, "Connectivity … restored - data maintained: usfarm"));
    await desk.until("live", () => desk.isLive());
    assert.deepEqual(quantities(desk), before);

    stranger.held = [];
    const asked = stranger.asked.length;
    stranger.tell((one) => {
      one.forget();
      one.notice(1101, "Connectivity … restored - data lost.");
    });
    const again = () => stranger.asked.slice(asked).map(([id]) => id);
    await desk.until("all is asked for again", () => {
      const ids = again();
      return ids.includes("61") && ids.includes("6") && ids.filter((id) => id === "1").length >= 12;
    });
    assert.deepEqual(quantities(desk), before);
    await whole(desk);
    assert.equal(stranger.accepted, 1);
  });
});

/** Waits of many seconds: they pass quicker here. */
const QUICK = { pace: 15 };

Deno.test("R04, R16, R18: cut in a frame, silence, a client id in use: all heals", async () => {
  await withDesk(QUICK, async (desk) => {
    const before = quantities(desk);
    const { stranger } = desk;
    stranger.refuseNext(1, 1);
    stranger.tell((session) => void session.cut());
    await desk.until("down", () => desk.states().every((state) => state === "down"));
    const words = /client id 77 is in use.*--ib-client-id/;
    await desk.until("told", () => words.test(desk.broker.health()[0].detail ?? ""));
    // Its socket that nobody answered is closed as well.
    await desk.until("nobody is there", () => stranger.sessions.size === 0);
    assert.deepEqual(quantities(desk), before);
    await whole(desk);
    assert.deepEqual(quantities(desk), before);
    assert.equal(stranger.sessions.size, 1);
    // Fills of before are not told again.
    assert.deepEqual(desk.fills, []);
  });
});

Deno.test("R34: a start against a stranger of another version ends with what to do", async () => {
  await Promise.all([100, 156, 200].map(async (version) => {
    const desk = new StrangerDesk({ version }, QUICK);
    try {
      const started = await desk.engine.start();
      assert.ok(!started.ok, "it cannot start");
      assert.match(started.error.message, new RegExp(`version ${version}`, "i"));
      assert.match(started.error.fix ?? "", /update TWS/);
    } finally {
      await desk.stop();
    }
  }));
});

Deno.test("R31: messages and fields that nobody knows cost nothing beside them", async () => {
  await withDesk({}, async (desk) => {
    const before = quantities(desk);
    desk.stranger.tell((session) => {
      session.say("777", "1", "what", "is", "this");
      session.say("46", "6", "1000000", "45", "1795014000", "one more");
      session.say("not a number");
      session.say("");
      session.notice(9_999, "an error of tomorrow ☂");
      session.say("4", "2", "-1", "9998", "bad reject", "{not json");
      session.ask(LISTED.spy, 610);
    });
    await desk.until("the next message", () => desk.quoteOf("SPY").ask === 610);
    assert.deepEqual(quantities(desk), before);
    assert.equal(desk.stranger.accepted, 1);
    assert.ok(desk.isLive());
    const [{ dropped, detail }] = desk.broker.health();
    assert.ok(dropped["messages not understood"] >= 4, JSON.stringify(dropped));
    assert.match(detail ?? "", /messages that are not known/);
  });
});

Deno.test("X-01: five lines of a stranger go round, and never a sixth", async () => {
  const desk = new StrangerDesk({ version: 178, linesMax: 5 }, QUICK);
  try {
    await desk.start();
    const spoken = () => new Set(desk.stranger.spoken).size;
    await desk.until("a turn is over", () => spoken() > 5);
    assert.deepEqual(desk.stranger.problems, []);
    assert.match(desk.broker.health()[2].detail ?? "", /12 instruments on 5 of 100 lines/);
    const refused = desk.stranger.refusedCount;
    await desk.until("the next turn", () => spoken() > 6);
    assert.equal(desk.stranger.refusedCount, refused, "what was learned is kept to");
  } finally {
    await desk.stop();
  }
});

Deno.test("one contract of which a stranger tells nothing holds a start up once", async () => {
  const desk = new StrangerDesk({ version: 178 }, QUICK);
  const { stranger } = desk;
  stranger.unsaid.add(LISTED.put.conId);
  try {
    const before = stranger.now();
    await desk.start();
    const tookMs = stranger.now() - before;
    assert.ok(tookMs < 45_000, `the start took ${tookMs} ms`);
    // Its OCC symbol tells what it is.
    await whole(desk);
  } finally {
    await desk.stop();
  }
});
