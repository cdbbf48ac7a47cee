import type { Client, LinkChange } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { Subscriptions } from "../subscriptions.ts";
import { readContract } from "../wire/contract_fields.ts";
import type { FieldReader } from "../wire/field_reader.ts";
import { REQUEST } from "../wire/message_ids.ts";
import type { BarQuery, Bars } from "./bars.ts";
import { realTimeBar } from "./history_messages.ts";
import { invalidProblem } from "./history_request.ts";
import { shownOf } from "./query.ts";

const BAR_S = 5;
const BAR_MS = BAR_S * 1000;

interface Following {
  readonly query: BarQuery;
  /** Start of the next bar to be told, Unix ms. */
  nextAt: number;
}

/** Bars of five seconds, each told once it is over. */
export class RealTimeBars {
  readonly requests;
  readonly #face: TwsFace;
  readonly #bars: Bars;
  readonly #following = new Subscriptions<Following>();

  constructor(face: TwsFace, bars: Bars) {
    this.#face = face;
    this.#bars = bars;
    this.requests = {
      [REQUEST.realTimeBars]: (client: Client, request: FieldReader) =>
        this.#subscribe(client, request),
      [REQUEST.cancelRealTimeBars]: (client: Client, request: FieldReader) => {
        request.int();
        const reqId = request.int();
        if (this.#following.delete(client, reqId)) return;
        client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
      },
    };
  }

  left(client: Client): void {
    this.#following.drop(client);
  }

  linkChanged(link: LinkChange): void {
    if (link === "reset") this.#following.clear();
  }

  stepped(): void {
    const now = this.#face.market.now();
    for (const { client, id, value } of this.#following.entries()) {
      if (now < value.nextAt + BAR_MS) continue;
      const end = value.nextAt + BAR_MS;
      const { query, nextAt } = value;
      const [candle] = this.#bars.candles.within(query.instrument, nextAt, end, BAR_MS);
      value.nextAt = end;
      if (candle === undefined) continue;
      client.send(realTimeBar(id, this.#bars.bar(query, candle, String(nextAt / 1000))));
    }
  }

  #subscribe(client: Client, request: FieldReader): void {
    request.int();
    const reqId = request.int();
    const spec = readContract(request);
    const size = request.int();
    const shown = shownOf(request.text());
    if (this.#following.get(client, reqId) !== undefined) {
      return client.error(reqId, 322, "Duplicate ticker id");
    }
    const found = this.#face.contracts.resolve(spec);
    if (!found.ok) return client.error(reqId, 200, found.error);
    const instrument = this.#face.contracts.instrument(found.value);
    if ((size !== 0 && size !== BAR_S) || !shown.ok || instrument === undefined) {
      const { code, text } = invalidProblem("Invalid real-time query");
      return client.error(reqId, code, text);
    }
    const isHeld = this.#face.plan.holding("market", "noData", {}).some(({ symbol }) =>
      symbol === undefined || symbol === found.value.symbol
    );
    if (isHeld) {
      return client.error(reqId, 420, "Invalid Real-time Query:No market data permissions");
    }
    const now = this.#face.market.now();
    this.#following.set(client, reqId, {
      query: {
        instrument,
        size: { unit: "seconds", seconds: BAR_S },
        duration: { count: BAR_S, unit: "S" },
        shown: shown.value,
        formatDate: 2,
        end: now,
      },
      nextAt: Math.ceil(now / BAR_MS) * BAR_MS,
    });
  }
}
