import assert from "node:assert/strict";
import { fail } from "../../base/result.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import {
  anEquity,
  anOption,
  aPosition,
  greeks,
  quote,
  TestDesk,
} from "../../portfolio/desk_fixture_test.ts";
import type { IbSettings } from "../../settings/ib_settings.ts";
import type { IbAddress } from "../../brokers/ib/wire/client.ts";
import { greeksSeen, ibLive } from "./ib_live.ts";

const IB: IbSettings = {
  host: "192.168.1.5",
  port: 4001,
  clientId: 17,
  marketDataType: 3,
  cashCurrencies: [],
  accounts: [],
  inUse: [{ name: "DELTADESK_IB_PORT", value: "4001", origin: "flag --ib-port" }],
};

Deno.test("Interactive Brokers on the connection page: place, settings, how to change them", () => {
  const time = new VirtualTime();
  const opened: IbAddress[] = [];
  const surroundings = {
    clock: time,
    timers: time,
    random: { next: () => 0.5, bytes: (count: number) => new Uint8Array(count) },
    http: { send: () => Promise.resolve(fail("unreachable" as const)) },
    sockets: { connect: () => fail("badUrl" as const) },
    readText: () => Promise.resolve(fail("notFound" as const)),
    giveUp: (why: string) => assert.fail(why),
    ib: {
      tcp: { reach: () => Promise.resolve(fail("refused" as const)) },
      openClient: (address: IbAddress) => {
        opened.push(address);
        throw new Error("nothing is opened before a test");
      },
    },
  };
  const live = ibLive(IB, surroundings, () => null);
  const adapter = live.open();

  assert.deepEqual([live.id, live.mode, live.loadsAfter], ["ib", "live", "positions"]);
  assert.equal(live.note, "TWS API at 192.168.1.5:4001, client id 17");
  assert.equal(live.settings, IB.inUse);
  assert.match(live.howToChange.join(" "), /DELTADESK_IB_PORT=.*DELTADESK_MD_TYPE=3/);
  assert.equal(adapter.id, live.id, "accounts carry it, and a snapshot looks for it");
  assert.deepEqual(live.check.steps().map(({ state }) => state), Array(8).fill("notReached"));
  assert.deepEqual([opened.length, time.pendingCount], [0, 0]);
});

Deno.test("Greeks are counted over the options held at IB, by where they come from", () => {
  const [call, put] = [anOption(), anOption({ right: "put" })];
  const desk = new TestDesk().add(anEquity(), call, put);
  const account = { broker: "ib", number: "U1", nickname: "C", type: "", currency: "USD" };
  desk.book.addAccount({ id: "C", ...account });
  desk.hold(
    aPosition({ accountId: "C" }),
    aPosition({ accountId: "C", instrumentKey: call.key }),
    aPosition({ accountId: "C", instrumentKey: put.key }),
    aPosition({ accountId: "A", instrumentKey: call.key }),
  );
  assert.deepEqual(greeksSeen(desk.book), { wanted: 2, filled: 0 });
  desk.send(
    quote("XYZ", 99.9, 100.1),
    quote(call.key, 2, 2.2),
    greeks(call.key, 0.2, 0.5, 0.02, -0.05, 0.11, 0.04),
  );

  assert.deepEqual(greeksSeen(desk.book), { wanted: 2, filled: 1 });
});
