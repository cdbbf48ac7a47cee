import assert from "node:assert/strict";
import { Secret } from "../base/secret.ts";
import { frameworkOf } from "./framework.ts";
import { buildFlags, permissionFlags, type PermissionScope } from "./permissions.ts";
import type { Settings } from "./settings.ts";
import type { TastytradeSettings } from "./tastytrade_settings.ts";

const SETTINGS: Settings = {
  mode: "demo",
  replayDirectory: null,
  tastytrade: null,
  ib: null,
  host: "127.0.0.1",
  port: 8765,
  isPortExplicit: false,
  dataDirectory: "/data/demo",
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
};

const APP: PermissionScope = { projectDirectory: "/app", framework: "hosted" };

const PUBLISHED: PermissionScope = { ...APP, framework: "published" };

function flag(settings: Settings, name: string): string {
  const found = permissionFlags(settings, APP).find((one) => one.startsWith(`--${name}=`));
  return found?.slice(name.length + 3) ?? "";
}

Deno.test("the net grant is the address and port, plus a free one for the default port", () => {
  assert.equal(flag(SETTINGS, "allow-net"), "127.0.0.1:8765,127.0.0.1:0");
  assert.equal(flag({ ...SETTINGS, isPortExplicit: true }, "allow-net"), "127.0.0.1:8765");
  assert.equal(flag({ ...SETTINGS, isPortExplicit: true, port: 0 }, "allow-net"), "127.0.0.1:0");
  assert.equal(
    flag({ ...SETTINGS, isPortExplicit: true, host: "::1" }, "allow-net"),
    "[::1]:8765",
  );
  assert.equal(
    flag({ ...SETTINGS, isPortExplicit: true, host: "localhost" }, "allow-net"),
    "127.0.0.1:8765",
  );
});

const TASTYTRADE: TastytradeSettings = {
  environment: "production",
  simulator: null,
  clientSecret: new Secret("cs_canary"),
  refreshToken: new Secret("rt_canary"),
  inUse: [],
};

function live(changes: Partial<TastytradeSettings> = {}): Settings {
  const tastytrade = { ...TASTYTRADE, ...changes };
  return { ...SETTINGS, mode: "live", isPortExplicit: true, tastytrade };
}

Deno.test("MAL-8: tastytrade widens the net by its own hosts of one environment", () => {
  assert.equal(
    flag(live(), "allow-net"),
    "127.0.0.1:8765,api.tastyworks.com:443,streamer.tastyworks.com:443,*.dxfeed.com:443",
  );
  assert.equal(
    flag(live({ environment: "sandbox" }), "allow-net"),
    "127.0.0.1:8765,api.cert.tastyworks.com:443,streamer.cert.tastyworks.com:443," +
      "*.dxfeed.com:443",
  );
});

Deno.test("MAL-8: a simulator widens the net by its ports on this machine alone", () => {
  const simulator = {
    rest: "http://127.0.0.1:9001",
    accountStreamer: "ws://127.0.0.1:9001/streamer",
    feed: null,
  };
  const local = (port: number) => `127.0.0.1:${port},localhost:${port},[::1]:${port}`;

  assert.equal(flag(live({ simulator }), "allow-net"), `127.0.0.1:8765,${local(9001)}`);
  const apart = { ...simulator, accountStreamer: "ws://127.0.0.1/s", feed: "ws://[::1]:9003/f" };
  assert.equal(
    flag(live({ simulator: apart }), "allow-net"),
    `127.0.0.1:8765,${local(9001)},${local(80)},${local(9003)}`,
  );
});

Deno.test("MAL-8: IB widens the net by the one address of TWS and its port", () => {
  const ib = (host: string, port: number): Settings => ({
    ...SETTINGS,
    mode: "live",
    isPortExplicit: true,
    ib: {
      host,
      port,
      clientId: 1,
      marketDataType: 1,
      cashCurrencies: [],
      accounts: [],
      inUse: [],
    },
  });

  const own = "127.0.0.1:8765,";
  assert.equal(
    flag(ib("127.0.0.1", 7497), "allow-net"),
    `${own}127.0.0.1:7497,localhost:7497,[::1]:7497`,
  );
  assert.equal(flag(ib("192.168.1.5", 4001), "allow-net"), `${own}192.168.1.5:4001`);
  assert.equal(flag(ib("fd00::5", 4001), "allow-net"), `${own}[fd00::5]:4001`);
  assert.ok(permissionFlags(ib("tws.lan", 1), APP).includes("--allow-env=NODE_ENV"));
});

Deno.test("P17: no permission flag holds a secret, and the environment looks empty", () => {
  const flags = permissionFlags(live(), APP);

  assert.ok(flags.includes("--ignore-env"));
  assert.ok(!flags.join(" ").includes("canary"));
  assert.ok(!permissionFlags(SETTINGS, APP).includes("--ignore-env"));
});

Deno.test("the only folder to write is the data folder", () => {
  assert.equal(flag(SETTINGS, "allow-write"), "/data/demo");
});

Deno.test("the replay folder is read in replay mode and is not written", () => {
  const replay: Settings = { ...SETTINGS, mode: "replay", replayDirectory: "/days/one" };

  assert.ok(flag(replay, "allow-read").split(",").includes("/days/one"));
  assert.equal(flag(replay, "allow-write"), "/data/demo");
  assert.ok(!flag(SETTINGS, "allow-read").includes("/days"));
});

Deno.test("no grant is open, and the project as a whole is not read", () => {
  for (const one of permissionFlags(SETTINGS, APP)) {
    assert.ok(!one.startsWith("--allow-") || /=./.test(one), one);
    assert.ok(!one.startsWith("--allow-all"), one);
  }
  assert.ok(!flag(SETTINGS, "allow-read").split(",").includes("/app"));
  for (const denied of ["run", "ffi", "sys", "import"]) {
    assert.ok(permissionFlags(SETTINGS, APP).includes(`--deny-${denied}`));
  }
});

Deno.test("a path with a comma never reaches a flag", () => {
  assert.throws(() => permissionFlags({ ...SETTINGS, dataDirectory: "/x,/" }, APP), {
    name: "AssertionError",
  });
  assert.throws(() => buildFlags({ ...APP, projectDirectory: "/a,b" }), { name: "AssertionError" });
});

Deno.test("the published framework widens the server by variables and modules alone", () => {
  const own = permissionFlags(SETTINGS, APP);
  const added = permissionFlags(SETTINGS, PUBLISHED).filter((one) => !own.includes(one));

  assert.deepEqual(added, [
    "--allow-env=NODE_ENV,DENO_DEPLOYMENT_ID,GITHUB_SHA,CI_COMMIT_SHA",
    "--allow-import=jsr.io:443",
  ]);
});

Deno.test("the build has no network unless the framework is fetched", () => {
  assert.ok(buildFlags(APP).includes("--deny-net"));
  assert.ok(buildFlags(PUBLISHED).includes("--allow-net"));
});

Deno.test("only the published package counts as published", () => {
  const config = (fresh: string) => JSON.stringify({ imports: { fresh } }, null, 2);

  assert.equal(frameworkOf(config("jsr:@fresh/core@^2.3.3")), "published");
  assert.equal(frameworkOf(config("jsr:@deltadesk/fresh-host@^0.1.0")), "hosted");
  assert.equal(frameworkOf(""), "hosted");
});
