import assert from "node:assert/strict";
import { quantities, QUICK, whole, withDesk } from "./filled_desk.ts";
import { StrangerDesk } from "./stranger_desk.ts";

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
