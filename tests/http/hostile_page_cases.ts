import assert from "node:assert/strict";
import { guarded } from "@/lib/auth/guarded.ts";
import { loopbackPolicy } from "@/lib/auth/request_guard.ts";
import { fail } from "@/lib/base/result.ts";
import { setCurrentDesk } from "@/lib/desk/current.ts";
import type { DeskServices } from "@/lib/desk/services.ts";
import type { FeedStatus } from "@/lib/stream/protocol/messages.ts";
import { encodeSnapshot } from "@/lib/stream/protocol/page_snapshot.ts";
import { WHOLE_SCOPE } from "@/lib/stream/protocol/audience.ts";
import { SAMPLE_NOW, SampleBook } from "@/tests/fixtures/sample_book.ts";
import { SAMPLE_SPEC } from "@/tests/fixtures/sample_spec.ts";
import { aHello } from "@/tests/fixtures/stream.ts";
import { aFeed } from "@/tests/fixtures/stream_link.ts";
import { ROOT } from "../e2e/desk.ts";
import { hostileMarkup } from "./hostile_names.ts";

const HOST = "127.0.0.1:8765";
const SYMBOL = '"><img src=x onerror=alert(1)>';
const ACCOUNT = "<script>alert(2)</script>";
const HOLDING = "</script><svg onload=alert(3)>";
const FEED = "--><iframe srcdoc=x onload=alert(4)>";
const REASON = "<img src=x onerror=alert(5)> is full";

/** The sample book under hostile names: a symbol, an account and a holding that is not valued. */
function hostileBook(): SampleBook {
  const rename = (symbol: string) => symbol === "NVDA" ? SYMBOL : symbol;
  return new SampleBook({
    underlyings: SAMPLE_SPEC.underlyings.map((one) => ({ ...one, symbol: rename(one.symbol) })),
    accounts: SAMPLE_SPEC.accounts.map((one, i) => i === 0 ? { ...one, name: ACCOUNT } : one),
    legs: [
      ...SAMPLE_SPEC.legs.map((leg) => ({ ...leg, underlying: rename(leg.underlying) })),
      {
        underlying: SYMBOL,
        account: 0,
        quantity: 1,
        mark: 1,
        delta: 0,
        dayPnl: 0,
        unsupported: HOLDING,
      },
    ],
  });
}

function hostileDesk(): DeskServices {
  const view = hostileBook();
  const feeds: FeedStatus[] = [{ ...aFeed, label: FEED, detail: FEED, state: "down" }];
  const context = {
    hello: aHello,
    scope: WHOLE_SCOPE,
    rows: "all",
    feeds,
    market: null,
    recording: null,
  } as const;
  return {
    mode: "demo",
    label: FEED,
    view: () => view,
    snapshot: () => encodeSnapshot(view, context),
    feeds: () => feeds,
    market: () => null,
    sourceNow: () => SAMPLE_NOW,
    recomputeMs: () => 1,
    playback: () => null,
    accounts: () => [0, 1, 2].map((a) => view.account(a).account),
    recording: () => ({ since: SAMPLE_NOW, message: REASON, fix: REASON, damage: REASON }),
    history: () => Promise.resolve(fail({ message: REASON, fix: REASON, damage: REASON })),
    today: () => ({ stepMs: 1000, at: [], values: [[], [], []] }),
  } as unknown as DeskServices;
}

Deno.test("MAL-3: hostile symbols, accounts, holdings and feeds are text on the page", async () => {
  const built = await import(`file://${ROOT}/_fresh/server.js`);
  const app = guarded(() => loopbackPolicy(8765), built.default.fetch);
  setCurrentDesk(hostileDesk());
  try {
    for (
      const query of [
        "",
        `?open=${encodeURIComponent(SYMBOL)}`,
        "?accounts=%3Cscript%3E",
        "?range=5d",
      ]
    ) {
      const request = new Request(`http://${HOST}/${query}`, { headers: { host: HOST } });
      const answer = await app(request, null);
      const html = await answer.text();

      assert.equal(answer.status, 200, query);
      assert.deepEqual(hostileMarkup(html), [], query);
      assert.ok(html.includes("&lt;script>alert(2)&lt;/script>"), `no account on ${query}`);
      const hasRows = !query.startsWith("?accounts");
      assert.equal(html.includes("&lt;img src=x onerror=alert(1)"), hasRows, query);
      assert.ok(html.includes("&lt;img src=x onerror=alert(5)"), `no reason on ${query}`);
    }
  } finally {
    setCurrentDesk(null);
  }
});

Deno.test("MAL-3: the check finds each hostile name that stands raw in a page", () => {
  for (const name of [SYMBOL, ACCOUNT, HOLDING, FEED]) {
    assert.notDeepEqual(hostileMarkup(`<p>${name}</p>`), [], `${name} in a text`);
  }
  assert.notDeepEqual(hostileMarkup(`<p title="${SYMBOL}">`), []);
  assert.notDeepEqual(hostileMarkup('<script nonce="a">{"x":"</script>"}</script>'), []);
  assert.deepEqual(hostileMarkup('<script nonce="a">{"x":1}</script><p title="onload=1">'), []);
});
