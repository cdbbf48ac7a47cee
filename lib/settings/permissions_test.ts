import assert from "node:assert/strict";
import { buildFlags, permissionFlags } from "./permissions.ts";
import type { Settings } from "./settings.ts";

const SETTINGS: Settings = {
  mode: "demo",
  replayDirectory: null,
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
  opensBrowser: true,
  servesDebug: false,
};

function flag(settings: Settings, name: string): string {
  const found = permissionFlags(settings, "/app").find((one) => one.startsWith(`--${name}=`));
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
  for (const one of permissionFlags(SETTINGS, "/app")) {
    assert.ok(!one.startsWith("--allow-") || /=./.test(one), one);
    assert.ok(!one.startsWith("--allow-all"), one);
  }
  assert.ok(!flag(SETTINGS, "allow-read").split(",").includes("/app"));
  for (const denied of ["run", "ffi", "sys", "import"]) {
    assert.ok(permissionFlags(SETTINGS, "/app").includes(`--deny-${denied}`));
  }
});

Deno.test("a path with a comma never reaches a flag", () => {
  assert.throws(() => permissionFlags({ ...SETTINGS, dataDirectory: "/x,/" }, "/app"), {
    name: "AssertionError",
  });
  assert.throws(() => buildFlags("/a,b"), { name: "AssertionError" });
});
