import assert from "node:assert/strict";
import { ROOT } from "../e2e/desk.ts";
import { startTws } from "./tws_process.ts";

/** `--once` with the TWS at a port, on a folder that stays. */
async function once(port: number, data: string) {
  const args = ["--once", "--brokers", "ib", "--ib-port", String(port), "--data", data];
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "launch.ts", ...args],
    cwd: ROOT,
    stdin: "null",
    env: { NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

function marksOf(out: string) {
  const { mode, stand_in, all_accounts } = JSON.parse(out);
  return { mode, stand_in, paper: all_accounts.map((one: { is_paper: boolean }) => one.is_paper) };
}

Deno.test("paper and real money of IB are told by the accounts, and share no folder", async () => {
  const [paper, real] = await Promise.all([startTws(), startTws(["--live-numbers"])]);
  const data = await Deno.makeTempDir({ prefix: "deltadesk-paper-" });
  const other = await Deno.makeTempDir({ prefix: "deltadesk-paper-" });
  try {
    const [first, apart] = await Promise.all([once(paper.port, data), once(real.port, other)]);
    assert.equal(first.code, 0, first.err);
    assert.deepEqual(marksOf(first.out), {
      mode: "live",
      stand_in: "paper",
      paper: [true, true, true],
    });
    assert.equal(apart.code, 0, apart.err);
    assert.deepEqual(marksOf(apart.out), {
      mode: "live",
      stand_in: null,
      paper: [false, false, false],
    });

    const [mixed, again] = [await once(real.port, data), await once(paper.port, data)];
    assert.deepEqual([mixed.code, mixed.out], [2, ""], mixed.err);
    assert.match(
      mixed.err,
      /deltadesk: \S+ holds paper money of Interactive Brokers; this login has real money: name/,
    );
    assert.equal(again.code, 0, again.err);
  } finally {
    await Promise.all([paper.stop(), real.stop()]);
    await Promise.all([data, other].map((path) => Deno.remove(path, { recursive: true })));
  }
});
