import assert from "node:assert/strict";
import { fail, ok } from "../base/result.ts";
import type { Instrument } from "../domain/instrument.ts";
import { createBoard } from "../market/board.ts";
import { createBook } from "../portfolio/book.ts";
import {
  anAccount,
  anEquity,
  anOption,
  aPosition,
  START_AT,
} from "../portfolio/desk_fixture_test.ts";
import type { BrokerAdapter, BrokerError, Subscription } from "../ports/broker.ts";
import { InstrumentSync } from "./instrument_sync.ts";

const SPY = anEquity({ symbol: "SPY" });
const SHARE = anEquity();
const CALL = anOption();
const PUT = anOption({ right: "put" });

function broken(code: BrokerError["code"]): BrokerError {
  return { code, message: code, fix: null };
}

/** A broker that knows some instruments and writes down what it is asked. */
class FakeBroker {
  readonly calls: string[] = [];
  readonly known = new Map<string, Instrument>();
  /** Every whole list that was sent. */
  readonly lists: (readonly Subscription[])[] = [];
  subscribeError: BrokerError | null = null;
  onSubscribe: () => void = () => {};
  readonly referenceKey = SPY.key;
  readonly label = "fake";
  readonly clock = { now: () => START_AT };
  changeSubscriptions?: BrokerAdapter["changeSubscriptions"];

  constructor(...instruments: readonly Instrument[]) {
    for (const one of [SPY, ...instruments]) this.known.set(one.key, one);
  }

  /** Takes differences, too. */
  withDifferences(): this {
    this.changeSubscriptions = ({ added, removed }) => {
      const names = added.map(({ instrument }) => instrument.key);
      this.calls.push(`change +[${names}] -[${removed}]`);
      return Promise.resolve(this.#answer());
    };
    return this;
  }

  #answer() {
    return this.subscribeError === null ? ok(null) : fail(this.subscribeError);
  }

  instruments(keys: readonly string[]) {
    this.calls.push(`describe ${keys}`);
    const found = keys.map((key) => this.known.get(key)).filter((one) => one !== undefined);
    const isAll = found.length === keys.length;
    return Promise.resolve(isAll ? ok(found) : fail(broken("unknownInstrument")));
  }

  previousCloses(keys: readonly string[]) {
    this.calls.push(`closes ${keys}`);
    return Promise.resolve(ok([]));
  }

  carry(underlyings: readonly string[]) {
    this.calls.push(`carry ${underlyings}`);
    return Promise.resolve(ok([]));
  }

