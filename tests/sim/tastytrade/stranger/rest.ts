import type { Listing, Listings } from "./listing.ts";

/** Choices that the protocol leaves to whoever serves it. */
export interface RestChoices {
  /** "items" in a list, "usd" on the path of the currency alone, "object" by itself. */
  readonly balances: "items" | "usd" | "object";
  /** What market data answers: rows with numbers, or that there is no such thing. */
  readonly hasMarketData: boolean;
  /** Most symbols that a list of instruments takes. */
  readonly symbolsMax: number;
  /** False: not even the definitions are served. */
  readonly hasInstruments: boolean;
  readonly hasStreamerSymbols: boolean;
  readonly isZipped: boolean;
}

/** What the broker knows: its book, and where its feed is. */
export interface RestBook {
  readonly listings: Listings;
  readonly accounts: readonly unknown[];
  /** Rows of positions by account. */
  readonly positions: ReadonlyMap<string, readonly Readonly<Record<string, unknown>>[]>;
  readonly transactions: readonly unknown[];
  readonly feedUrl: () => string;
}

const PAGE = 2;
const LISTS: Readonly<Record<string, string>> = {
  equities: "Equity",
  futures: "Future",
  "future-options": "Future Option",
  cryptocurrencies: "Cryptocurrency",
};

/** A REST service as someone else would write it from its page. */
export class StrangerRest {
  /** Methods and paths that were asked for, and those that do not exist. */
  readonly asked: string[] = [];
  readonly unserved = new Set<string>();
  readonly accessTokens = new Set<string>();
  /** Names the accounts whose token is `quote-N`. */
  quoteCount = 0;

