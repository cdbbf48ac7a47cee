/** What of `GET /api/data` these tests compare with; documented in docs/api.md. */
export interface ApiBook {
  readonly mode: string;
  readonly total_notional: number;
  readonly total_net_liq: number;
  readonly account_net_liq: number;
  readonly portfolio_delta: number;
  readonly position_count: number;
  readonly last_update: string;
  readonly stream: { readonly epoch: string; readonly seq: number };
  readonly grouped_positions: readonly {
    readonly symbol: string;
    readonly total_notional: number;
    readonly total_net_liq: number;
    readonly total_day_pnl: number;
    readonly positions: readonly {
      readonly original_symbol: string;
      readonly account: string;
      readonly quantity: number;
    }[];
  }[];
  readonly all_accounts: readonly {
    readonly account: string;
    readonly nickname: string;
  }[];
}

/** The book over the API, for the chosen accounts. */
export async function apiBook(
  url: string,
  accounts: readonly string[] = [],
): Promise<ApiBook> {
  const query = accounts.length === 0 ? "" : `?accounts=${accounts.join(",")}`;
  const answer = await fetch(new URL(`/api/data${query}`, url));
  if (!answer.ok) {
    throw new Error(`/api/data: ${answer.status} ${await answer.text()}`);
  }
  return await answer.json();
}

/** True when nothing that a page rounds to units moved between two answers. */
export function isSameBook(a: ApiBook, b: ApiBook): boolean {
  const key = (book: ApiBook) =>
    JSON.stringify([
      book.total_notional,
      book.account_net_liq,
      book.grouped_positions.map((
        g,
      ) => [g.symbol, g.total_notional, g.total_net_liq]),
    ]);
  return key(a) === key(b);
}

/** Reads something between two equal answers of the API: what it reads is of that very book. */
export async function readAtRest<T>(
  url: string,
  accounts: readonly string[],
  read: () => Promise<T>,
): Promise<{ readonly book: ApiBook; readonly read: T }> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const before = await apiBook(url, accounts);
    const value = await read();
    if (isSameBook(before, await apiBook(url, accounts))) {
      return { book: before, read: value };
    }
  }
  throw new Error("the book never stood still");
}
