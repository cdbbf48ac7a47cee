import { StrangerAccountStream } from "./account_stream.ts";
import { type FeedChoices, StrangerFeed } from "./feed.ts";
import { type Listings, listings } from "./listing.ts";
import { type RestChoices, StrangerRest } from "./rest.ts";

/** Everything that the pages leave open. */
export interface StrangerChoices extends RestChoices, FeedChoices {}

/** Little is served, late and by halves, and the feed turns its format round. */
export const SPARE: StrangerChoices = {
  balances: "usd",
  hasMarketData: true,
  symbolsMax: 2,
  hasInstruments: true,
  hasStreamerSymbols: false,
  isZipped: true,
  format: "COMPACT",
  isLazy: true,
  isOpen: false,
};

/** What is held speaks for itself: no definitions, no closes; the feed asks nobody in. */
export const BARE: StrangerChoices = {
  ...SPARE,
  balances: "items",
  hasMarketData: false,
  hasInstruments: false,
  hasStreamerSymbols: true,
  isZipped: false,
  format: "FULL",
  isLazy: false,
  isOpen: true,
};

/** Account that holds everything. */
export const FULL_ACCOUNT = "K1 straße-77";
/** Account that holds nothing. */
export const EMPTY_ACCOUNT = "20260042";

interface Talker {
  text(text: string): void;
  close(): void;
}

/** Server of one kind of WebSocket under one path. */
class SocketServer<T extends Talker> {
  readonly open = new Set<T>();
  readonly #sockets = new Set<WebSocket>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(readonly path: string, make: (send: (text: string) => void) => T) {
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => {
      if (new URL(request.url).pathname !== path) return new Response("no", { status: 404 });
      const { socket, response } = Deno.upgradeWebSocket(request);
      const talker = make((text) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      });
      socket.onopen = () => void (this.open.add(talker), this.#sockets.add(socket));
      socket.onmessage = ({ data }) => talker.text(String(data));
      socket.onclose = () => {
        talker.close();
        this.open.delete(talker);
        this.#sockets.delete(socket);
      };
      return response;
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.addr.port}${this.path}`;
  }

  /** Ends every connection, and stays there for the next. */
  drop(): void {
    for (const socket of this.#sockets) socket.close(4999, "see you");
  }

  async stop(): Promise<void> {
    this.drop();
    for (let tries = 0; tries < 200 && this.#sockets.size > 0; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await this.#server.shutdown();
  }
}

/** Rows of positions; each leaves out or adds what it may. */
function positions(
  { all }: Listings,
  hasStreamerSymbols: boolean,
): Readonly<Record<string, unknown>>[] {
  const row = (one: { symbol: string; type: string; streamer: string | null }, more: object) => ({
    "quantity-direction": "Long",
    ...more,
    "instrument-type": one.type,
    "account-number": FULL_ACCOUNT,
    symbol: one.symbol,
    brandNew: [{ deep: true }],
    ...(hasStreamerSymbols ? { "streamer-symbol": one.streamer } : {}),
  });
  const option = { multiplier: "100.0", "underlying-symbol": "SPY", "average-open-price": 9.15 };
  const index = { ...option, "underlying-symbol": "SPX" };
  const fund = { symbol: "912797KX4", type: "Bond", streamer: null };
  const event = { symbol: "KX-TEMP-NYC", type: "Weather Contract", streamer: null };
  return [
    row(fund, { quantity: "1000", multiplier: null }),
    row(all.spy, { quantity: "100.0", "average-open-price": 500 }),
    row(all.put, { ...option, quantity: "2.0", "quantity-direction": "Short" }),
    row(all.eveningPut, { ...index, quantity: 1 }),
    row(all.morningCall, { ...index, quantity: 1, "quantity-direction": "Short" }),
    row(all.classBCall, { ...option, quantity: "3", "underlying-symbol": "BRK/B" }),
    row(all.adjusted, { ...option, quantity: 4, "underlying-symbol": "AAPL" }),
    row(all.future, {
      quantity: 1,
      multiplier: 50,
      "quantity-direction": "Short",
      "expires-at": all.future.terms["expires-at"],
    }),
    row(all.onFuture, { quantity: "3", multiplier: 50, "quantity-direction": "Short" }),
    row(all.coin, { quantity: "0.25000001", multiplier: 1 }),
    row(all.quiet, { quantity: 5, multiplier: "1" }),
    row(event, { quantity: 2, "close-price": "NaN" }),
    row(all.aapl, { quantity: 0, "quantity-direction": "Zero" }),
  ];
}

function account(number: string | number, more: object) {
  return { "authority-level": "read-only", account: { ...more, "account-number": number } };
}

/** tastytrade as a stranger would build it from the pages of the protocol. */
export class Stranger {
  readonly listings = listings(Date.now());
  /** What it was asked for against the protocol. */
  readonly problems: string[] = [];
  readonly rest: StrangerRest;
  readonly feed: SocketServer<StrangerFeed>;
  readonly stream: SocketServer<StrangerAccountStream>;
  readonly rows: ReturnType<typeof positions>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(choices: StrangerChoices) {
    const { problems } = this;
    const all = Object.values(this.listings.all);
    this.rows = positions(this.listings, choices.hasStreamerSymbols);
    this.feed = new SocketServer(
      "/some/where/feed.v9",
      (send) => new StrangerFeed(send, all, choices, problems),
    );
    this.rest = new StrangerRest({
      listings: this.listings,
      accounts: [
        account("GONE", { "is-closed": true, nickname: "old" }),
        account(FULL_ACCOUNT, { nickname: '☂ "main" <b>', "account-type-name": "Roth IRA" }),
        // A number, by no name, of no kind.
        account(Number(EMPTY_ACCOUNT), { "is-closed": false, "opened-at": null }),
      ],
      positions: new Map([[FULL_ACCOUNT, this.rows], [EMPTY_ACCOUNT, []]]),
      transactions: [],
      feedUrl: () => this.feed.url,
    }, choices);
    const { rest } = this;
    this.stream = new SocketServer(
      "/news/v3",
      (send) => new StrangerAccountStream(send, (token) => rest.accessTokens.has(token), problems),
    );
    const options = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(options, (request) => rest.answer(request));
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async stop(): Promise<void> {
    await Promise.all([this.feed.stop(), this.stream.stop(), this.#server.shutdown()]);
  }
}
