import assert from "node:assert/strict";
import { FAULT_KINDS, parseScript } from "./script.ts";

Deno.test("faults: a script is read whole, with every kind at its place", () => {
  const faults = Object.entries(FAULT_KINDS).flatMap(([on, kinds]) =>
    kinds.map((kind) => ({ on, do: kind, latencyMs: 5, code: 200, when: { afterMs: 1, times: 2 } }))
  );
  const script = parseScript(JSON.stringify({ seed: 4, faults }));
  assert.ok(script.ok);
  assert.deepEqual([script.value.seed, script.value.faults], [4, faults]);
});

Deno.test("faults: what a script gets wrong is said with the number of the fault", () => {
  const wrong: [unknown, RegExp][] = [
    ["no object", /a script is/],
    [{ on: "wires", do: "mute" }, /fault 1: "on" is one of/],
    [{ on: "wire", do: "restart" }, /fault 1: "do" on wire is one of/],
    [{ on: "wire", do: "slow" }, /slow needs "latencyMs"/],
    [{ on: "wire", do: "mute", afterMs: 5 }, /no fault has "afterMs"/],
    [{ on: "wire", do: "mute", when: { after: 5 } }, /"when" does not know "after"/],
    [{ on: "wire", do: "drop", byte: -1 }, /"byte": a number not below 0/],
    [{ on: "wire", do: "malformed", how: "badly" }, /"how" is one of/],
    [{ on: "gateway", do: "farm", farm: 1 }, /"farm": a text/],
  ];
  for (const [fault, line] of wrong) {
    const text = JSON.stringify(typeof fault === "string" ? fault : { faults: [fault] });
    const script = parseScript(text);
    assert.equal(script.ok, false, text);
    if (!script.ok) assert.match(script.error, line);
  }
  assert.equal(parseScript("{").ok, false);
});

Deno.test("faults: the page that users read names every kind at its place", () => {
  const page = Deno.readTextFileSync(new URL("../README.md", import.meta.url));
  const named = new Map<string, string[]>();
  let place = "";
  for (const [, on, cell] of page.matchAll(/^\| (\w*) +\| (`[\w`, ]+`) +\|/gm)) {
    place = on === "" ? place : on;
    const kinds = cell.split(",").map((kind) => kind.trim().replaceAll("`", ""));
    named.set(place, [...named.get(place) ?? [], ...kinds]);
  }
  for (const [on, kinds] of Object.entries(FAULT_KINDS)) {
    assert.deepEqual([...kinds].sort(), [...named.get(on) ?? []].sort(), on);
  }
});
