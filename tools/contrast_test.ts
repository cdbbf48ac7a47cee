import assert from "node:assert/strict";
import { contrast, EYES, type RolePair, rolePairs, seenDistance } from "./contrast.ts";

const CSS = Deno.readTextFileSync(new URL("../static/css/tokens.css", import.meta.url));
const ROLES = rolePairs(CSS);
const SURFACES = ["paper", "raised", "sunken", "hover", "select"];
const TEXTS = ["ink", "ink-2", "ink-3", "long", "short", "profit", "loss", "focus"];
const HEAT = ["profit-1", "profit-2", "profit-3", "loss-1", "loss-2", "loss-3"];

function role(name: string): RolePair {
  const pair = ROLES.get(name);
  assert.ok(pair !== undefined, `no colour role ${name}`);
  return pair;
}

function requireContrast(text: string, surface: string, least: number): void {
  for (const theme of [0, 1] as const) {
    const ratio = contrast(role(text)[theme], role(surface)[theme]);
    const where = `${text} on ${surface} (${theme === 0 ? "light" : "dark"})`;
    assert.ok(ratio >= least, `${where}: ${ratio.toFixed(2)}, at least ${least}`);
  }
}

Deno.test("ui §2: text has a contrast of 4.5 on every surface, in both themes", () => {
  for (const text of TEXTS) {
    for (const surface of SURFACES) requireContrast(text, surface, 4.5);
  }
  for (const surface of [...HEAT, "long-soft", "short-soft"]) requireContrast("ink", surface, 4.5);
  requireContrast("on-ink", "ink", 4.5);
  requireContrast("on-danger", "danger", 4.5);
});

Deno.test("ui §2: field borders and axes have a contrast of 3", () => {
  requireContrast("rule-2", "paper", 3);
  requireContrast("rule-2", "raised", 3);
});

Deno.test("ui §2: gain and loss, long and short are told apart by every kind of eye", () => {
  for (const [a, b] of [["profit", "loss"], ["long", "short"]]) {
    for (const theme of [0, 1] as const) {
      for (const eye of Object.keys(EYES) as (keyof typeof EYES)[]) {
        const distance = seenDistance(role(a)[theme], role(b)[theme], eye);
        assert.ok(distance >= 0.1, `${a} against ${b}, ${eye}: ${distance.toFixed(3)}`);
      }
    }
  }
});

Deno.test("contrast: black on white is 21, a colour on itself is 1", () => {
  assert.ok(Math.abs(contrast("#000000", "#ffffff") - 21) < 1e-9);
  assert.equal(contrast("#806f55", "#806f55"), 1);
});
