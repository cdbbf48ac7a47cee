import assert from "node:assert/strict";
import { type SettingRow, SETTINGS } from "../../settings/table.ts";
import { IB_CODES } from "./codes.ts";
import {
  clientIdFault,
  contractFault,
  DROPPED,
  NO_ACCOUNT,
  NO_POSITIONS,
  NO_SERVERS,
  NOT_READY,
  OTHER_VERSION,
  portFault,
  SILENT,
} from "./connection_check/faults.ts";
import {
  COMPETING,
  farmFault,
  NO_TICK,
  noGreeks,
  notSubscribed,
  OUT_OF_LINES,
} from "./connection_check/market_faults.ts";
import { IB_STEPS } from "./connection_check/steps.ts";

const GUIDE = Deno.readTextFileSync(new URL("../../../docs/brokers/ib.md", import.meta.url));
const ADDRESS = { host: "tws.lan", port: 7497, clientId: 7 };

const FAULTS = [
  portFault("refused", ADDRESS),
  portFault("unknownHost", ADDRESS),
  portFault("unreachable", ADDRESS),
  SILENT,
  DROPPED,
  OTHER_VERSION,
  clientIdFault(ADDRESS),
  NOT_READY,
  NO_SERVERS,
  NO_ACCOUNT,
  NO_POSITIONS,
  contractFault("SPY", null),
  notSubscribed("354"),
  COMPETING,
  OUT_OF_LINES,
  farmFault("usfarm"),
  NO_TICK,
  noGreeks(null),
];

function cellsOf(line: string): readonly string[] {
  return line.split("|").map((cell) => cell.trim());
}

/** The second column of the table of steps, and the title that each line stands under. */
function stepLines(): readonly { readonly step: string; readonly words: string }[] {
  const from = GUIDE.indexOf("| Step ");
  const table = GUIDE.slice(from, GUIDE.indexOf("\n\n", from)).split("\n").slice(2).map(cellsOf);
  let step = "";
  return table.map(([, title, words]) => {
    step = title === "" ? step : title;
    return { step, words };
  });
}

Deno.test("G-011: the guide to IB names every setting, under each of its names", () => {
  const keys = ["ibHost", "ibPort", "ibClientId", "mdType", "cashCurrencies", "account"];
  const rows: readonly SettingRow[] = SETTINGS.filter(({ key }) => key.startsWith("ib"));
  assert.deepEqual(rows.map(({ key }) => key), keys.slice(0, 3));
  for (const { key, env, aliases } of SETTINGS as readonly SettingRow[]) {
    const old = aliases.filter((name) => /^(IB|GREEKS)_/.test(name));
    for (const name of keys.includes(key) ? [env, ...old] : old) {
      assert.ok(GUIDE.includes(`\`${name}\``), name);
    }
  }
});

Deno.test("G-011: the guide to IB has every step and every failure of the connection page", () => {
  const lines = stepLines();
  const steps = new Set(lines.map(({ step }) => step));
  for (const { title } of IB_STEPS) assert.ok(steps.has(title), title);
  for (const { headline } of FAULTS) {
    assert.ok(lines.some(({ words }) => headline.includes(words)), headline);
  }
  for (const { words } of lines) {
    const isOfFeed = words === "is down, is stale";
    assert.ok(isOfFeed || FAULTS.some(({ headline }) => headline.includes(words)), words);
  }
});

Deno.test("the guide to IB says what each code means that the desk reacts to", () => {
  const table = GUIDE.slice(GUIDE.indexOf("| Code "));
  const told = new Set(table.split("\n").flatMap((line) => cellsOf(line)[1]?.split(", ") ?? []));

  for (const code of Object.values(IB_CODES)) assert.ok(told.has(String(code)), String(code));
});

Deno.test("G-011: the guide and the faults send to the same places", () => {
  for (
    const place of [
      "Enable ActiveX and Socket Clients",
      "Trusted IPs",
      "Allow connections from localhost only",
      "Socket port",
      "File, Global Configuration, API, Settings",
      "Configure, Settings, API, Settings",
    ]
  ) {
    assert.ok(GUIDE.replaceAll(/\s+/g, " ").includes(`**${place}**`), place);
    assert.ok(FAULTS.some(({ remedy }) => remedy.join(" ").includes(`**${place}**`)), place);
  }
  for (const port of ["7496", "7497", "4001", "4002"]) assert.ok(GUIDE.includes(`| ${port} `));
});
