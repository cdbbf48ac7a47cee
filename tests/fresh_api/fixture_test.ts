import assert from "node:assert/strict";
import { chromiumPath, testWith } from "../prerequisite.ts";
import { FIXTURE, serving, servingFixture } from "./serving.ts";

/** The page at `url` after its scripts have run, and what the browser complained about. */
async function inChromium(url: string): Promise<{ html: string; complaints: string }> {
  const profile = await Deno.makeTempDir({ prefix: "fresh_api_chromium_" });
  try {
    const { stdout, stderr } = await new Deno.Command(chromiumPath() ?? "", {
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--enable-logging=stderr",
        `--user-data-dir=${profile}`,
        "--virtual-time-budget=3000",
        "--dump-dom",
        url,
      ],
    }).output();
    const log = new TextDecoder().decode(stderr).split("\n");
    return {
      html: new TextDecoder().decode(stdout),
      complaints: log.filter((line) => line.includes("CONSOLE")).join("\n"),
    };
  } finally {
    await Deno.remove(profile, { recursive: true });
  }
}

testWith(["chromium"], {
  name: "a built page hydrates: shared signal, rows, slots and props, with a strict CSP",
  fn: () =>
    servingFixture("_fresh/chromium", async (url) => {
      const { html, complaints } = await inChromium(url);

      assert.equal(complaints, "");
      for (const id of ["first", "second", "nested"]) {
        assert.ok(html.includes(`<span id="${id}" data-live="true">count 42</span>`), id);
      }
      const rows = ["one", "one live", "two", "two live"]
        .map((text) => `<tr class="row"><td>${text}</td></tr>`);
      assert.ok(html.includes(`<tbody>${rows.join("")}</tbody>`));
      assert.match(html, /data-shown="true"><b>title<\/b> <em>slotted<\/em>/);
      assert.match(html, /data-shown="true">plain <input disabled=""><i>later<\/i>/);
      assert.match(html, /2025-03-19T14:15:00\.000Z 1180591620717411303424 1 NaN/);
      assert.ok(html.includes("&lt;/script&gt;&lt;!-- "));
      assert.ok(!html.includes("frsh:"));
    }),
});

testWith(["chromium"], {
  name: "a page of a development build hydrates without being written to disk",
  fn: () =>
    serving(["--allow-all", `${FIXTURE}/dev.ts`, "listen", "_fresh/none"], async (url) => {
      const { html, complaints } = await inChromium(url);

      assert.equal(complaints, "");
      assert.ok(html.includes('<span id="second" data-live="true">count 42</span>'));
      await assert.rejects(Deno.stat(`${FIXTURE}/_fresh/none`), Deno.errors.NotFound);
    }),
});

Deno.test("a built server answers pages, files, errors and sockets with minimal rights", () =>
  servingFixture("_fresh/server", async (url) => {
    const page = await fetch(url);
    const html = await page.text();
    const chunk = /\/_fresh\/js\/[0-9a-f]{16}\/fresh-runtime\.js/.exec(html)?.[0] ?? "";
    const script = await fetch(url + chunk, { headers: { "accept-encoding": "identity" } });
    const missing = await fetch(`${url}/nowhere`);
    const broken = await fetch(`${url}/api/fail`);
    const hidden = await fetch(`${url}/.hidden`);
    const sum = await fetch(`${url}/api/sum`, { method: "POST", body: "[1,2,39]" });

    assert.match(page.headers.get("content-security-policy") ?? "", /script-src 'self' 'nonce-/);
    assert.match(html, /<title>Fixture home<\/title>/);
    assert.equal(script.headers.get("cache-control"), "public, max-age=31536000, immutable");
    assert.match(await script.text(), /boot/);
    assert.equal(missing.status, 404);
    assert.match(await missing.text(), /Nothing at \/nowhere/);
    assert.equal(broken.status, 500);
    assert.match(await broken.text(), /Error 500/);
    assert.equal(hidden.status, 404);
    assert.deepEqual(await sum.json(), { sum: 42 });
    await hidden.body?.cancel();
    assert.equal(await echo(`${url.replace("http", "ws")}/echo`), "managed hi");
    assert.equal(await echo(`${url.replace("http", "ws")}/socket`), "bare hi");
  }));

function echo(url: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const socket = new WebSocket(url);
  let received = "";
  socket.onopen = () => socket.send("hi");
  socket.onmessage = (event) => {
    received = String(event.data);
    socket.close();
  };
  socket.onclose = () => resolve(received);
  socket.onerror = () => reject(new Error(`${url} failed`));
  return promise;
}
