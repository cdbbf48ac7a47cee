import assert from "node:assert/strict";
import { fail, ok } from "../base/result.ts";
import { type LoadedSettings, loadSettings, type SettingsInput } from "./load.ts";
import { originText } from "./problem.ts";

interface Sources {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

function load(sources: Sources) {
  const files = sources.files ?? {};
  const input: SettingsInput = {
    args: sources.args ?? [],
    environment: new Map(Object.entries(sources.environment ?? {})),
    workingDirectory: "/desk",
    readText: (path) => path in files ? ok(files[path]) : fail("notFound"),
  };
  return loadSettings(input);
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
  return result.error.message;
}

function originOf(sources: Sources, key: string): string {
  const found = loaded(sources).resolved.find((one) => one.row.key === key);
  return originText(found?.origin ?? { kind: "default", name: "?" });
}

Deno.test("settings without any source are the documented defaults", () => {
  assert.deepEqual(loaded({}).settings, {
    mode: "demo",
    replayDirectory: null,
    tastytrade: null,
    ib: null,
    host: "127.0.0.1",
    port: 8765,
    isPortExplicit: false,
    dataDirectory: "/desk/data/demo",
    seed: 1,
    sessionOn: "2025-03-19",
    eventsPerSecond: 500,
    positionCount: 120,
    speed: 1,
    accounts: [],
    accountsOrigin: "default",
    brokers: [],
    isOnce: false,
    printsSummary: false,
    intervalMs: 2000,
    warmupMs: 0,
    opensBrowser: true,
    servesDebug: false,
  });
});

Deno.test("each source wins over the one before it, and the origin says which", () => {
  const file = { "/desk/deltadesk.json": `{"seed": 1}` };
  const dotenv = { "/desk/.env": "DELTADESK_SEED=2" };
  const steps: readonly (readonly [Sources, number, string])[] = [
    [{ files: file }, 1, `settings file, "seed"`],
    [{ files: { ...file, ...dotenv } }, 2, ".env, DELTADESK_SEED"],
    [
      { files: { ...file, ...dotenv }, environment: { DELTADESK_SEED: "3" } },
      3,
      "environment, DELTADESK_SEED",
    ],
    [
      {
        files: { ...file, ...dotenv },
        environment: { DELTADESK_SEED: "3" },
        args: ["--seed", "4"],
      },
      4,
      "flag --seed",
    ],
  ];
  for (const [sources, seed, origin] of steps) {
    assert.equal(loaded(sources).settings.seed, seed);
    assert.equal(originOf(sources, "seed"), origin);
  }
});

Deno.test("a bad value of a weaker source is found although a stronger one hides it", () => {
  const sources = { args: ["--seed", "4"], files: { "/desk/deltadesk.json": `{"seed": -1}` } };

  assert.match(refusal(sources), /"seed" in the settings file "-1" cannot be used/);
});

Deno.test("aliases count, the own name first, the single account before the list", () => {
  const names = { IB_ACCOUNTS: "A,B", IB_ACCOUNT: "C", GREEKS_HTTP_PORT: "9000" };

  const byAlias = loaded({ environment: names }).settings;
  const byName = loaded({ environment: { ...names, DELTADESK_ACCOUNTS: "D, E" } }).settings;

  assert.deepEqual([byAlias.accounts, byAlias.port, byAlias.isPortExplicit], [["C"], 9000, true]);
  assert.deepEqual(byName.accounts, ["D", "E"]);
  assert.deepEqual(loaded({ environment: { IB_ACCOUNTS: "A,B" } }).settings.accounts, ["A", "B"]);
});

Deno.test("an empty variable counts as not set", () => {
  const { settings } = loaded({ environment: { DELTADESK_PORT: "", IB_ACCOUNT: " " } });

  assert.deepEqual([settings.port, settings.isPortExplicit, settings.accounts], [8765, false, []]);
});

Deno.test("a variable that is nearly a setting is refused, a foreign one only noted", () => {
  assert.match(refusal({ environment: { DELTADESK_SEDE: "1" } }), /did you mean DELTADESK_SEED\?/);
  assert.match(
    loaded({ environment: { DELTADESK_PORT_8765_TCP_ADDR: "x" } }).notes.join(),
    /DELTADESK_PORT_8765_TCP_ADDR in the environment is no setting/,
  );
  assert.deepEqual(loaded({ environment: { DELTADESK_REQUIRE: "all" } }).notes, []);
});

Deno.test("the mode comes from the strongest source that names one", () => {
  const replayInFile = { "/desk/deltadesk.json": `{"replay": "day"}` };

  const fromFile = loaded({ files: replayInFile }).settings;
  assert.deepEqual(
    [fromFile.mode, fromFile.replayDirectory, fromFile.dataDirectory],
    ["replay", "/desk/day", "/desk/data/replay"],
  );
  const overridden = loaded({ files: replayInFile, args: ["--demo"] }).settings;
  assert.deepEqual([overridden.mode, overridden.replayDirectory], ["demo", null]);
  assert.match(refusal({ args: ["--demo", "--replay", "d"] }), /exclude each other/);
  assert.match(refusal({ args: ["--no-demo"] }), /add --replay DIR/);
});

Deno.test("a flag of the demo market is refused in a replay, a variable is not", () => {
  const replay = ["--replay", "d"];

  assert.match(refusal({ args: [...replay, "--seed", "3"] }), /--seed belongs to the demo/);
  assert.equal(
    loaded({ args: replay, environment: { DELTADESK_SEED: "3" } }).settings.mode,
    "replay",
  );
});

Deno.test("relative folders start at the working folder, absolute ones stay", () => {
  assert.equal(loaded({ args: ["--data", "../d/"] }).settings.dataDirectory, "/d");
  assert.equal(loaded({ args: ["--data", "/x/ü#?% y"] }).settings.dataDirectory, "/x/ü#?% y");
});

Deno.test("a comma in a folder is refused: it would widen a permission", () => {
  assert.match(refusal({ args: ["--data", "/tmp/x,/"] }), /has a comma/);
  assert.match(refusal({ args: ["--replay", "a,b"] }), /--replay/);
});

Deno.test("a named settings file must be there and is the only one read", () => {
  const files = { "/desk/my.json": `{"seed": 5}`, "/desk/deltadesk.json": `{"seed": 6}` };

  assert.equal(loaded({ args: ["--config", "my.json"], files }).settings.seed, 5);
  assert.equal(
    loaded({ environment: { DELTADESK_CONFIG: "/desk/my.json" }, files }).settings.seed,
    5,
  );
  assert.match(refusal({ args: ["--config", "no.json"] }), /no\.json is not there/);
  assert.match(
    refusal({ files: { "/desk/deltadesk.json": `{"config":"x"}` } }),
    /unknown key "config"/,
  );
});

Deno.test("every refusal is one line without control characters", () => {
  const hostile = "a\nb\u001b[31m\u0085";
  for (
    const args of [[`--${hostile}`], ["--port", hostile], [hostile], ["--host", hostile]]
  ) {
    assert.doesNotMatch(refusal({ args }), /\p{Cc}/u);
  }
});

Deno.test("--help is answered even beside other flags", () => {
  const result = load({ args: ["--port", "1", "-h", "--nonsense"] });

  assert.deepEqual(result, ok({ kind: "help" }));
});
