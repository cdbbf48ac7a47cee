import assert from "node:assert/strict";
import { fail, ok } from "../base/result.ts";
import { isPasswordName } from "./former_names.ts";
import { type LoadedSettings, loadSettings } from "./load.ts";
import type { Settings } from "./settings.ts";
import { endpointsOf, isPermittedPort } from "./tastytrade_settings.ts";
import { encodeSettings, parseSettings } from "./wire/handover.ts";

const CLIENT_SECRET = "cs_canary_91";
const REFRESH_TOKEN = "rt_canary_92";
const SECRETS = {
  DELTADESK_TASTYTRADE_CLIENT_SECRET: CLIENT_SECRET,
  DELTADESK_TASTYTRADE_REFRESH_TOKEN: REFRESH_TOKEN,
};
const LIVE = ["--brokers", "tastytrade"];

interface Sources {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly isReadByOthers?: boolean;
}

function load({ args = LIVE, environment = {}, files = {}, isReadByOthers = false }: Sources) {
  return loadSettings({
    args,
    environment: new Map(Object.entries(environment)),
    workingDirectory: "/desk",
    readText: (path) => path in files ? ok(files[path]) : fail("notFound"),
    isReadByOthers: () => isReadByOthers,
  });
}

function loaded(sources: Sources): LoadedSettings {
  const result = load(sources);
  if (!result.ok) throw new Error(result.error.message);
  if (result.value.kind !== "settings") throw new Error("help instead of settings");
  return result.value;
}

function refusal(sources: Sources): string {
  const result = load(sources);
  assert.ok(!result.ok, "the settings were accepted");
  assert.doesNotMatch(result.error.message, /canary|\p{Cc}/u);
  return result.error.message;
}

function revealed({ tastytrade }: Settings): readonly (string | undefined)[] {
  return [tastytrade?.clientSecret.reveal(), tastytrade?.refreshToken.reveal()];
}

Deno.test("--brokers tastytrade with both secrets is a live desk on production", () => {
  const { settings, notes } = loaded({ environment: SECRETS });

  assert.deepEqual([settings.mode, settings.dataDirectory], ["live", "/desk/data/live"]);
  assert.equal(settings.tastytrade?.environment, "production");
  assert.equal(settings.tastytrade?.simulator, null);
  assert.deepEqual(revealed(settings), [CLIENT_SECRET, REFRESH_TOKEN]);
  assert.deepEqual(notes, []);
});

Deno.test("the secrets are read under the names of other programs, the own name first", () => {
  const pairs = [
    ["TASTYTRADE_CLIENT_SECRET", "TASTYTRADE_REFRESH_TOKEN"],
    ["TT_CLIENT_SECRET", "TT_REFRESH_TOKEN"],
    ["TT_SECRET", "TT_REFRESH"],
  ];
  for (const [secret, token] of pairs) {
    const environment = { [secret]: "a", [token]: "b" };
    assert.deepEqual(revealed(loaded({ environment }).settings), ["a", "b"]);
    assert.deepEqual(revealed(loaded({ environment: { ...environment, ...SECRETS } }).settings), [
      CLIENT_SECRET,
      REFRESH_TOKEN,
    ]);
  }
});

Deno.test("R85: a missing or empty secret refuses the start and names the variable", () => {
  const both = refusal({});
  assert.match(both, /DELTADESK_TASTYTRADE_CLIENT_SECRET and DELTADESK_TASTYTRADE_REFRESH_TOKEN/);
  assert.match(both, /docs\/brokers\/tastytrade\.md/);
  for (const [name, text] of Object.entries(SECRETS)) {
    for (const other of ["", "  "]) {
      const missing = Object.keys(SECRETS).find((one) => one !== name) ?? "";
      const line = refusal({ environment: { [name]: text, [missing]: other } });
      assert.ok(line.includes(`without ${missing}:`), line);
    }
  }
});

Deno.test("a task that connects to no broker needs no secret to find the folder", () => {
  const result = loadSettings({
    args: [],
    environment: new Map([["DELTADESK_BROKERS", "tastytrade"]]),
    workingDirectory: "/desk",
    readText: () => fail("notFound"),
    isOffline: true,
  });

  assert.ok(result.ok && result.value.kind === "settings");
  const { mode, dataDirectory, tastytrade } = result.value.settings;
  assert.deepEqual([mode, dataDirectory, tastytrade], ["live", "/desk/data/live", null]);
});

Deno.test("R85: a secret that no header could carry is refused without its text", () => {
  for (const text of ["canary with space", "canary\u00fc", "canary\nx", "c".repeat(8193)]) {
    const environment = { ...SECRETS, DELTADESK_TASTYTRADE_REFRESH_TOKEN: text };
    assert.match(refusal({ environment }), /REFRESH_TOKEN cannot be used: give 1 to 8192 visible/);
  }
});

