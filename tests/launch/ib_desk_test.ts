import assert from "node:assert/strict";
import { IB_STEPS } from "@/lib/brokers/ib/connection_check/steps.ts";
import { ROOT, startDesk } from "../e2e/desk.ts";
import { startSimulator } from "./tastytrade_process.ts";
import { type RunningTws, startTws } from "./tws_process.ts";

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

const LAUNCH = ["run", "--allow-all", "launch.ts"];

/** `--once` with IB on a data folder of its own; the settings come as variables or flags. */
async function once(
  args: readonly string[],
  variables: Readonly<Record<string, string>> = {},
  brokers = "ib",
): Promise<Ended> {
  const data = await Deno.makeTempDir({ prefix: "deltadesk-ib-" });
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...LAUNCH, "--once", "--brokers", brokers, "--data", data, ...args],
    cwd: ROOT,
    stdin: "null",
    env: { NO_COLOR: "1", ...variables },
  }).output();
  await Deno.remove(data, { recursive: true });
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

function portOf({ port }: RunningTws): readonly string[] {
  return ["--ib-port", String(port)];
}

interface Snapshot {
  readonly mode: string;
  readonly partial: boolean;
  readonly position_count: number;
  readonly all_accounts: readonly { readonly account_number: string; readonly broker: string }[];
  readonly left_out: { readonly without_greeks: number; readonly without_price: number };
}

function snapshot({ code, out, err }: Ended): Snapshot {
  assert.equal(code, 0, err);
  assert.match(out, /^\{.*\}\n$/, err);
  return JSON.parse(out);
}

Deno.test("G-003, G-008: --once takes TWS's book under the computed permissions", async (t) => {
  const tws = await startTws();
  try {
    const [account] = tws.accounts;
    const aliases = { IB_PORT: String(tws.port), IB_ACCOUNT: account, IB_CLIENT_ID: "5" };
    const [one, none] = await Promise.all([
      once([], aliases),
      once([], { ...aliases, IB_ACCOUNT: "U9999999", IB_CLIENT_ID: "6" }),
    ]);
    await t.step("one account by the reference system's variables", () => {
      const book = snapshot(one);
      assert.ok(book.position_count > 10);
      const { without_greeks, without_price } = book.left_out;
      assert.equal(book.partial, without_greeks + without_price > 0);
      assert.deepEqual(
        book.all_accounts.map(({ account_number, broker }) => [account_number.slice(-4), broker]),
        [[account.slice(-4), "ib"]],
      );
    });
    await t.step("an account that is not there: an empty book and a warning", () => {
      const book = snapshot(none);
      assert.deepEqual([book.position_count, book.all_accounts], [0, []]);
      assert.match(none.err, /no account is named ••••9999/);
    });
  } finally {
    await tws.stop();
  }
});

async function freePort(): Promise<number> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return await Promise.resolve(port);
}

Deno.test("--once over both brokers: one book, or the part that is there and code 4", async () => {
  const [tws, tastytrade] = await Promise.all([startTws(), startSimulator()]);
  const variables = { TT_SECRET: tastytrade.clientSecret, TT_REFRESH: tastytrade.refreshToken };
  const both = (port: number) =>
    once(
      ["--tastytrade-url", tastytrade.baseUrl, "--ib-port", String(port)],
      variables,
      "tastytrade,ib",
    );
  try {
    const [whole, half] = await Promise.all([both(tws.port), freePort().then(both)]);
    const brokersOf = ({ all_accounts }: Snapshot) =>
      [...new Set(all_accounts.map(({ broker }) => broker))].toSorted();

    assert.deepEqual(brokersOf(snapshot(whole)), ["ib", "tastytrade"]);
    const ofIb = snapshot(whole).all_accounts.filter(({ broker }) => broker === "ib");
    assert.equal(ofIb.length, tws.accounts.length);
    assert.ok(tws.accounts.every((number) => !whole.out.includes(number)), "a whole number");
    assert.equal(half.code, 4, half.err);
    const part: Snapshot = JSON.parse(half.out);
    assert.deepEqual([brokersOf(part), part.partial], [["tastytrade"], true]);
    assert.match(half.err, /Interactive Brokers stops at step 1: nothing listens/);
    assert.doesNotMatch(half.err, /tastytrade stops/);
  } finally {
    await Promise.all([tws.stop(), tastytrade.stop()]);
  }
});

Deno.test("G-008: --once without TWS ends with 4 and says what to look at", async () => {
  const { code, out, err } = await once(["--ib-port", String(await freePort())]);

  assert.deepEqual([code, out], [4, ""], err);
  assert.match(err, /Interactive Brokers stops at step 1: nothing listens at 127\.0\.0\.1:\d+\./);
  assert.match(err, /– Start TWS or IB Gateway and log in\./);
  assert.match(err, /– In TWS tick Enable ActiveX and Socket Clients/);
  assert.match(err, /7496 live and 7497 paper.*4001 live and 4002 paper/);
});

async function steps(desk: { readonly url: string; output(): string }) {
  const code = /with the code (\S+)/.exec(desk.output())?.[1];
  if (code === undefined) return [];
  const headers = { authorization: `Bearer ${code}` };
  const response = await fetch(new URL("api/connections", desk.url), { headers });
  const { connections } = await response.json();
  const states: readonly { readonly id: string; readonly state: string }[] = connections[0].steps;
  return states;
}

Deno.test("G-010, G-011: a desk of IB shows its steps and gives its client id back", async () => {
  const tws = await startTws();
  const passedBy = async (desk: { readonly url: string; output(): string }, id: string) => {
    for (let tries = 0; tries < 300; tries++) {
      const states = await steps(desk);
      if (states.find((step) => step.id === id)?.state === "passed") return states;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(`${id} does not pass:\n${JSON.stringify(await steps(desk))}`);
  };
  try {
    // The second would not get the client id if the first had left it behind.
    for (let starts = 0; starts < 2; starts++) {
      const desk = await startDesk(["--brokers", "ib", ...portOf(tws)]);
      try {
        const states = await passedBy(desk, "marketData");
        assert.ok(states.every(({ state }) => state !== "failed"), JSON.stringify(states));
        desk.kill("SIGTERM");
        assert.equal(await desk.ended, 0, desk.output());
      } finally {
        await desk.stop();
      }
    }
  } finally {
    await tws.stop();
  }
});

Deno.test("G-010: SIGTERM while TWS does not answer ends the desk, code 0", async () => {
  const mute = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const held: Deno.TcpConn[] = [];
  const accepting = (async () => {
    for await (const connection of mute) held.push(connection);
  })();
  const desk = await startDesk(["--brokers", "ib", "--ib-port", String(mute.addr.port)]);
  try {
    // The bare connection of the first step, then the one that waits for a greeting.
    for (let tries = 0; held.length < 2 && tries < 300; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    assert.ok(held.length >= 2, desk.output());
    const code = /with the code (\S+)/.exec(desk.output())?.[1] ?? "";
    const headers = { authorization: `Bearer ${code}` };
    const page = await (await fetch(new URL("connect", desk.url), { headers })).text();
    for (const { title } of IB_STEPS) assert.ok(page.includes(title), title);
    const from = performance.now();
    desk.kill("SIGTERM");
    assert.equal(await desk.ended, 0, desk.output());
    assert.ok(performance.now() - from < 10_000);
    assert.doesNotMatch(desk.output(), /cut short|failed:/);
  } finally {
    await desk.stop();
    mute.close();
    await accepting;
    for (const connection of held) connection.close();
  }
});
