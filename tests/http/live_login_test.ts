import assert from "node:assert/strict";
import { type Place, type RunningDesk, startDesk } from "../e2e/desk.ts";
import { environmentOf } from "../launch/processes.ts";
import { type RunningSimulator, startSimulator } from "../launch/tastytrade_process.ts";
import { handshake, RawSocket } from "./raw_web_socket.ts";

const PRINTED = /ready at http:\S+ \(live\)\nSign in with the code (\S{4}-\S{4}) \(new at each/;

function startLive(sim: RunningSimulator, place: Place | null = null): Promise<RunningDesk> {
  const args = ["--brokers", "tastytrade", "--tastytrade-url", sim.baseUrl];
  return startDesk(args, place, {
    DELTADESK_TASTYTRADE_CLIENT_SECRET: sim.clientSecret,
    DELTADESK_TASTYTRADE_REFRESH_TOKEN: sim.refreshToken,
  });
}

async function codeOf(desk: RunningDesk): Promise<string> {
  for (let tries = 0; tries < 200; tries++) {
    const code = PRINTED.exec(desk.output())?.[1];
    if (code !== undefined) return code;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error(`no code in the line after the ready line:\n${desk.output()}`);
}

async function status(desk: RunningDesk, path: string, headers: HeadersInit = {}): Promise<number> {
  const answer = await fetch(new URL(path, desk.url), { headers, redirect: "manual" });
  await answer.body?.cancel();
  return answer.status;
}

/** The cookie that the form gives for a code. */
async function signIn(desk: RunningDesk, code: string): Promise<string> {
  const answer = await fetch(new URL("login", desk.url), {
    method: "POST",
    headers: { origin: new URL(desk.url).origin },
    body: new URLSearchParams({ code, next: "/?open=SPY" }),
    redirect: "manual",
  });
  await answer.body?.cancel();
  assert.equal(answer.headers.get("location"), "/?open=SPY");
  return (answer.headers.get("set-cookie") ?? "").split(";")[0];
}

/** Waits until the book is loaded: before that the desk says so instead, to whoever may ask. */
async function untilLoaded(desk: RunningDesk, code: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const now = await status(desk, "/api/data", { authorization: `Bearer ${code}` });
    if (now === 200) return;
    assert.equal(now, 503);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`the book is not loaded:\n${desk.output()}`);
}

/** What is on the disk of a desk, as text. */
function kept(folder: string): string {
  return [...Deno.readDirSync(folder)].filter(({ isFile }) => isFile)
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(`${folder}/${name}`)))
    .join("\n");
}

Deno.test("R84: a live desk is shut until its code is given", async (t) => {
  const sim = await startSimulator();
  let desk = await startLive(sim);
  try {
    const code = await codeOf(desk);
    const port = Number(new URL(desk.url).port);
    await t.step("without it there is neither page nor book nor stream", async () => {
      assert.equal(await status(desk, "/"), 303);
      for (const path of ["/api/data", "/api/debug", "/readyz", "/metrics", "/api/session"]) {
        assert.equal(await status(desk, path), 401, path);
      }
      using socket = await RawSocket.open(port);
      assert.equal(socket.answer.status, 401);
      assert.equal(await status(desk, "/healthz"), 200);
    });

    const cookie = await signIn(desk, code);
    await t.step("with it a browser and a tool get in", async () => {
      await untilLoaded(desk, code);
      assert.equal(await status(desk, "/", { cookie }), 200);
      const bearer = ["authorization", `Bearer ${code}`] as const;
      using socket = await RawSocket.open(port, [...handshake(port), bearer]);
      assert.equal(socket.answer.status, 101);
    });

    await t.step("P17: the code is printed once and stands nowhere else", async () => {
      assert.equal(desk.output().split(code).length - 1, 1);
      const own = { headers: { cookie } };
      const page = await (await fetch(new URL("/", desk.url), own)).text();
      const seen = [kept(desk.data), page, environmentOf(desk.serverPid())];
      const token = cookie.split("=")[1];
      for (const text of seen) {
        assert.notEqual(text, "");
        for (const secret of [code, code.replace("-", ""), token]) {
          assert.ok(!text.includes(secret), text.slice(0, 100));
        }
      }
    });

    await t.step(
      "R28: started again it has another code, and the old session is over",
      async () => {
        desk.kill("SIGTERM");
        assert.equal(await desk.ended, 0, desk.output());
        desk = await startLive(sim, { data: desk.data, port });
        const next = await codeOf(desk);
        assert.notEqual(next, code);
        assert.equal(await status(desk, "/api/session", { cookie }), 401);
        assert.equal(await status(desk, "/api/data", { authorization: `Bearer ${code}` }), 401);
        await untilLoaded(desk, next);
      },
    );
  } finally {
    await desk.stop();
    await sim.stop();
  }
});
