import type { Client, Feature } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { Subscriptions } from "../subscriptions.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE, REQUEST } from "../wire/message_ids.ts";
import type { PositionChange, TwsAccount } from "./accounts_face.ts";
import type { BookLine } from "./book.ts";
import { positionMessage, positionMultiMessage } from "./position_messages.ts";

/** The one subscription of a client that has no request id. */
const WHOLE = 0;

/** Positions of all accounts, and of one at a time: a burst, an end, then what changes. */
export function positionsFeature(face: TwsFace): Feature {
  return new Positions(face);
}

class Positions implements Feature {
  readonly requests: Feature["requests"] = {
    [REQUEST.positions]: (client) => this.#begin(client),
    [REQUEST.cancelPositions]: (client) => void this.#whole.delete(client, WHOLE),
    [REQUEST.positionsMulti]: (client, request) => {
      request.int();
      this.#beginMulti(client, request.int(), request.text());
    },
    [REQUEST.cancelPositionsMulti]: (client, request) => {
      request.int();
      this.#multi.delete(client, request.int());
    },
  };
  readonly #face: TwsFace;
  readonly #whole = new Subscriptions<true>();
  readonly #multi = new Subscriptions<TwsAccount | null>();
  /** Changes that wait for the end of the step, or for the servers of IB. */
  readonly #changed = new Map<string, PositionChange>();
  #wasEmpty = false;

  constructor(face: TwsFace) {
    this.#face = face;
    face.accounts.follow((change) => {
      this.#changed.set(`${change.account.number} ${change.instrument.id}`, change);
    });
  }

  left(client: Client): void {
    this.#whole.drop(client);
    this.#multi.drop(client);
  }

  stepped(): void {
    if (!this.#face.gateway.isLinkUp) return;
    const isEmpty = this.#isEmpty();
    if (this.#wasEmpty && !isEmpty) this.#tellAll();
    this.#wasEmpty = isEmpty;
    if (isEmpty) return;
    for (const { account, instrument } of this.#changed.values()) {
      const line = this.#face.accounts.line(account, instrument);
      if (line !== undefined) this.#tell(account, line);
    }
    this.#changed.clear();
  }

  #begin(client: Client): void {
    this.#whole.set(client, WHOLE, true);
    for (const [account, line] of this.#positions(null)) {
      client.send(positionMessage(account, this.#contract(line), line));
    }
    client.send(new FieldWriter(MESSAGE.positionEnd).int(1));
  }

  #beginMulti(client: Client, reqId: number, number: string): void {
    const account = number === "" ? null : this.#face.accounts.of(number);
    if (account === undefined) return client.error(reqId, 321, invalidAccount(number));
    this.#multi.set(client, reqId, account);
    for (const [holder, line] of this.#positions(account)) {
      client.send(positionMultiMessage(reqId, holder, this.#contract(line), line));
    }
    client.send(new FieldWriter(MESSAGE.positionMultiEnd).int(1).int(reqId));
  }

  *#positions(only: TwsAccount | null): Generator<[TwsAccount, BookLine]> {
    if (this.#isEmpty()) return;
    const { accounts } = this.#face;
    for (const account of accounts.accounts) {
      if (only !== null && only !== account) continue;
      for (const line of accounts.positions(account)) yield [account, line];
    }
  }

  #tellAll(): void {
    this.#changed.clear();
    for (const [account, line] of this.#positions(null)) this.#tell(account, line);
  }

  #tell(account: TwsAccount, line: BookLine): void {
    const contract = this.#contract(line);
    for (const { client } of this.#whole.entries()) {
      client.send(positionMessage(account, contract, line));
    }
    for (const { client, id, value } of this.#multi.entries()) {
      if (value !== null && value !== account) continue;
      client.send(positionMultiMessage(id, account, contract, line));
    }
  }

  #contract(line: BookLine) {
    return this.#face.contracts.of(line.instrument);
  }

  /** After a nightly reset positions may be missing for a while. */
  #isEmpty(): boolean {
    return this.#face.plan.holding("accounts", "emptyPositions", {}).length > 0;
  }
}

/** Text of 321 for an account that the login does not manage. */
export function invalidAccount(number: string): string {
  return `Error validating request.-'bI' : cause - Invalid account code '${number}'.`;
}