Deno.test("P17: a secret as a flag or in the settings file is refused without its text", () => {
  for (
    const given of [["--tastytrade-client-secret=canary"], ["--tastytrade-refresh-token", "c"]]
  ) {
    assert.match(
      refusal({ args: [...LIVE, ...given], environment: SECRETS }),
      /every program on this machine: put DELTADESK_TASTYTRADE_\w+ in the environment or in \.env/,
    );
  }
  const files = { "/desk/deltadesk.json": `{"tastytrade-client-secret": "canary"}` };
  assert.match(refusal({ environment: SECRETS, files }), /no place for a secret/);
});

Deno.test("P17: settings with secrets show none of them as JSON or in a log", () => {
  const { settings, resolved } = loaded({ environment: SECRETS });

  for (const shown of [settings, resolved]) {
    assert.doesNotMatch(JSON.stringify(shown), /canary/);
    assert.doesNotMatch(Deno.inspect(shown, { depth: 9 }), /canary/);
  }
});

Deno.test("P17: what is in use is named with its origin, a secret only as set", () => {
  const environment = { TT_SECRET: CLIENT_SECRET, DELTADESK_ACCOUNTS: "ira,1234" };
  const files = { "/desk/.env": `DELTADESK_TASTYTRADE_REFRESH_TOKEN=${REFRESH_TOKEN}` };
  const { tastytrade } = loaded({ environment, files }).settings;

  assert.deepEqual(tastytrade?.inUse.map(({ name, value, origin }) => [name, value, origin]), [
    ["DELTADESK_TASTYTRADE_CLIENT_SECRET", "set", "environment, TT_SECRET"],
    [
      "DELTADESK_TASTYTRADE_REFRESH_TOKEN",
      "set",
      ".env, DELTADESK_TASTYTRADE_REFRESH_TOKEN",
    ],
    ["DELTADESK_TASTYTRADE_ENVIRONMENT", "production", "default"],
    ["DELTADESK_ACCOUNTS", "ira,1234", "environment, DELTADESK_ACCOUNTS"],
  ]);
});

Deno.test("the handover carries everything, the secrets too", () => {
  const args = [...LIVE, "--tastytrade-url", "http://127.0.0.1:9001"];
  const { settings } = loaded({ args, environment: SECRETS });

  const received = parseSettings(encodeSettings(settings));

  assert.ok(received.ok);
  assert.deepEqual(revealed(received.value), [CLIENT_SECRET, REFRESH_TOKEN]);
  assert.equal(JSON.stringify(received.value), JSON.stringify(settings));
  const demo = loaded({ args: [] }).settings;
  assert.deepEqual(parseSettings(encodeSettings(demo)), ok(demo));
});

Deno.test("an unknown broker is answered with what exists", () => {
  for (const list of ["schwab", "tastytrade,schwab", ","]) {
    assert.match(
      refusal({ args: ["--brokers", list] }),
      /give some of tastytrade, ib, with commas/,
    );
  }
  assert.equal(
    loaded({ args: ["--brokers", "Tastytrade"], environment: SECRETS }).settings.mode,
    "live",
  );
});

Deno.test("demo, replay and brokers exclude each other, the stronger source wins", () => {
  assert.match(refusal({ args: [...LIVE, "--demo"] }), /--demo and --brokers exclude each other/);
  assert.match(refusal({ args: [...LIVE, "--replay", "d"] }), /--replay and --brokers exclude/);
  const environment = { ...SECRETS, DELTADESK_BROKERS: "tastytrade" };
  assert.equal(loaded({ args: ["--demo"], environment }).settings.mode, "demo");
  assert.equal(loaded({ args: ["--demo"], environment }).settings.tastytrade, null);
  assert.equal(loaded({ args: [], environment }).settings.mode, "live");
  const withDemo = { ...SECRETS, DELTADESK_DEMO: "true" };
  assert.equal(loaded({ environment: withDemo }).settings.mode, "live");
});

Deno.test("a flag of another mode is refused, a variable is ignored", () => {
  for (const flag of ["--seed", "--rate", "--positions", "--speed"]) {
    const args = [...LIVE, flag, "100"];
    assert.match(refusal({ args, environment: SECRETS }), /leave it out with --brokers/);
  }
  const environment = { ...SECRETS, DELTADESK_SPEED: "60", DELTADESK_SEED: "3" };
  assert.equal(loaded({ environment }).settings.speed, 1);
  assert.match(
    refusal({ args: ["--tastytrade-environment", "sandbox"] }),
    /belongs to a broker: add --brokers tastytrade/,
  );
  const ofBroker = { DELTADESK_TASTYTRADE_ENVIRONMENT: "sandbox" };
  assert.equal(loaded({ args: [], environment: ofBroker }).settings.mode, "demo");
});

Deno.test("accounts named for another broker are not looked for at tastytrade", () => {
  const accounts = (environment: Record<string, string>) =>
    loaded({ environment: { ...SECRETS, ...environment } }).settings.accounts;

  assert.deepEqual(accounts({ IB_ACCOUNT: "DU1" }), []);
  assert.deepEqual(accounts({ IB_ACCOUNT: "DU1", DELTADESK_ACCOUNTS: "ira" }), ["ira"]);
});

