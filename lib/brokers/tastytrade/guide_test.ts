import assert from "node:assert/strict";
import { SETTINGS } from "../../settings/table.ts";
import { feedFault, MUTE, NO_QUOTE_TOKEN } from "./connection_check/feed_faults.ts";
import { restFault } from "./connection_check/rest_faults.ts";
import { STEPS } from "./connection_check/steps.ts";
import { type FailureKind, restFailure } from "./rest/failure.ts";
import type { FailureCode } from "./wire/dxlink/failure.ts";

const GUIDE = Deno.readTextFileSync(
  new URL("../../../docs/brokers/tastytrade.md", import.meta.url),
);

const REST_KINDS: Readonly<Record<FailureKind, null>> = {
  refused: null,
  unauthorized: null,
  forbidden: null,
  loginNeeded: null,
  rateLimited: null,
  unreachable: null,
  untrusted: null,
  malformed: null,
  timeout: null,
  canceled: null,
};

const FEED_CODES: Readonly<Record<FailureCode, null>> = {
  unauthorized: null,
  connectionLimit: null,
  badUrl: null,
  mute: null,
  unreachable: null,
  closed: null,
  timeout: null,
  dead: null,
  sendFailed: null,
  tooBig: null,
  protocol: null,
  misfit: null,
  channelClosed: null,
};

function namesOf<Name extends string>(all: Readonly<Record<Name, null>>): readonly Name[] {
  return Object.keys(all) as Name[];
}

/** The second column of the tables with three. */
function sayings(): readonly string[] {
  return GUIDE.split("\n").map((line) => line.split("|").map((cell) => cell.trim()))
    .filter((cells) => cells.length === 5).map((cells) => cells[2]);
}

Deno.test("the guide to tastytrade names every setting, under each of its names", () => {
  const rows = SETTINGS.filter(({ key }) => key.startsWith("tastytrade"));
  assert.equal(rows.length, 6);
  for (const { env, aliases } of rows) {
    for (const name of [env, ...aliases]) assert.ok(GUIDE.includes(`\`${name}\``), name);
  }
});

Deno.test("the guide to tastytrade has every step and every failure of the connection page", () => {
  for (const { title } of STEPS) assert.ok(GUIDE.includes(`| ${title} `), title);
  const context = { origin: "https://api.tastyworks.com", environment: "production" } as const;
  const rest = namesOf(REST_KINDS).flatMap((kind) => [
    restFault(restFailure(kind, "x", { status: 503 }), context),
    restFault(restFailure(kind, "a web page"), context),
  ]);
  const feed = namesOf(FEED_CODES).map((code) => feedFault({ code, detail: "x" }));
  for (const { headline } of [...rest, ...feed, MUTE, NO_QUOTE_TOKEN]) {
    assert.ok(sayings().some((words) => words !== "" && headline.includes(words)), headline);
  }
});

Deno.test("the guide to tastytrade holds what the settings say of a password session", () => {
  assert.match(GUIDE, /Manage\*\*, then \*\*Create Grant/);
  assert.match(GUIDE, /ended password sessions/);
});
