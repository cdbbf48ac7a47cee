import type { AccountsFace, FaceAccount } from "../accounts_face.ts";
import type { Clock } from "../../../lib/ports/clock.ts";
import { isObject, type JsonObject, parseJson } from "../json.ts";
import type { MarketFace } from "../market_face.ts";
import type { NetLiqHistory } from "../net_liq_history.ts";
import type { RestOptions } from "../options.ts";
import type { OrdersFace } from "../orders_face.ts";
import type { Tokens } from "../tokens.ts";
import type { Page, SimRequest } from "./reply.ts";

/** What the routes work on. */
export interface RestParts {
  readonly market: MarketFace;
  readonly accounts: AccountsFace;
  readonly orders: OrdersFace;
  readonly history: NetLiqHistory;
  readonly tokens: Tokens;
  readonly options: RestOptions;
  readonly clock: Clock;
  /** Address of the feed, as /api-quote-tokens names it. */
  readonly dxlinkUrl: () => string;
}

/** A request that a route answers. */
export class RestContext {
  readonly parts: RestParts;
  readonly request: SimRequest;
  /** Path with its escapes resolved: the `context` of the answer. */
  readonly context: string;
  readonly query: URLSearchParams;

  constructor(parts: RestParts, request: SimRequest) {
    this.parts = parts;
    this.request = request;
    this.context = decodeURIComponent(request.path);
    this.query = new URLSearchParams(request.query);
  }

  /** Every value of a repeated key, written `key[]` or `key`. */
  all(key: string): string[] {
    return [...this.query.getAll(`${key}[]`), ...this.query.getAll(key)];
  }

  /** Values of a key that joins them with commas. */
  joined(key: string): string[] {
    return this.all(key).flatMap((text) => text.split(",")).filter((text) => text !== "");
  }

  /** Pages asked for. */
  page(perPageDefault: number, perPageMax = 2000): Page {
    const whole = (key: string, usual: number, least: number): number => {
      const value = Number(this.query.get(key) ?? usual);
      return Number.isInteger(value) && value >= least ? value : usual;
    };
    const perPage = Math.min(perPageMax, whole("per-page", perPageDefault, 1));
    return { perPage, pageOffset: whole("page-offset", 0, 0) };
  }

  /** The JSON object of the body; null when it is none. */
  body(): JsonObject | null {
    const parsed = parseJson(this.request.body);
    return parsed.ok && isObject(parsed.value) ? parsed.value : null;
  }

  /** An account of the customer. */
  account(number: string): FaceAccount | undefined {
    return this.parts.accounts.of(number);
  }
}
