import assert from "node:assert/strict";
import { SHARED, testWith } from "../../tests/prerequisite.ts";
import { decodeClientMessage } from "./dxlink/codec.ts";
import { EVENT_FIELDS } from "./dxlink/fields.ts";
import { isObject, type JsonObject } from "./json.ts";
import { MemoryRig } from "./memory_rig.ts";
import { streamerSymbol } from "./symbols.ts";

/** Keys that some instruments have and those of the world do not. */
const OTHERS_ALONE = new Set(["cusip"]);

function read(name: string): string {
  return Deno.readTextFileSync(new URL(`data/${name}`, SHARED));
}

function readApi(name: string): JsonObject {
  return JSON.parse(read(`tastytrade_api/${name}.json`));
}

/** Whether two values are of a kind that a decoder must take for each other. */
function isAlike(recorded: unknown, own: unknown): boolean {
  if (recorded === null || own === null) return recorded === own;
  // The same field is a number in one answer and a decimal string in another.
  return typeof recorded === typeof own || (isDecimal(recorded) && isDecimal(own));
}

function isDecimal(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "string" && /^(-?\d+(\.\d+)?|NaN)$/.test(value);
}

/** Paths of a recorded value that the simulator's lacks, or has in another kind. */
function differences(recorded: unknown, own: unknown, path = ""): string[] {
  if (Array.isArray(recorded)) {
    if (!Array.isArray(own)) return [`${path} is no list`];
    if (recorded.length === 0 || own.length === 0) return [];
    return recorded.flatMap((one) => differences(one, own[0], `${path}[]`));
  }
  if (!isObject(recorded)) {
    return isAlike(recorded, own) ? [] : [`${path}: ${recorded} but ${own}`];
  }
  if (!isObject(own)) return [`${path} is no object`];
  return Object.entries(recorded).filter(([key]) => !OTHERS_ALONE.has(key))
    .flatMap(([key, value]) =>
      key in own ? differences(value, own[key], `${path}/${key}`) : [`${path}/${key} is missing`]
    );
}

function assertSame(recorded: unknown, own: unknown, name: string): void {
  assert.deepEqual([...new Set(differences(recorded, own, name))], []);
}

function dasherized(row: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key.replaceAll("_", "-"), value]),
  );
}

interface Frame {
  readonly dir: "in" | "out";
  readonly msg: JsonObject;
}

function frames(): Frame[] {
  return read("dxlink/frames.jsonl").trim().split("\n").map((line) => JSON.parse(line));
}

testWith(["shared"], {
  name: "every recorded frame of a client is understood whole",
  fn: () => {
    const sent = frames().filter((frame) => frame.dir === "out");
    assert.ok(sent.length >= 9);
    for (const { msg } of sent) {
      const decoded = decodeClientMessage(JSON.stringify(msg));
      assert.ok(decoded.ok, JSON.stringify(msg));
      const { value } = decoded;
      assert.deepEqual([value.type, value.channel], [msg.type, msg.channel]);
      if (value.type === "FEED_SETUP") assert.deepEqual(value.eventFields, msg.acceptEventFields);
      if (value.type !== "FEED_SUBSCRIPTION") continue;
      const count = (list: unknown): number => Array.isArray(list) ? list.length : 0;
      assert.deepEqual([value.add.length, value.remove.length], [
        count(msg.add),
        count(msg.remove),
      ]);
    }
  },
});

testWith(["shared"], {
  name: "recorded frames of the server have the keys and kinds of the simulator's",
  fn: () => {
    const rig = new MemoryRig();
    const client = rig.feed({
      acceptDataFormat: "FULL",
      acceptEventFields: { Quote: ["askSize"] },
    });
    client.send({ type: "CHANNEL_REQUEST", channel: 2, service: "FEED", parameters: {} });
    const option = rig.sim.market.world.instruments().find((one) => one.kind === "option")!;
    const subscribed = ["Quote", "Greeks", "Trade"].map((type) => ({
      type,
      symbol: streamerSymbol(option),
    }));
    const wide = rig.feed({ acceptDataFormat: "FULL" });
    for (const one of [client, wide]) {
      one.send({ type: "FEED_SUBSCRIPTION", channel: 1, add: subscribed });
    }
    rig.advance(500);
    const own = [...client.messages(), ...wide.messages()];
    for (const { msg } of frames().filter((frame) => frame.dir === "in")) {
      if (msg.type === "FEED_DATA") continue;
      const counterpart = own.findLast((one) =>
        one.type === msg.type && (msg.state === undefined || one.state === msg.state) &&
        (msg.eventFields === undefined || one.eventFields !== undefined)
      );
      const { eventFields, ...rest } = msg;
      assertSame(rest, counterpart, String(msg.type));
      for (const [type, fields] of Object.entries(eventFields ?? {})) {
        for (const field of fields as string[]) assert.ok(EVENT_FIELDS[type].includes(field));
      }
    }
    const events = own.filter((one) => one.type === "FEED_DATA").flatMap(({ data }) => data);
    for (const { msg } of frames()) {
      if (msg.type !== "FEED_DATA" || typeof (msg.data as unknown[])[0] === "string") continue;
      for (const event of msg.data as JsonObject[]) {
        const mine = (events as JsonObject[]).findLast((one) =>
          one.eventType === event.eventType && "eventTime" in one
        );
        assertSame(event, mine, String(event.eventType));
      }
    }
    rig.close();
  },
});

