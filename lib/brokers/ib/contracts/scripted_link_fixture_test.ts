import type { IbLink, RequestKind } from "../link.ts";
import type { IbClient } from "../wire/client.ts";

/** A request as it was sent: its name and what it was sent with. */
export type Sent = readonly [name: string, ...given: readonly unknown[]];

/** Answers one request; called inside the call that sends it. */
export type Answering = (sent: Sent) => void;

const REQUESTS = [
  "reqCurrentTime",
  "reqIds",
  "reqPositions",
  "cancelPositions",
  "reqAccountUpdates",
  "reqAccountSummary",
  "cancelAccountSummary",
  "reqPnl",
  "cancelPnl",
  "reqPnlSingle",
  "cancelPnlSingle",
  "reqContractDetails",
  "reqChain",
  "reqMarketDataType",
  "reqMarketData",
  "cancelMarketData",
  "reqHistory",
  "cancelHistory",
  "reqOpenOrders",
  "reqAllOpenOrders",
  "reqExecutions",
] as const;

/** A connection that notes what is sent on it and answers by a script. */
export class ScriptedLink implements IbLink {
  readonly serverVersion = 178;
  readonly accounts: readonly string[];
  readonly sent: Sent[] = [];
  readonly kinds: RequestKind[] = [];
  /** Replaced by tests. */
  answer: Answering = () => {};
  #isReady = true;
  #idNext: number;
  readonly #client: IbClient;

  constructor(accounts: readonly string[], idFirst = 1_000_000) {
    this.accounts = accounts;
    this.#idNext = idFirst;
    const take = (name: string) => (...given: unknown[]) => {
      const sent: Sent = [name, ...given];
      this.sent.push(sent);
      this.answer(sent);
    };
    const calls = Object.fromEntries(REQUESTS.map((name) => [name, take(name)]));
    this.#client = { ...calls, close: () => {} } as unknown as IbClient;
  }

  isReady(): boolean {
    return this.#isReady;
  }

  /** From now on nothing is sent any more. */
  end(): void {
    this.#isReady = false;
  }

  nextId(): number {
    return this.#idNext++;
  }

  send(kind: RequestKind, request: (client: IbClient) => void): () => boolean {
    if (!this.#isReady) return () => false;
    this.kinds.push(kind);
    request(this.#client);
    return () => false;
  }

  /** What was sent under a name, with what it was sent with. */
  sentAs(name: (typeof REQUESTS)[number]): (readonly unknown[])[] {
    return this.sent.filter((one) => one[0] === name).map(([, ...given]) => given);
  }
}
