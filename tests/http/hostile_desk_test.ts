import assert from "node:assert/strict";
import { startDesk } from "../e2e/desk.ts";
import { ROOT, type RunningDesk } from "../e2e/desk.ts";
import { HOSTILE, hostileMarkup } from "./hostile_names.ts";
import { handshake, RawSocket, textOf } from "./raw_web_socket.ts";

const EXAMPLE = `${ROOT}/docs/examples/replay`;
const NUMBERS = ["CANARY-ACCT-77665544", "CANARY-ACCT-11223399"];

/** The example recording under hostile names and with account numbers that are easy to find. */
async function hostileFolder(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "deltadesk-hostile-" });
  for (const file of ["quotes.csv", "bars.csv"]) {
    await Deno.copyFile(`${EXAMPLE}/${file}`, `${folder}/${file}`);
  }
  const manifest = JSON.parse(await Deno.readTextFile(`${EXAMPLE}/manifest.json`));
  manifest.name = HOSTILE.attribute;
  for (const one of manifest.underlyings) one.carrySource = HOSTILE.script;
  for (const one of manifest.optionClasses) one.exchange = HOSTILE.closing;
  await Deno.writeTextFile(`${folder}/manifest.json`, JSON.stringify(manifest));
  const numbered = (await Deno.readTextFile(`${EXAMPLE}/book.json`))
    .replaceAll("EXAMPLE-0001", NUMBERS[0]).replaceAll("EXAMPLE-0002", NUMBERS[1]);
  const book = JSON.parse(numbered);
  Object.assign(book.accounts[0], { nickname: HOSTILE.script, type: HOSTILE.attribute });
  Object.assign(book.accounts[1], { nickname: HOSTILE.closing, type: HOSTILE.separator });
  for (const one of book.positions) one.strategy = HOSTILE.comment;
  for (const one of book.fills) one.execId = HOSTILE.template;
  await Deno.writeTextFile(`${folder}/book.json`, JSON.stringify(book));
  return folder;
}

const folder = await hostileFolder();
const desk: RunningDesk = await startDesk(["--replay", folder, "--debug"]);
const port = Number(new URL(desk.url).port);

Deno.test.afterAll(async () => {
  await desk.stop();
  await Deno.remove(folder, { recursive: true });
});

async function read(path: string): Promise<string> {
  const answer = await fetch(new URL(path, desk.url));
  assert.equal(answer.status, 200, path);
  return await answer.text();
}

Deno.test("MAL-3: hostile names of accounts and feeds are text on every page", async () => {
  for (const path of ["/", "/?sort=symbol&open=ACME", "/?accounts=nobody"]) {
    const html = await read(path);

    assert.deepEqual(hostileMarkup(html), [], path);
    assert.ok(html.includes("&lt;script>alert('n1')"), `${path} does not name the account`);
  }
});

Deno.test("MAL-3: hostile names travel whole in JSON that is never a page", async () => {
  const answer = await fetch(new URL("/api/data", desk.url));
  const book = await answer.json();

  assert.equal(answer.headers.get("content-type"), "application/json");
  assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  assert.equal(book.mode, "replay");
  assert.equal(book.all_accounts[0].nickname, HOSTILE.script);
  assert.equal(book.all_accounts[1].type, HOSTILE.separator);
});

Deno.test("X-04: Greeks of the model name its version, recorded prices name none", async () => {
  const book = JSON.parse(await read("/api/data"));
  const positions: Record<string, Record<string, unknown>>[] = book.grouped_positions.flatMap(
    (group: { positions: unknown[] }) => group.positions,
  );
  const modelled = positions.filter((one) =>
    String(one.greeks_provenance.source).startsWith("model")
  );

  assert.ok(modelled.length > 0);
  for (const one of positions) {
    const isModelled = modelled.includes(one);
    assert.equal(typeof one.greeks_provenance.model_version === "string", isModelled);
    assert.equal(one.price_provenance.model_version, null);
  }
});

Deno.test("T-020: diagnostics that were asked for name counts, feeds and prices", async () => {
  const report = JSON.parse(await read("/api/debug"));

  assert.deepEqual(Object.keys(report.counts).sort(), [
    "accounts",
    "events",
    "instruments",
    "rows",
    "subscribed",
    "underlyings",
  ]);
  assert.equal(report.counts.accounts, 2);
  assert.ok(report.counts.rows >= 4);
  assert.ok(report.feeds.length > 0 && report.instruments.length > 0);
  for (const one of report.accounts) assert.match(one.number, /^••••.{4}$/);
});

Deno.test("T-020: no full account number is in any answer, frame or output", async () => {
  const texts: [string, string][] = [["output", desk.output()]];
  for (
    const path of ["/", "/api/data", "/api/debug", "/api/history", "/api/playback", "/metrics"]
  ) {
    texts.push([path, await read(path)]);
  }
  for (const target of ["/api/stream", "/api/stream?format=json"]) {
    using socket = await RawSocket.open(port, handshake(port), target);
    await socket.sendJson({ type: "hello", version: 1, rows: "all" });
    for (let count = 0; count < 6; count++) {
      const frame = await socket.next();
      assert.ok(frame !== null);
      texts.push([`${target} ${count}`, textOf(frame)]);
    }
  }

  assert.ok(texts.some(([, text]) => text.includes("••••5544")));
  for (const [name, text] of texts) assert.doesNotMatch(text, /CANARY|ACCT-\d/, name);
});

Deno.test("T-020: diagnostics know no path of the machine and no secret", async () => {
  const report = await read("/api/debug");
  const home = Deno.env.get("HOME") ?? folder;

  for (const secret of [folder, ROOT, home]) {
    if (secret.length > 4) assert.ok(!report.includes(secret), secret);
  }
  assert.doesNotMatch(report, /"(token|password|secret|authorization|cookie)"/i);
});