  constructor(readonly book: RestBook, readonly choices: RestChoices) {}

  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, "") : url.pathname;
    this.asked.push(`${request.method} ${decodeURIComponent(path)}`);
    if (path === "/oauth/token" && request.method === "POST") return await this.#login(request);
    if (!/^\S+\/\S+/.test(request.headers.get("user-agent") ?? "")) {
      return new Response("<html><h1>401</h1></html>", { status: 401 });
    }
    const bearer = request.headers.get("authorization")?.replace(/^Bearer /, "") ?? "";
    if (!this.accessTokens.has(bearer)) {
      return this.#json(401, { error: { message: "no", code: "token_invalid", more: null } });
    }
    const data = this.#resource(path, url.searchParams);
    if (data instanceof Response) return data;
    if (data === undefined) {
      this.unserved.add(path);
      return this.#missing(path);
    }
    const listed = Array.isArray(data) ? this.#page(data, url.searchParams) : { data };
    return this.#json(200, { "api-version": "v1", context: path, ...listed });
  }

  #resource(path: string, query: URLSearchParams): unknown {
    const [, first, second, third] = path.split("/").map(decodeURIComponent);
    if (path === "/customers/me/accounts") return this.book.accounts;
    if (path === "/api-quote-tokens") return this.#quoteToken();
    if (first === "accounts") return this.#ofAccount(second, path.split("/").slice(3).join("/"));
    if (first === "instruments" && this.choices.hasInstruments) {
      return third === undefined
        ? this.#instruments(second, query)
        : this.#definition(path.slice("/instruments/".length));
    }
    if (path === "/market-data/by-type" && this.choices.hasMarketData) return this.#market(query);
    return undefined;
  }

  #ofAccount(number: string, rest: string): unknown {
    const held = this.book.positions.get(number);
    if (held === undefined) return undefined;
    const balance = {
      "net-liquidating-value": 123_456.78,
      unheard: { of: [1, 2] },
      "cash-balance": number.endsWith("77") ? 1000 : "-2500.5",
      currency: "USD",
      "pending-cash": "0.0",
      "account-number": number,
    };
    switch (rest) {
      case "positions":
        return held;
      case "balances":
        if (this.choices.balances === "usd") return undefined;
        return this.choices.balances === "items" ? [balance] : balance;
      case "balances/USD":
        return this.choices.balances === "usd" ? balance : undefined;
      case "transactions":
        return number.endsWith("77") ? this.book.transactions : [];
      case "orders/live":
        return [];
    }
  }

  #instruments(kind: string, query: URLSearchParams): unknown {
    const type = LISTS[kind];
    // As the sandbox has it: options one by one.
    if (kind === "equity-options") {
      return this.#json(403, { error: { code: "not_permitted", message: "not permitted" } });
    }
    if (type === undefined) return undefined;
    const wanted = [...query].filter(([name]) => name.startsWith("symbol")).map(([, value]) =>
      value
    );
    if (wanted.length > this.choices.symbolsMax) {
      const errors = [{ domain: "symbol", reason: "too many" }];
      return this.#json(400, { error: { code: "validation_error", message: "", errors } });
    }
    return this.#all().filter((one) => one.type === type && wanted.includes(one.symbol))
      .flatMap((one) => this.#defined(one)).reverse();
  }

  #definition(path: string): unknown {
    const [kind, ...name] = path.split("/");
    const symbol = decodeURIComponent(name.join("/"));
    const type = kind === "equity-options" ? "Equity Option" : LISTS[kind];
    return this.#all().filter((one) => one.symbol === symbol && one.type === type)
      .flatMap((one) => this.#defined(one))[0];
  }

  #defined({ symbol, type, streamer, terms }: Listing): unknown[] {
    if (terms === null) return [];
    const name = this.choices.hasStreamerSymbols || type !== "Equity Option"
      ? { "streamer-symbol": streamer ?? symbol }
      : {};
    return [{ ...terms, ...name, "instrument-type": type, symbol, "x-new": { a: [] }, id: 7 }];
  }

  #market(query: URLSearchParams): unknown[] {
    const wanted = [...query.values()].flatMap((value) => value.split(","));
    return this.#all().filter(({ symbol }) => wanted.includes(symbol)).map((one) => ({
      mark: Number.isNaN(one.bid) ? "NaN" : (one.bid + one.ask) / 2,
      "prev-close": one.bid - 1,
      // No date: nobody can tell of which session it is.
      "prev-close-date": null,
      symbol: one.symbol,
      "instrument-type": one.type,
      "halt-start-time": -1,
    }));
  }

  #all(): Listing[] {
    return Object.values(this.book.listings.all);
  }

  #quoteToken(): unknown {
    const now = Date.now();
    const iso = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, "+00:00");
    return {
      level: "stranger",
      "expires-at": iso(now + 86_400_000),
      "issued-at": new Date(now).toISOString(),
      token: `quote-${++this.quoteCount}`,
      "dxlink-url": this.book.feedUrl(),
    };
  }

  async #login(request: Request): Promise<Response> {
    const { refresh_token, client_secret, grant_type }: Record<string, unknown> = await request
      .json();
    if (refresh_token !== "strange-refresh" || client_secret !== "strange-secret") {
      return this.#json(400, { error: "invalid_grant", error_description: "Grant revoked" });
    }
    if (grant_type !== "refresh_token") return this.#json(400, { error: "unsupported_grant_type" });
    const token = `access.${crypto.randomUUID()}`;
    this.accessTokens.add(token);
    return this.#json(200, {
      scope: "read",
      expires_in: 900,
      token_type: "bearer",
      id_token: null,
      access_token: token,
    });
  }

  #page(items: readonly unknown[], query: URLSearchParams) {
    const offset = Number(query.get("page-offset") ?? 0);
    const pages = Math.ceil(items.length / PAGE);
    const pagination = {
      "total-pages": String(pages),
      "page-offset": offset,
      "total-items": items.length,
      "per-page": PAGE,
    };
    return { pagination, data: { items: items.slice(offset * PAGE, offset * PAGE + PAGE) } };
  }

  /** Both shapes of an error, in turn with nothing at all. */
  #missing(path: string): Response {
    const shapes = [
      { error: { code: 404, message: `no ${path}` } },
      { error: { code: "record_not_found", errors: [{ domain: "path", reason: "unknown" }] } },
      null,
    ];
    return this.#json(404, shapes[this.unserved.size % shapes.length]);
  }

  /** In pieces without a length, zipped or not. */
  #json(status: number, body: unknown): Response {
    const bytes = new TextEncoder().encode(body === null ? "" : JSON.stringify(body, null, 1));
    const middle = bytes.length >> 1;
    const pieces = ReadableStream.from([bytes.slice(0, middle), bytes.slice(middle)]);
    const headers = new Headers({ "content-type": "application/json;charset=UTF-8" });
    if (!this.choices.isZipped) return new Response(pieces, { status, headers });
    headers.set("content-encoding", "gzip");
    return new Response(pieces.pipeThrough(new CompressionStream("gzip")), { status, headers });
  }
}
