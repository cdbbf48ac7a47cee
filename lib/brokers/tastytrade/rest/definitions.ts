import { fail, ok, type Result } from "../../../base/result.ts";
import type { Answer } from "../../../ports/broker.ts";
import {
  type ChainFacts,
  type ListedEquityOption,
  type ListedUnderlying,
  readCryptocurrency,
  readEquity,
  readEquityOption,
  readFuture,
  readFutureOption,
} from "../map/definitions.ts";
import { type Drift, Fields } from "../map/fields.ts";
import type { ListedInstrument } from "../map/listed_instrument.ts";
import { parseFutureOption, parseOcc } from "../map/symbols.ts";
import { brokerErrorOf, type RestFailure } from "./failure.ts";
import type { OfficialServices, Services } from "./official_services.ts";
import { pathSegment, pieces, queryText } from "./query.ts";
import type { RestTransport } from "./transport.ts";

/** Symbols per call; an address of 50 option symbols stays below 3,000 characters. */
const SYMBOLS_MAX = 50;

/** Calls at a time where symbols are asked for by themselves. */
const TOGETHER = 2;

/** Symbols that are refused one by one before the whole list counts as refused. */
const REFUSALS_MAX = 3;

type Items = Result<readonly unknown[], RestFailure>;

/** True where a shorter list may be taken: it was understood, and it is not the path. */
function mayBeTooLong({ kind, status }: RestFailure): boolean {
  return kind === "refused" && status !== 404;
}

/**
 * Loads a list in halves where it is refused: for its length, or for one symbol in it. What is
 * refused by itself is left out; where nothing at all is taken the refusal is the answer.
 */
async function inParts(
  symbols: string[],
  load: (piece: string[]) => Promise<Items>,
): Promise<Items> {
  const waiting = [symbols];
  const found: unknown[] = [];
  let refusalCount = 0;
  let isTaken = false;
  for (let piece = waiting.pop(); piece !== undefined; piece = waiting.pop()) {
    const items = await load(piece);
    if (items.ok) {
      isTaken = true;
      for (const item of items.value) found.push(item);
      continue;
    }
    if (!mayBeTooLong(items.error)) return items;
    const half = piece.length >> 1;
    if (half > 0) waiting.push(piece.slice(half), piece.slice(0, half));
    else if (++refusalCount === symbols.length) return items;
    if (!isTaken && refusalCount >= REFUSALS_MAX) return items;
  }
  return ok(found);
}

/**
 * Definitions of instruments by the symbols of the REST service. What the broker does not know is
 * not in the answer; who asked tells by the symbols. Change rarely: keep them for the day.
 */
export class Definitions {
  readonly #official: OfficialServices;
  readonly #transport: RestTransport;
  readonly #drift: Drift;
  #areListsRefused = false;

  constructor(official: OfficialServices, transport: RestTransport, drift: Drift) {
    this.#official = official;
    this.#transport = transport;
    this.#drift = drift;
  }

  /** Shares, funds and indices. */
  equities(symbols: readonly string[], signal: AbortSignal): Answer<readonly ListedUnderlying[]> {
    return this.#read(
      symbols,
      (piece) =>
        this.#list(
          signal,
          ({ instrumentsService }) => instrumentsService.getEquityDefinitions({ symbol: piece }),
        ),
      readEquity,
    );
  }

  /**
   * Equity and index options. `chainOf` gives steps and delivery by underlying and root, null where
   * they are not known. A list that is refused is halved; where lists are not taken at all (the
   * sandbox does so) each is asked for by itself.
   */
  equityOptions(
    symbols: readonly string[],
    chainOf: (root: string) => ChainFacts | null,
    signal: AbortSignal,
  ): Answer<readonly ListedEquityOption[]> {
    return this.#read(
      symbols,
      (piece) => this.#optionList(piece, signal),
      (fields) => {
        const root = parseOcc(fields.text("symbol") ?? "")?.root;
        return readEquityOption(fields, root === undefined ? null : chainOf(root));
      },
    );
  }

  /** Futures. */
  futures(symbols: readonly string[], signal: AbortSignal): Answer<readonly ListedUnderlying[]> {
    return this.#read(
      symbols,
      (piece) =>
        this.#list(
          signal,
          ({ instrumentsService }) => instrumentsService.getFutures({ symbol: piece }),
        ),
      readFuture,
    );
  }

  /** Options on futures; `futures` by symbol give their multipliers. */
  futureOptions(
    symbols: readonly string[],
    futures: ReadonlyMap<string, ListedInstrument>,
    signal: AbortSignal,
  ): Answer<readonly ListedInstrument[]> {
    return this.#read(
      symbols,
      (piece) =>
        this.#list(
          signal,
          ({ instrumentsService }) => instrumentsService.getFutureOptions({ symbol: piece }),
        ),
      (fields) => {
        const beneath = parseFutureOption(fields.text("symbol") ?? "")?.future ?? "";
        return readFutureOption(fields, futures.get(beneath) ?? null);
      },
    );
  }

  /** Coins. */
  cryptocurrencies(
    symbols: readonly string[],
    signal: AbortSignal,
  ): Answer<readonly ListedInstrument[]> {
    return this.#read(
      symbols,
      (piece) =>
        this.#list(
          signal,
          ({ instrumentsService }) => instrumentsService.getCryptocurrencies([...piece]),
        ),
      readCryptocurrency,
    );
  }

  async #read<T>(
    symbols: readonly string[],
    load: (piece: string[]) => Promise<Items>,
    read: (fields: Fields) => T | null,
  ): Answer<readonly T[]> {
    const all: T[] = [];
    for (const piece of pieces(symbols, SYMBOLS_MAX)) {
      const items = await inParts(piece, load);
      if (!items.ok) return fail(brokerErrorOf(items.error));
      for (const fields of Fields.listOf(items.value, "instrument", this.#drift)) {
        const listed = read(fields);
        if (listed !== null) all.push(listed);
      }
    }
    return ok(all);
  }

  async #list(
    signal: AbortSignal,
    call: (services: Services) => Promise<unknown>,
  ): Promise<Items> {
    const answer = await this.#official.ask({ signal }, call);
    if (!answer.ok) return answer;
    return ok(Array.isArray(answer.value) ? answer.value : [answer.value]);
  }

  async #optionList(piece: string[], signal: AbortSignal): Promise<Items> {
    if (this.#areListsRefused) return await this.#oneByOne(piece, signal);
    const list = await this.#list(
      signal,
      ({ instrumentsService }) => instrumentsService.getEquityOptions(piece, true, true),
    );
    if (list.ok) return list;
    const { kind, status } = list.error;
    if (kind === "forbidden" || status === 404) return await this.#oneByOne(piece, signal);
    if (kind !== "refused" || piece.length > 1) return list;
    const single = await this.#oneByOne(piece, signal);
    // What is taken by itself shows that it was the list, and not the symbol.
    if (single.ok && single.value.length > 0) this.#areListsRefused = true;
    return single;
  }

  /** As many at a time as the service is asked anyway. */
  async #oneByOne(symbols: readonly string[], signal: AbortSignal): Promise<Items> {
    const items: unknown[] = [];
    for (const piece of pieces(symbols, TOGETHER)) {
      const answers = await Promise.all(piece.map((symbol) => {
        const path = `/instruments/equity-options/${pathSegment(symbol)}`;
        const call = { method: "GET", path, query: queryText({}), body: null } as const;
        return this.#transport.send(call, { signal });
      }));
      for (const got of answers) {
        if (got.ok) items.push(got.value?.data);
        else if (got.error.status !== 404) return got;
      }
    }
    return ok(items);
  }
}
