import assert from "node:assert/strict";
import { WORLD_VERSION } from "./checkpoint.ts";
import { settled } from "./options.ts";
import { Simulation } from "./simulation.ts";
import { type Tape, TapeWriter } from "./tape.ts";

/** Notes the kind of everything that passes; a list counts once, whatever its length. */
class Tracing implements Tape {
  readonly isReading = false;
  readonly #seen: string[] = [];
  readonly #tape = new TapeWriter();

  /** The kinds in their order, a run of equal ones as "kind×count", a line per section. */
  get layout(): string[] {
    const runs: { kind: string; count: number }[] = [];
    for (const kind of this.#seen) {
      const last = runs.at(-1);
      if (last?.kind === kind) last.count++;
      else runs.push({ kind, count: 1 });
    }
    const text = runs.map(({ kind, count }) => count === 1 ? kind : `${kind}×${count}`).join(" ");
    return text.split(" [").map((line, i) => i === 0 ? line : `[${line}`);
  }

  section(name: string): void {
    this.#seen.push(`[${name}]`);
  }

  f64 = (value: number) => this.#note("f64", this.#tape.f64(value));
  i32 = (value: number) => this.#note("i32", this.#tape.i32(value));
  count = (value: number) => this.#note("count", this.#tape.i32(value));
  flag = (value: boolean) => this.#note("flag", this.#tape.flag(value));
  text = (value: string) => this.#note("text", this.#tape.text(value));
  floats = (column: Float64Array) => this.#note(`floats${column.length}`, undefined);
  column = () => this.#note("column", undefined);
  ids = () => this.#note("ids", undefined);
  flags = () => this.#note("flags", undefined);

  list<T>(items: T[], blank: T, each: (item: T) => T): T[] {
    this.#seen.push("(");
    each(blank);
    this.#seen.push(")");
    return items;
  }

  #note<T>(kind: string, value: T): T {
    this.#seen.push(kind);
    return value;
  }
}

const RANDOM = "i32×4 f64 flag";
const LEDGER = "f64×4 floats2×5 ( i32 f64×3 )";
const ORDERS = "( text i32×2 f64×3 i32 f64 )";
const BARS = "( i32 f64×5 ) ".repeat(21);
const LAYOUT_OF_VERSION_1 = [
  "[core]",
  "[instruments] count i32×60 text i32×3 flags",
  "[quotes] column×15 flags floats21×3",
  `[market] floats21×2 f64×2 ${RANDOM} ${RANDOM} f64×3`,
  `[DX10044417] ${LEDGER}`,
  `[DX10058203] ${LEDGER}`,
  `[DX10091136] ${LEDGER} ( flag text i32×3 f64×4 i32 f64 ) f64×2 flag×2 f64×2`,
  `[book] ${RANDOM} ( i32×3 f64 i32 f64 flag i32 )`,
  `[orders] ${RANDOM} ${ORDERS} ${ORDERS} f64`,
  `[day] i32 ${BARS}floats21×3 ${RANDOM} f64`,
  `[activity] ${RANDOM} ids×3 i32 f64`,
  "[simulation] f64×2",
];

Deno.test("checkpoint: the layout is that of its version; change both or neither", () => {
  const tape = new Tracing();
  new Simulation(settled({ positions: 1 })).persist(tape);

  assert.equal(WORLD_VERSION, 1);
  assert.deepEqual(tape.layout, LAYOUT_OF_VERSION_1);
});

/** Fields that a checkpoint need not hold, by class, with the reason. */
const NOT_KEPT: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Activity: { "#core": "a part", "#perMs": "the rate may change" },
  Book: { "#core": "a part" },
  Core: {
    seed: "in the head",
    hours: "follow from the session",
    model: "holds nothing between two calls",
  },
  Day: { "#parts": "parts" },
  InstrumentTable: {
    all: "listed again",
    multiplier: "listed again",
    expiresAt: "listed again",
    current: "listed again",
    "#idBySymbol": "listed again",
  },
  Ledger: { "#parts": "parts" },
  Maker: {},
  Market: { "#sectorMove": "written before it is read in each step" },
  OrderFlow: { "#core": "a part", "#book": "a part", "#fillGapMs": "the pace may change" },
  Outbox: {
    freshFrom: "readers begin anew",
    "#queue": "readers begin anew",
    "#limit": "fixed",
    "#head": "readers begin anew",
  },
  Simulation: { "#stepMs": "the step may change", "#balanceGapMs": "follows from the positions" },
};

/** Classes without a state of their own, with the reason. */
const STATELESS: Readonly<Record<string, string>> = {
  Hours: "follow from the session",
  Model: "input and value are written before they are read",
  TapeReader: "not of the world",
  TapeWriter: "not of the world",
  World: "the size hint only; everything else is the simulation's",
};

/** Name and text of every class of the folder. */
async function classes(): Promise<{ name: string; text: string }[]> {
  const found = [];
  for await (const { name } of Deno.readDir(new URL(".", import.meta.url))) {
    if (!name.endsWith(".ts") || name.endsWith("_test.ts")) continue;
    const text = await Deno.readTextFile(new URL(name, import.meta.url));
    for (const match of text.matchAll(/^(?:export )?class (\w+).*?^}/gms)) {
      found.push({ name: match[1], text: match[0] });
    }
  }
  return found;
}

Deno.test("checkpoint: every field of the world is in it or says why not", async () => {
  const all = await classes();
  assert.ok(all.length >= 15, `${all.length} classes`);
  for (const { name, text } of all) {
    const persist = /^ {2}persist\(.*?^ {2}}/ms.exec(text)?.[0];
    assert.equal(persist === undefined, name in STATELESS, `${name} has persist`);
    if (persist === undefined) continue;
    const excused = NOT_KEPT[name] ?? {};
    const fields = [...text.matchAll(/^ {2}(?:readonly )?(#?\w+)(?:\?)?(?::| =)[^\n]*/gm)];
    for (const [, field] of fields) {
      const isNamed = new RegExp(`this\\.${field}(?![\\w])`).test(persist);
      assert.ok(isNamed || field in excused, `${name}.${field}`);
    }
    for (const field of Object.keys(excused)) {
      assert.ok(fields.some((one) => one[1] === field), `${name}.${field} is still there`);
    }
  }
});
