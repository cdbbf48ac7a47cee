import type TastytradeClient from "@tastytrade/api";
import { assert } from "../../../base/assert.ts";
import { fail, ok, type Result } from "../../../base/result.ts";
import type { HttpMethod } from "../../../ports/http.ts";
import type { RestFailure } from "./failure.ts";
import { getPages } from "./pages.ts";
import type { Query, QueryValue } from "./query.ts";
import type { CallOptions, RestTransport } from "./transport.ts";

/** What the services may use of the package. Its streamers and its login stay unused. */
export type Services = Pick<
  TastytradeClient,
  | "accountsAndCustomersService"
  | "balancesAndPositionsService"
  | "instrumentsService"
  | "marketMetricsService"
  | "netLiquidatingValueHistoryService"
  | "orderService"
  | "transactionsService"
>;

/** Carries a failure through the package, which knows exceptions only. */
class CarriedFailure extends Error {
  override readonly name = "CarriedFailure";
  readonly failure: RestFailure;

  constructor(failure: RestFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

function isQueryValue(value: unknown): value is QueryValue {
  const isPlain = ["string", "number", "boolean"].includes(typeof value);
  return isPlain || (Array.isArray(value) && value.every((item) => typeof item === "string"));
}

/** The parameters that a service was given; undefined ones are left out, others are a bug. */
function queryOf(params: object): Query {
  const query: Record<string, QueryValue> = {};
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    assert(isQueryValue(value), `parameter ${name} is a text, a number or a list of texts`);
    query[name] = value;
  }
  return query;
}

/**
 * The services of the official package over our transport. They supply paths and parameters; what
 * goes out, and what becomes of it, is the transport's, with all pages of a list as one answer. The
 * package gets no credentials and its own HTTP client is never reached.
 */
export class OfficialServices {
  readonly #client: TastytradeClient;
  readonly #transport: RestTransport;
  /** Options of the call that is being asked for: services hand on neither signal nor deadline. */
  #asked: CallOptions | null = null;

  private constructor(client: TastytradeClient, transport: RestTransport) {
    this.#client = client;
    this.#transport = transport;
    this.#attach();
  }

  /** Loads the package, which is large, and attaches it: only a desk that uses it pays for it. */
  static async load(transport: RestTransport): Promise<OfficialServices> {
    const { default: Client } = await import("@tastytrade/api");
    const client = new Client({
      baseUrl: transport.origin,
      accountStreamerUrl: "",
      clientSecret: "",
      refreshToken: "",
      oauthScopes: [],
    });
    return new OfficialServices(client, transport);
  }

  /**
   * Asks one service: `call` makes exactly one call of one of its methods and returns its promise.
   * The answer is `data`, or `data.items` of a list. Symbols in paths are given encoded.
   */
  async ask(
    options: CallOptions,
    call: (services: Services) => Promise<unknown>,
  ): Promise<Result<unknown, RestFailure>> {
    assert(this.#asked === null, "services are asked one after the other");
    this.#asked = options;
    try {
      // A service calls its client before it first waits; so does `call`.
      const answer = call(this.#client);
      this.#asked = null;
      return ok(await answer);
    } catch (error) {
      if (error instanceof CarriedFailure) return fail(error.failure);
      throw error;
    } finally {
      if (this.#asked === options) this.#asked = null;
    }
  }

  #attach(): void {
    const { httpClient } = this.#client;
    httpClient.getData = async (path, _headers, params) => {
      const options = this.#takeOptions();
      const got = await getPages(this.#transport, path, queryOf(params ?? {}), options);
      if (!got.ok) throw new CarriedFailure(got.error);
      return { data: got.value };
    };
    const sender = (method: HttpMethod) => async (path: string, body: object) => {
      const call = { method, path, query: "", body: JSON.stringify(body) };
      const sent = await this.#transport.send(call, this.#takeOptions());
      if (!sent.ok) throw new CarriedFailure(sent.error);
      return { data: sent.value };
    };
    httpClient.postData = sender("POST");
    httpClient.putData = sender("PUT");
    httpClient.patchData = sender("PATCH");
    httpClient.deleteData = async (path) => {
      const call = { method: "DELETE", path, query: "", body: null } as const;
      const sent = await this.#transport.send(call, this.#takeOptions());
      if (!sent.ok) throw new CarriedFailure(sent.error);
      return { data: sent.value };
    };
    const unused = () => Promise.reject(new Error("the desk logs in by itself"));
    httpClient.generateAccessToken = unused;
  }

  #takeOptions(): CallOptions {
    const options = this.#asked;
    assert(options !== null, "a service is asked through `ask`");
    this.#asked = null;
    return options;
  }
}
