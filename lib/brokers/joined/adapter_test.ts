import assert from "node:assert/strict";
import { ok } from "../../base/result.ts";
import { isOption } from "../../domain/instrument.ts";
import type { BrokerAdapter } from "../../ports/broker.ts";
import { VirtualTime } from "../../ports/virtual_time.ts";
import { demoBroker } from "../demo/adapter.ts";
import { localLink } from "../demo/wire/link.ts";
import { LIVE, SeeingSink, subscriptions, value } from "@/tests/contract/broker_subject.ts";
import { JoinedBroker } from "./adapter.ts";

const START = { seed: 7, date: "2025-03-19", positions: 48, eventRate: 400, speed: 1 };

/** A sink that keeps what is told in sentences. */
class TellingSink extends SeeingSink {
  readonly troubles: string[] = [];
  redeliveries = 0;

  trouble(message: string): void {
    this.troubles.push(message);
  }

  redelivered(): void {
    this.redeliveries++;
  }
}

/** Two demo markets of one world as brokers; the second's descriptions may be changed. */
class Rig {
  readonly time = new VirtualTime();
  readonly north = this.#demo();
  readonly south = this.#demo();
  readonly joined: JoinedBroker;
  readonly sink: TellingSink;

  constructor(south: (demo: BrokerAdapter) => BrokerAdapter | null = (demo) => demo) {
    const { time, north } = this;
    this.joined = new JoinedBroker({
      members: [
        { id: "north", label: "North", adapter: north },
        { id: "south", label: "South", adapter: south(this.south) },
      ],
      mode: "demo",
      baseCurrency: "USD",
      referenceKey: "SPY",
      source: north.clock,
      clock: time,
      timers: time,
    });
    this.sink = new TellingSink(() => this.joined.clock.now());
  }

  #demo() {
    const { time } = this;
    return demoBroker({ start: START, link: localLink(time, time), clock: time, timers: time });
  }

  pass(ms: number): Promise<void> {
    return this.time.advanceSettling(ms, 100);
  }

  /** Keys of a broker's positions, by the desk's names. */
  async keys(broker: string): Promise<string[]> {
    const accounts = value(await this.joined.accounts(LIVE)).filter((one) => one.broker === broker);
    const held = await Promise.all(accounts.map(({ id }) => this.joined.positions(id, LIVE)));
    return [...new Set(held.flatMap((one) => value(one)).map((one) => one.instrumentKey))].sort();
  }
}

Deno.test("G-070: two brokers that hold the same contracts have the same keys", async () => {
  const rig = new Rig();
  value(await rig.joined.connect(rig.sink, LIVE));
  assert.deepEqual(await rig.keys("south"), await rig.keys("north"));
  assert.deepEqual(rig.sink.troubles, []);
  await rig.joined.close();
});

Deno.test("DAT-5: a contract that brokers describe otherwise is two, priced apart", async () => {
  let odd = "";
  const rig = new Rig((demo) =>
    new Proxy(demo, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== "function") return member;
        if (name !== "instruments") return member.bind(target);
        return async (...given: Parameters<BrokerAdapter["instruments"]>) => {
          const answer = await target.instruments(...given);
          if (!answer.ok) return answer;
          return ok(answer.value.map((one) => {
            if (!isOption(one) || (odd !== "" && one.key !== odd)) return one;
            odd = one.key;
            return { ...one, deliverable: 150 };
          }));
        };
      },
    })
  );
  value(await rig.joined.connect(rig.sink, LIVE));
  const north = await rig.keys("north");
  const south = await rig.keys("south");

  assert.deepEqual(south, north.map((key) => key === odd ? `${odd} @south` : key).sort());
  assert.equal(rig.sink.troubles.length, 1);
  assert.match(rig.sink.troubles[0], /not the same contract at North and South: delivery 100/);
  const both = value(await rig.joined.instruments([odd, `${odd} @south`], LIVE));
  assert.deepEqual(both.map((one) => isOption(one) && one.deliverable), [100, 150]);
  assert.deepEqual(both.map((one) => rig.joined.delivery(one).feed), ["north-demo", "south-demo"]);
  value(await rig.joined.subscribe(subscriptions(both), LIVE));
  await rig.pass(4_000);
  const seen = new Set(rig.sink.events.map(({ handle }) => handle));
  assert.deepEqual([...seen].sort(), [0, 1], "each has prices of its own broker");
  await rig.joined.close();
});

Deno.test("P1: a broker that is taken in counts as on its way until it is loaded", async () => {
  const rig = new Rig(() => null);
  value(await rig.joined.connect(rig.sink, LIVE));
  const states = () =>
    rig.joined.health().filter(({ broker }) => broker === "south")
      .map(({ feed, state }) => `${feed} ${state}`);
  assert.deepEqual(states(), ["south-connection connecting"]);
  rig.joined.away("south", { state: "down", since: 5, detail: "refused" });
  assert.deepEqual(states(), ["south-connection down"]);
  const admitted = rig.joined.admit("south", rig.south, LIVE);
  await rig.pass(500);
  value(await admitted);
  assert.ok(states().includes("south-connection connecting"));
  assert.equal(new Set(await rig.keys("south")).size > 0, true);
  rig.joined.loaded("south");
  await rig.pass(2_000);
  assert.ok(!states().some((state) => state.startsWith("south-connection")));
  await rig.joined.close();
});
