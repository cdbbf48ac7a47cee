import assert from "node:assert/strict";
import { guarded } from "@/lib/auth/guarded.ts";
import { loopbackPolicy } from "@/lib/auth/request_guard.ts";
import { fail } from "@/lib/base/result.ts";
import { setCurrentDesk } from "@/lib/desk/current.ts";
import type { DeskServices } from "@/lib/desk/services.ts";
import { fakeDesk } from "@/tests/fixtures/fake_desk.ts";
import { SAMPLE_NOW } from "@/tests/fixtures/sample_book.ts";
import { ROOT } from "../e2e/desk.ts";

const HOST = "127.0.0.1:8765";
const DAY_MS = 86_400_000;
const RECORD = { since: SAMPLE_NOW - 3 * DAY_MS, now: () => SAMPLE_NOW, holes: [] };

/** Asks the app for something while this desk is the running one. */
async function answerOf(desk: DeskServices, target: string, cookie = ""): Promise<Response> {
  const built = await import(`file://${ROOT}/_fresh/server.js`);
  const app = guarded(() => loopbackPolicy(8765), built.default.fetch);
  setCurrentDesk(desk);
  try {
    const headers = { host: HOST, ...(cookie === "" ? {} : { cookie }) };
    const answer = await app(new Request(`http://${HOST}${target}`, { headers }), null);
    return new Response(await answer.text(), answer);
  } finally {
    setCurrentDesk(null);
  }
}

async function sectionOf(answer: Response): Promise<string> {
  const html = await answer.text();
  const from = html.indexOf('id="today"');
  return html.slice(from, html.indexOf("</section>", from));
}

Deno.test("T-022: the first paint shows the line of the range that was chosen", async () => {
  const answer = await answerOf(fakeDesk(RECORD), "/?range=5d");
  const section = await sectionOf(answer);

  assert.match(section, /<h2>Last 5 sessions<\/h2>/);
  assert.match(section, /value="5d"[^>]*aria-pressed="true"/);
  assert.match(section, /<path class="line" d="M\d+ \d+(l-?\d+ -?\d+){100,}/);
  assert.match(section, />\d sessions? not recorded</);
  assert.match(section, />USD, each day from its previous close; record begins \d+ Mar /);
  for (const day of ["Thu 13 Mar", "Fri 14 Mar", "Mon 17 Mar", "Tue 18 Mar", "Wed 19 Mar"]) {
    assert.ok(section.includes(`>${day}<`), day);
  }
});

Deno.test("T-022: the chosen range is kept in a cookie, and read from it", async () => {
  const chosen = await answerOf(fakeDesk(RECORD), "/?range=1m");
  const cookie = chosen.headers.getSetCookie().find((one) => one.startsWith("dd_range="));
  const kept = await sectionOf(await answerOf(fakeDesk(RECORD), "/", cookie?.split(";")[0]));

  assert.match(kept, /<h2>Last month<\/h2>/);
  assert.match(await sectionOf(await answerOf(fakeDesk(RECORD), "/?range=x")), /<h2>Today<\/h2>/);
});

Deno.test("T-022: a page carries a line of bounded size, whatever the range", async () => {
  const today = (await (await answerOf(fakeDesk(RECORD), "/")).text()).length;
  for (const range of ["5d", "1m"]) {
    const year = { ...RECORD, since: SAMPLE_NOW - 60 * DAY_MS };
    const html = await (await answerOf(fakeDesk(year), `/?range=${range}`)).text();

    assert.ok(html.length - today < 80_000, `${range}: ${html.length - today}`);
  }
});

Deno.test("history: an unreadable record answers 503, and the page says so", async () => {
  const problem = { message: "the file is gone", fix: "restore a backup" };
  const desk = fakeDesk(RECORD, { history: () => Promise.resolve(fail(problem)) });
  const answer = await answerOf(desk, "/api/history?range=5d");
  const page = await answerOf(desk, "/?range=5d");

  assert.equal(answer.status, 503);
  assert.deepEqual(await answer.json(), { error: "the file is gone", fix: "restore a backup" });
  assert.equal(page.status, 200);
  assert.match(await sectionOf(page), />History cannot be read: the file is gone</);
});

Deno.test("recording: the first paint says what is not recorded, and nothing else", async () => {
  const recording = {
    since: SAMPLE_NOW - 960_000,
    message: "History: the disk is full",
    fix: "free some space; recording goes on by itself",
    damage: null,
  };
  const html = await (await answerOf(fakeDesk(RECORD, { recording: () => recording }), "/")).text();
  const fine = await (await answerOf(
    fakeDesk(RECORD, { recording: () => ({ ...recording, message: null, fix: null }) }),
    "/",
  )).text();

  assert.match(html, /<b>Recording has stopped<\/b>/);
  assert.match(html, /History: the disk is full\. Figures are live all the same/);
  assert.match(html, /free some space; recording goes on by itself/);
  assert.match(
    html,
    /data-part="unrecorded"\s*>[^]{0,60}Not recorded[^]{0,60}since 13:02/,
  );
  assert.ok(!fine.includes("Recording has stopped"));
  assert.match(fine, /data-part="unrecorded" hidden/);
});