testWith(["shared"], {
  name: "recorded COMPACT data has rows of the length that its fields have",
  fn: () => {
    let quote: string[] = [];
    for (const { dir, msg } of frames()) {
      if (dir === "in" && msg.type === "FEED_CONFIG" && isObject(msg.eventFields)) {
        quote = msg.eventFields.Quote as string[];
        for (const field of quote) assert.ok(EVENT_FIELDS.Quote.includes(field), field);
      }
      if (msg.type !== "FEED_DATA" || (msg.data as unknown[])[0] !== "Quote") continue;
      const values = (msg.data as unknown[])[1] as unknown[];
      assert.equal(values.length % quote.length, 0);
      assert.equal(values[quote.indexOf("eventType")], "Quote");
    }
    assert.ok(quote.length > 10);
  },
});

testWith(["shared"], {
  name: "every recorded body of REST has the keys and kinds of the simulator's own",
  fn: async () => {
    const rig = new MemoryRig({ eventRate: 50 });
    const [account] = rig.sim.accounts.accounts;
    const body = async (target: string): Promise<JsonObject> =>
      JSON.parse((await rig.ask("GET", target)).body);
    const path = `/accounts/${account.number}`;
    const pairs: [string, string][] = [
      ["positions", `${path}/positions`],
      ["balance", `${path}/balances`],
      ["lean_FutureResponse", "/instruments/futures/%2FESM5"],
    ];
    for (const [name, target] of pairs) assertSame(readApi(name), await body(target), name);
    const bare: [string, string][] = [
      ["accounts", "/customers/me/accounts"],
      ["equities", "/instruments/equities?symbol[]=SPY"],
      ["futures", "/instruments/futures"],
      ["nested_option_chain_SPY", "/option-chains/SPY/nested"],
      ["market_session", "/market-time/equities/sessions/current"],
    ];
    for (const [name, target] of bare) {
      const { data } = await body(target);
      assertSame(readApi(name), data, name);
    }
    rig.close();
  },
});

testWith(["shared"], {
  name: "recorded transactions have the keys and kinds of the simulator's own",
  fn: async () => {
    const rig = new MemoryRig({ eventRate: 50 });
    for (let minute = 0; minute < 90; minute++) rig.advance(60_000);
    const rows: JsonObject[] = [];
    let page: JsonObject = {};
    for (const account of rig.sim.accounts.accounts) {
      const target = `/accounts/${account.number}/transactions`;
      page = JSON.parse((await rig.ask("GET", target)).body);
      rows.push(...(page.data as { items: JsonObject[] }).items);
    }
    const { data, ...envelope } = readApi("transactions_page");
    const { data: _own, ...ownEnvelope } = page;
    assertSame(envelope, ownEnvelope, "transactions_page");
    const trade = rows.find((row) => row["transaction-type"] === "Trade" && "order-id" in row);
    for (const row of (data as { items: JsonObject[] }).items) {
      if (row["transaction-type"] === "Receive Deliver") assertSame(row, trade, "Receive Deliver");
    }
    const listed = readApi("transactions_trades_dividends");
    for (const row of listed.trade_buys as JsonObject[]) {
      assertSame(dasherized(row), trade, "trade_buys");
    }
    rig.close();
  },
});

testWith(["shared"], {
  name: "recorded messages of the account streamer are the simulator's own",
  fn: async () => {
    const rig = new MemoryRig({ eventRate: 50, streamer: { idleMs: 1e9 } });
    const client = rig.streamer();
    const token = `Bearer ${await rig.accessToken()}`;
    const value = rig.sim.accounts.accounts.map((one) => one.number);
    client.send({ action: "connect", value, "auth-token": token, "request-id": 1 });
    client.send({ action: "heartbeat", "auth-token": token, "request-id": 3 });
    for (let minute = 0; minute < 30; minute++) rig.advance(60_000);
    const messages = client.messages();
    const of = (type: string, status?: string): JsonObject | undefined =>
      messages.findLast((one) =>
        one.type === type && (status === undefined || (one.data as JsonObject).status === status)
      );
    const acks = (action: string) => messages.find((one) => one.action === action);
    assertSame(readApi("lean_ConnectResponseStatusOk"), acks("connect"), "connect");
    assertSame(readApi("lean_StreamHeartbeatMessage"), acks("heartbeat"), "heartbeat");
    const filled = of("Order", "Filled");
    assertSame(readApi("lean_StreamFilledOrderMessage"), filled, "filled");
    assertSame(readApi("stream_order_documented"), filled, "order");
    assertSame(readApi("stream_order-market_documented"), filled, "market order");
    assertSame(
      readApi("stream_current-position_derived"),
      of("CurrentPosition"),
      "position",
    );
    assertSame(readApi("stream_account-balance_derived"), of("AccountBalance"), "balance");
    rig.close();
  },
});

testWith(["shared"], {
  name: "the recorded answer to a placed order has the keys of the simulator's",
  fn: async () => {
    const rig = new MemoryRig();
    const [account] = rig.sim.accounts.accounts;
    const reply = await rig.ask("POST", `/accounts/${account.number}/orders`, {
      "time-in-force": "Day",
      "order-type": "Market",
      legs: [{ "instrument-type": "Equity", symbol: "AAPL", quantity: 1, action: "Buy to Open" }],
    });
    assertSame(readApi("lean_SubmitOrderResponse"), JSON.parse(reply.body), "submit");
    rig.close();
  },
});