  subscribe(wanted: readonly Subscription[]) {
    this.calls.push(`subscribe ${wanted.map(({ instrument }) => instrument.key)}`);
    this.lists.push([...wanted]);
    this.onSubscribe();
    return Promise.resolve(this.#answer());
  }

  delivery() {
    return { feed: "fake", cadenceMs: null, isDerived: false };
  }

  /** What was asked since the last call. */
  asked(): readonly string[] {
    return this.calls.splice(0);
  }
}

function aDesk(broker: FakeBroker) {
  const board = createBoard({ capacity: 64 });
  const book = createBook({ baseCurrency: "USD", market: board, startAt: START_AT });
  book.addAccount(anAccount("A"));
  const troubles: string[] = [];
  const abort = new AbortController();
  const sync = new InstrumentSync({
    adapter: broker as unknown as BrokerAdapter,
    board,
    book,
    signal: abort.signal,
    trouble: (message) => troubles.push(message),
  });
  const hold = (...instruments: readonly Instrument[]) =>
    book.setPositions("A", instruments.map(({ key }) => aPosition({ instrumentKey: key })));
  return { board, book, sync, hold, troubles, abort };
}

/** Lets requested runs end: the broker answers at once. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 100; turn++) await Promise.resolve();
}

Deno.test("instrument sync: what is held and what drives it is subscribed", async () => {
  const broker = new FakeBroker(SHARE, CALL);
  const { sync, hold, book } = aDesk(broker);
  hold(CALL);

  assert.deepEqual(await sync.run(), ok(null));

  assert.deepEqual(broker.asked(), [
    "describe SPY",
    `describe ${CALL.key}`,
    "describe XYZ",
    `closes SPY,XYZ,${CALL.key}`,
    "carry SPY,XYZ",
    `subscribe SPY,XYZ,${CALL.key}`,
  ]);
  assert.deepEqual(broker.lists[0].map(({ handle }) => handle), book.wantedHandles());
});

Deno.test("instrument sync: a run without news asks for nothing", async () => {
  const broker = new FakeBroker(SHARE);
  const { sync, hold } = aDesk(broker);
  hold(SHARE);
  await sync.run();
  broker.asked();

  hold(SHARE);
  await sync.run();

  assert.deepEqual(broker.asked(), []);
});

Deno.test("instrument sync: positions that come and go are sent as differences", async () => {
  const broker = new FakeBroker(SHARE, CALL, PUT).withDifferences();
  const { sync, hold, book } = aDesk(broker);
  hold(CALL);
  await sync.run();
  broker.asked();
  const gone = book.handleOf(CALL.key);

  hold(PUT);
  await sync.run();

  assert.deepEqual(broker.asked(), [
    `describe ${PUT.key}`,
    `closes ${PUT.key}`,
    `change +[${PUT.key}] -[${gone}]`,
  ]);
});

Deno.test("instrument sync: a broker of whole lists gets the same objects again", async () => {
  const broker = new FakeBroker(SHARE, CALL, PUT);
  const { sync, hold } = aDesk(broker);
  hold(CALL);
  await sync.run();

  hold(CALL, PUT);
  await sync.run();
  hold(PUT);
  await sync.run();

  const keys = broker.lists.map((list) => list.map(({ instrument }) => instrument.key).sort());
  assert.deepEqual(keys[1], [SPY.key, SHARE.key, CALL.key, PUT.key].sort());
  assert.deepEqual(keys[2], [SPY.key, SHARE.key, PUT.key].sort());
  const [before, , after] = broker.lists;
  const kept = before.filter((one) => one.instrument.key !== CALL.key);
  assert.ok(kept.every((one) => after.includes(one)));
});

Deno.test("instrument sync: a layout that wants the same instruments sends nothing", async () => {
  const broker = new FakeBroker(SHARE, CALL).withDifferences();
  const { sync, hold, book } = aDesk(broker);
  book.addAccount(anAccount("B"));
  hold(CALL);
  await sync.run();
  broker.asked();
  const version = book.wantedVersion;

  book.setPositions("B", [aPosition({ accountId: "B", instrumentKey: CALL.key })]);
  book.setPositions("B", []);
  await sync.run();

  assert.notEqual(book.wantedVersion, version);
  assert.deepEqual(broker.asked(), []);
});

Deno.test("instrument sync: a refused change is made good by the whole set", async () => {
  const broker = new FakeBroker(SHARE, CALL, PUT).withDifferences();
  const { sync, hold } = aDesk(broker);
  hold(CALL);
  await sync.run();
  hold(CALL, PUT);
  broker.subscribeError = broken("timeout");
  assert.deepEqual(await sync.run(), fail(broken("timeout")));
  broker.subscribeError = null;
  broker.asked();

  await sync.run();
  assert.deepEqual(broker.asked(), [`subscribe SPY,XYZ,${CALL.key},${PUT.key}`]);

  hold(CALL);
  await sync.run();
  assert.equal(broker.asked().filter((call) => call.startsWith("change")).length, 1);
});

Deno.test("instrument sync: an instrument that is described anew is subscribed anew", async () => {
  const broker = new FakeBroker(SHARE, CALL).withDifferences();
  const { sync, hold } = aDesk(broker);
  hold(CALL);
  await sync.run();
  broker.asked();

  broker.known.set(CALL.key, { ...CALL, deliverable: 150 });
  await sync.describe([CALL.key]);
  hold(CALL, SHARE);
  await sync.run();

  const changes = broker.asked().filter((call) => call.startsWith("change"));
  assert.deepEqual(changes, [`change +[${CALL.key}] -[]`]);
});

Deno.test("instrument sync: one unknown key hides no other and is told once", async () => {
  const broker = new FakeBroker(SHARE);
  const { sync, hold, troubles } = aDesk(broker);
  hold(CALL, SHARE);

  await sync.run();
  await sync.run();

  assert.deepEqual(troubles, [`${CALL.key} is held but not described by fake`]);
  assert.deepEqual(broker.lists.at(-1)?.map(({ instrument }) => instrument.key), ["XYZ", "SPY"]);
  assert.equal(broker.asked().filter((call) => call === `describe ${CALL.key}`).length, 1);
});

Deno.test("instrument sync: requests during a run make one more run", async () => {
  const broker = new FakeBroker(SHARE, CALL);
  const { sync, hold } = aDesk(broker);
  hold(SHARE);

  broker.onSubscribe = () => {
    broker.onSubscribe = () => {};
    hold(SHARE, CALL);
    sync.request();
    sync.request();
  };

  sync.request();
  await settled();

  assert.deepEqual(broker.lists.map((list) => list.length), [2, 3]);
});

Deno.test("instrument sync: a new session learns all closes anew, and no carry", async () => {
  const broker = new FakeBroker(SHARE);
  const { sync, hold } = aDesk(broker);
  hold(SHARE);
  await sync.run();
  broker.asked();

  sync.requestCloses();
  await settled();

  assert.deepEqual(broker.asked(), ["closes XYZ,SPY"]);
});

Deno.test("instrument sync: a failure is told, a canceled call is not", async () => {
  const broker = new FakeBroker(SHARE);
  const { sync, hold, troubles } = aDesk(broker);
  hold(SHARE);

  broker.subscribeError = broken("canceled");
  sync.request();
  await settled();
  broker.subscribeError = broken("timeout");
  sync.request();
  await settled();

  assert.deepEqual(troubles, ["timeout"]);
});
