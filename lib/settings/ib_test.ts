import assert from "node:assert/strict";
import { fail, ok } from "../base/result.ts";
import { formerFlagFix } from "./former_names.ts";
import { type LoadedSettings, loadSettings } from "./load.ts";
import type { IbSettings } from "./ib_settings.ts";
import { isPrivateHost } from "./private_host.ts";
import { SETTINGS } from "./table.ts";
import { encodeSettings, parseSettings } from "./wire/handover.ts";

const IB = ["--brokers", "ib"];

interface Sources {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

function load({ args = IB, environment = {} }: Sources) {
  return loadSettings({
    args,
    environment: new Map(Object.entries(environment)),
    workingDirectory: "/desk",
    readText: () => fail("notFound"),
  });
}

function loaded(sources: Sources): LoadedSettings {
  const result = load(sources);
  if (!result.ok) throw new Error(result.error.message);
  if (result.value.kind !== "settings") throw new Error("help instead of settings");
  return result.value;
}

function ibOf(sources: Sources): Omit<IbSettings, "inUse"> {
  const { ib } = loaded(sources).settings;
  assert.ok(ib);
  const { inUse: _, ...rest } = ib;
  return rest;
}

function refusal(sources: Sources): string {
  const result = load(sources);
  assert.ok(!result.ok, "the settings were accepted");
  assert.doesNotMatch(result.error.message, /\n/);
  return result.error.message;
}

const DEFAULTS = {
  host: "127.0.0.1",
  port: 7497,
  clientId: 1,
  marketDataType: 1,
  cashCurrencies: [],
  accounts: [],
};

Deno.test("G-003: --brokers ib alone is a live desk on the reference system's defaults", () => {
  const { settings, notes } = loaded({});

  assert.deepEqual([settings.mode, settings.tastytrade, notes], ["live", null, []]);
  assert.deepEqual(ibOf({}), DEFAULTS);
  assert.equal(loaded({ args: [] }).settings.ib, null);
});

const NAMED: readonly (readonly [string, string, Partial<typeof DEFAULTS>])[] = [
  ["IB_HOST", "192.168.1.20", { host: "192.168.1.20" }],
  ["IB_PORT", "4002", { port: 4002 }],
  ["IB_CLIENT_ID", "3", { clientId: 3 }],
  ["IB_MD_TYPE", "3", { marketDataType: 3 }],
  ["DELTADESK_MD_TYPE", "4", { marketDataType: 4 }],
  ["DELTADESK_IB_HOST", "TWS.lan", { host: "tws.lan" }],
];

Deno.test("G-003, G-005: each variable of the reference system counts, the flag wins", () => {
  for (const [name, text, effect] of NAMED) {
    assert.deepEqual(ibOf({ environment: { [name]: text } }), { ...DEFAULTS, ...effect }, name);
  }
  const environment = { IB_HOST: "10.0.0.1", IB_PORT: "1", IB_CLIENT_ID: "2", IB_MD_TYPE: "2" };
  const flags = ["--ib-host", "10.0.0.9", "--ib-port=7496", "--ib-client-id", "9", "--md-type=3"];
  const { host, port, clientId, marketDataType } = ibOf({ args: [...IB, ...flags], environment });
  assert.deepEqual([host, port, clientId, marketDataType], ["10.0.0.9", 7496, 9, 3]);
});

Deno.test("G-006: the whitelist of cash currencies has its old name; empty: all", () => {
  const currencies = (text: string) =>
    ibOf({ environment: { GREEKS_CASH_CCYS: text } }).cashCurrencies;

  assert.deepEqual(currencies("usd, EUR,USD"), ["USD", "EUR"]);
  assert.deepEqual(currencies(""), []);
  assert.match(
    refusal({ environment: { GREEKS_CASH_CCYS: "dollars" } }),
    /^GREEKS_CASH_CCYS "dollars" cannot be used: give three-letter codes/,
  );
});

Deno.test("G-004, G-006: interval and warm-up in seconds, under their old names too", () => {
  const times = (args: string[], environment: Record<string, string> = {}) => {
    const { settings } = loaded({ args, environment });
    return [settings.intervalMs, settings.warmupMs, settings.isOnce, settings.printsSummary];
  };

  assert.deepEqual(times([]), [2_000, 0, false, false]);
  assert.deepEqual(
    times(["--once"], { GREEKS_INTERVAL: "0.5", GREEKS_WARMUP: "12" }),
    [500, 12_000, true, false],
  );
  const flags = ["--print", "--interval", "5", "--warmup=1.5"];
  assert.deepEqual(times(flags, { DELTADESK_INTERVAL: "9" }), [5_000, 1_500, false, true]);
  assert.match(refusal({ args: ["--interval", "0"] }), /from 0.2 to 3600/);
});

Deno.test("G-003: the single account wins over the list, and both are IB's alone", () => {
  const names = { IB_ACCOUNTS: "U1,U2", IB_ACCOUNT: "U3" };
  const { settings } = loaded({ environment: names });
  assert.deepEqual([settings.accounts, settings.ib?.accounts], [[], ["U3"]]);
  assert.deepEqual(ibOf({ environment: { IB_ACCOUNTS: "U1,U2" } }).accounts, ["U1", "U2"]);
  const bySecrets = { TT_SECRET: "a", TT_REFRESH: "b", ...names };
  const both = loaded({ args: ["--brokers", "tastytrade,ib"], environment: bySecrets }).settings;
  assert.deepEqual([both.accounts, both.ib?.accounts], [[], ["U3"]]);
  assert.ok(both.tastytrade !== null);
  assert.ok(!both.tastytrade.inUse.some(({ name }) => name.startsWith("DELTADESK_ACCOUNT")));
});

Deno.test("accounts under the desk's own names speak of all brokers, the stronger first", () => {
  const named = (args: string[], environment: Record<string, string> = {}) => {
    const { settings } = loaded({ args: [...IB, ...args], environment });
    return [settings.accounts, settings.ib?.accounts];
  };

  assert.deepEqual(named(["--account", "U5", "--accounts", "U6,U7"]), [["U5"], []]);
  assert.deepEqual(named(["--accounts", "U6"], { DELTADESK_ACCOUNT: "U5" }), [["U6"], []]);
  assert.deepEqual(named([], { DELTADESK_ACCOUNTS: "U6", IB_ACCOUNT: "U5" }), [["U6"], []]);
  assert.match(refusal({ args: [...IB, "--account", "A,B"] }), /give one account id/);
});

Deno.test("T-006: a whole account number is masked where the settings in use are shown", () => {
  const inUse = (accounts: string) =>
    loaded({ environment: { IB_ACCOUNTS: accounts } }).settings.ib?.inUse.at(-1)?.value;

  assert.equal(inUse("DU1234567,U7654321"), "••••4567,••••4321");
  assert.equal(inUse("ira,4567"), "ira,4567");
});

Deno.test("what stands in use on the connection page is named with its origin", () => {
  const environment = { IB_PORT: "4001", IB_ACCOUNT: "U3" };
  const { ib } = loaded({ environment }).settings;

  assert.deepEqual(ib?.inUse.map(({ name, value, origin }) => [name, value, origin]), [
    ["DELTADESK_IB_HOST", "127.0.0.1", "default"],
    ["DELTADESK_IB_PORT", "4001", "environment, IB_PORT"],
    ["DELTADESK_IB_CLIENT_ID", "1", "default"],
    ["DELTADESK_MD_TYPE", "1", "default"],
    ["DELTADESK_CASH_CURRENCIES", "all", "default"],
    ["DELTADESK_ACCOUNT", "U3", "environment, IB_ACCOUNT"],
  ]);
});

Deno.test("MAL-8: a host that a permission would read as more than a host is refused", () => {
  const refused = ["*", "a,b", "*.lan", "127.0.0.1:7497", "10.0.0.0/8", "http://x", "", "127.1"];
  for (const host of [...refused, "0x7f.1", "::1%eth0", "[::1", "a b", "user@x", "256.1.1.1"]) {
    const line = refusal({ args: [...IB, `--ib-host=${host}`] });
    assert.match(line, /^--ib-host ".*" cannot be used: give a host name or an IP address/, host);
  }
  for (const host of ["::1", "[fd00::5]", "tws", "my-host.example.com", "127.0.0.1"]) {
    assert.equal(ibOf({ args: [...IB, "--ib-host", host] }).host, host.replace(/^\[|\]$/g, ""));
  }
});

Deno.test("a port, a client id or a data type out of bounds is refused with its bounds", () => {
  for (
    const [flag, text, bounds] of [
      ["--ib-port", "0", /from 1 to 65535/],
      ["--ib-client-id", "-1", /from 0 to 2147483647/],
      ["--md-type", "5", /from 1 to 4/],
      ["--md-type", "delayed", /from 1 to 4/],
    ] as const
  ) {
    assert.match(refusal({ args: [...IB, `${flag}=${text}`] }), bounds);
  }
});

Deno.test("a flag of IB without IB is refused with what to add, a variable is ignored", () => {
  const secrets = { TT_SECRET: "a", TT_REFRESH: "b" };
  for (const flag of ["--ib-port", "--ib-client-id", "--md-type"]) {
    assert.match(refusal({ args: [flag, "2"] }), /belongs to a broker: add --brokers ib,/);
    assert.match(
      refusal({ args: ["--brokers", "tastytrade", flag, "2"], environment: secrets }),
      /add --brokers tastytrade,ib,/,
    );
  }
  assert.equal(loaded({ args: [], environment: { IB_PORT: "1" } }).settings.mode, "demo");
});

Deno.test("G-007: a flag that has another name here is answered with it", () => {
  assert.match(refusal({ args: [...IB, "--client-id", "3"] }), /write --ib-client-id$/);
  assert.match(refusal({ args: ["--http-port", "8000"] }), /write --port$/);
  assert.match(refusal({ args: [...IB, "--serve"] }), /the page is always served$/);
  const ofTws = refusal({ args: [...IB, "--host", "192.168.1.5"] });
  assert.match(ofTws, /this machine alone .*; TWS on another machine is --ib-host$/);
});

Deno.test("G-007: every flag of the Greeks dashboard is here or is named otherwise", () => {
  // Source: requirements.md G-007, without those of files and of beta.
  const theirs = ["accounts", "account", "interval", "print", "once", "warmup", "md-type", "debug"];
  const flags = SETTINGS.map(({ flag }) => flag);
  for (const flag of [...theirs, "cash-currencies", "host", "port"]) {
    assert.ok(flags.some((one) => one === flag), flag);
  }
  for (const flag of ["client-id", "http-port", "serve"]) assert.ok(formerFlagFix(flag), flag);
});

Deno.test("a TWS beyond the private network is warned of: it asks for no password", () => {
  const notes = (host: string) => loaded({ args: [...IB, "--ib-host", host] }).notes;

  assert.match(notes("203.0.113.9").join(), /^203\.0\.113\.9 is neither .* may trade; use an SSH/);
  assert.match(notes("tws.example.com").join(), /whoever reaches its port may trade/);
  for (const host of ["127.0.0.1", "localhost", "192.168.4.4", "tws", "box.local", "fd00::1"]) {
    assert.deepEqual(notes(host), [], host);
  }
});

Deno.test("private are the ranges of the registries and nothing beside them", () => {
  const own = ["10.1.2.3", "172.16.0.1", "172.31.9.9", "100.64.0.1", "169.254.1.1", "::1"];
  const open = [
    "172.15.0.1",
    "172.32.0.1",
    "100.128.0.1",
    "192.169.0.1",
    "11.0.0.1",
    "2001:db8::1",
  ];

  for (const host of [...own, "fe80::1", "nas.home.arpa"]) assert.ok(isPrivateHost(host), host);
  for (
    const host of [...open, "2001:db8::1", "localhost.example.com", "10.example.com", "local.com"]
  ) {
    assert.ok(!isPrivateHost(host), host);
  }
});

Deno.test("the handover carries the settings of IB", () => {
  const { settings } = loaded({ environment: { IB_ACCOUNTS: "U1", IB_MD_TYPE: "3" } });

  assert.deepEqual(parseSettings(encodeSettings(settings)), ok(settings));
});
