import assert from "node:assert/strict";
import { type RunningDesk, startDesk } from "../e2e/desk.ts";
import { environmentOf } from "./processes.ts";
import { shownName, startSimulator, toldName, toldPositions } from "./tastytrade_process.ts";

interface Held {
  readonly account_number: string;
  readonly original_symbol: string;
  readonly quantity: number;
}

interface Book {
  readonly mode: string;
  readonly stand_in: string | null;
  readonly position_count: number;
  readonly grouped_positions: readonly { readonly positions: readonly Held[] }[];
}

function headersOf(desk: RunningDesk): Readonly<Record<string, string>> {
  const code = /code (\S+) \(new at each start\)/.exec(desk.output())?.[1] ?? "";
  return { authorization: `Bearer ${code}` };
}

async function ask(desk: RunningDesk, path: string): Promise<string> {
  const response = await fetch(new URL(path, desk.url), { headers: headersOf(desk) });
  const text = await response.text();
  assert.equal(response.status, 200, `${path}: ${text.slice(0, 300)}`);
  return text;
}

/** Asks again until the book is loaded and complete, or a minute is over. */
async function loadedBook(desk: RunningDesk, positions: number): Promise<Book> {
  for (let tries = 0;; tries++) {
    const response = await fetch(new URL("api/data", desk.url), { headers: headersOf(desk) });
    const text = await response.text();
    if (response.status === 200) {
      const book: Book = JSON.parse(text);
      if (book.position_count === positions) return book;
    }
    assert.ok(tries < 300, `${response.status} ${text.slice(0, 300)}\n${desk.output()}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function everythingKept(directory: string): Promise<string> {
  let text = "";
  for await (const { name, isFile } of Deno.readDir(directory)) {
    if (isFile) {
      text += new TextDecoder("latin1").decode(await Deno.readFile(`${directory}/${name}`));
    }
  }
  return text;
}

Deno.test("a live desk shows the simulator's positions and none of its secrets", async (t) => {
  const sim = await startSimulator();
  try {
    const desk = await startDesk(
      ["--brokers", "tastytrade", "--tastytrade-url", sim.baseUrl, "--debug"],
      null,
      {
        DELTADESK_TASTYTRADE_CLIENT_SECRET: sim.clientSecret,
        DELTADESK_TASTYTRADE_REFRESH_TOKEN: sim.refreshToken,
      },
    );
    try {
      const told = await toldPositions(sim);
      assert.ok(told.length > 50);

      await t.step("every position with its sign, and what stands in for the broker", async () => {
        const book = await loadedBook(desk, told.length);
        const shown = book.grouped_positions.flatMap(({ positions }) => positions);
        assert.deepEqual(
          shown.map((one) =>
            `${one.account_number.slice(-4)} ${shownName(one.original_symbol)} ${one.quantity}`
          ).sort(),
          told.map((one) => `${one.account} ${toldName(one.symbol)} ${one.signedQuantity}`).sort(),
        );
        assert.deepEqual([book.mode, book.stand_in], ["live", "simulator"]);
      });

      await t.step("the page is marked, and says what is there", async () => {
        const page = await ask(desk, "");
        assert.match(page, /<title>[^<]*Simulator/);
        assert.match(page, /Simulator.{0,80}not real money/);
        assert.match(desk.output(), /a simulator stands in for tastytrade: http:\/\/127\.0\.0\.1/);
        assert.match(desk.output(), /Deltadesk ready at http:\S+ \(live\)/);
      });

      await t.step(
        "P17: no secret in output, environment, pages, debug or on the disk",
        async () => {
          const seen = [
            desk.output(),
            environmentOf(desk.serverPid()),
            await ask(desk, ""),
            await ask(desk, "api/data"),
            await ask(desk, "api/debug"),
            await ask(desk, "metrics"),
            await everythingKept(desk.data),
          ];
          for (const text of seen) {
            assert.notEqual(text, "");
            for (const secret of [sim.clientSecret, sim.refreshToken]) {
              assert.ok(!text.includes(secret), text.slice(0, 100));
            }
          }
        },
      );

      await t.step("a signal ends it cleanly", async () => {
        desk.kill("SIGTERM");
        assert.equal(await desk.ended, 0, desk.output());
      });
    } finally {
      await desk.stop();
    }
  } finally {
    await sim.stop();
  }
});