Deno.test("MAL-5: a simulator is taken on this machine, any other address is refused", () => {
  const simulator = (...more: string[]) => [...LIVE, "--tastytrade-url", ...more];
  const { tastytrade } =
    loaded({ args: simulator("http://127.0.0.1:9001/"), environment: SECRETS }).settings;
  assert.ok(tastytrade);
  assert.deepEqual(endpointsOf(tastytrade), {
    rest: "http://127.0.0.1:9001",
    accountStreamer: "ws://127.0.0.1:9001/streamer",
    feed: null,
  });
  const apart = ["--tastytrade-streamer-url", "ws://localhost:9002/s", "--tastytrade-feed-url"];
  const named = loaded({
    args: simulator("http://localhost:9001", ...apart, "ws://[::1]:9003/"),
    environment: SECRETS,
  }).settings.tastytrade;
  assert.deepEqual([named?.simulator?.accountStreamer, named?.simulator?.feed], [
    "ws://localhost:9002/s",
    "ws://[::1]:9003/",
  ]);
  const refused = [
    "http://192.168.1.5:9001",
    "https://api.tastyworks.com",
    "https://127.0.0.1:9001",
    "http://127.0.0.1.evil.test",
    "http://user:canary@127.0.0.1:9001",
    "http://127.0.0.1:9001/elsewhere",
    "http://169.254.169.254",
    "file:///etc/passwd",
    "127.0.0.1:9001",
  ];
  for (const url of refused) {
    const line = refusal({ args: simulator(url), environment: SECRETS });
    assert.match(line, /credentials go to api\.tastyworks\.com and api\.cert\.tastyworks\.com/);
  }
});

Deno.test("MAL-5: a quote token may name the ports that were permitted and no other", () => {
  const permitted = (...args: string[]) => {
    const all = [...LIVE, "--tastytrade-url", "http://127.0.0.1:9001", ...args];
    const { tastytrade } = loaded({ args: all, environment: SECRETS }).settings;
    assert.ok(tastytrade);
    return [9001, 9003].map((port) => isPermittedPort(`ws://localhost:${port}/feed`, tastytrade));
  };

  assert.deepEqual(permitted(), [true, false]);
  assert.deepEqual(permitted("--tastytrade-feed-url", "ws://127.0.0.1:9003/x"), [true, true]);
  const { tastytrade } = loaded({ environment: SECRETS }).settings;
  assert.ok(
    tastytrade && isPermittedPort("wss://tasty-openapi-ws.dxfeed.com/realtime", tastytrade),
  );
});

Deno.test("the streamer of a simulator without the simulator is refused", () => {
  const args = [...LIVE, "--tastytrade-streamer-url", "ws://127.0.0.1:1/"];
  assert.match(refusal({ args, environment: SECRETS }), /add --tastytrade-url/);
});

Deno.test("names of password sessions are answered with what to do now", () => {
  const now = /tastytrade ended password sessions: create an OAuth application/;
  for (const name of ["TASTYTRADE_USERNAME", "TT_PASSWORD", "DELTADESK_TASTYTRADE_USER"]) {
    const environment = { [name]: "canary" };
    const line = refusal({ environment });
    assert.match(line, now);
    assert.ok(line.startsWith(name));
    assert.match(refusal({ files: { "/desk/.env": `${name}=canary` } }), now);
    const kept = loaded({ environment: { ...SECRETS, ...environment } });
    assert.match(kept.notes.join(), new RegExp(`^${name}: .* remove it$`));
  }
  assert.match(refusal({ args: ["--tastytrade-password=canary"] }), now);
  const demo = loaded({ args: [], environment: { TASTYTRADE_PASSWORD: "canary", TT_USER: "x" } });
  assert.match(demo.notes.join("|"), /^TASTYTRADE_PASSWORD cannot be used, [^|]*$/);
});

Deno.test("only names of a password session are taken for one", () => {
  const names = ["TASTYTRADE_USER", "tastytrade-login", "TASTY_API_PASSWORD", "TW_USERNAME"];
  for (const name of names) assert.ok(isPasswordName(name), name);
  for (const name of ["USER", "TT_SECRET", "IB_PASSWORD", "TASTYTRADE_REFRESH_TOKEN", "TTY_USER"]) {
    assert.ok(!isPasswordName(name), name);
  }
});

Deno.test("a .env with secrets that others can read is told of, one without is not", () => {
  const lines = Object.entries(SECRETS).map(([name, text]) => `${name}=${text}`).join("\n");
  const exposed = { files: { "/desk/.env": lines }, isReadByOthers: true };

  assert.match(loaded(exposed).notes.join(), /chmod 600 \.env/);
  assert.deepEqual(loaded({ ...exposed, isReadByOthers: false }).notes, []);
  const harmless = { "/desk/.env": "DELTADESK_SEED=3" };
  assert.deepEqual(loaded({ args: [], files: harmless, isReadByOthers: true }).notes, []);
});
