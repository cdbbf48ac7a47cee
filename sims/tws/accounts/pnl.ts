import type { Client, Feature, LinkChange } from "../client.ts";
import type { Contract } from "../contracts/contract.ts";
import type { TwsFace } from "../face.ts";
import { Subscriptions } from "../subscriptions.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE, REQUEST } from "../wire/message_ids.ts";
import type { TwsAccount } from "./accounts_face.ts";
import type { BookLine } from "./book.ts";
import { rounded } from "./position_messages.ts";
import { invalidAccount } from "./positions.ts";

interface Subscription {
  readonly account: TwsAccount;
  /** Undefined for the account as a whole. */
  readonly contract: Contract | undefined;
  /** When the next message is due; the first one says that nothing is computed yet. */
  dueAt: number;
  last: string;
}

/** P&L of accounts and of single positions, in the base currency, about once per second. */
export function pnlFeature(face: TwsFace): Feature {
  return new Pnl(face);
}

class Pnl implements Feature {
  readonly requests: Feature["requests"] = {
    [REQUEST.pnl]: (client, request) => {
      const reqId = request.int();
      this.#begin(client, reqId, request.text(), undefined);
    },
    [REQUEST.cancelPnl]: (client, request) => this.#end(client, request.int()),
    [REQUEST.pnlSingle]: (client, request) => {
      const reqId = request.int();
      const number = request.text();
      request.skip(1);
      const contract = this.#face.contracts.byId(request.int());
      if (contract === undefined) {
        return client.error(reqId, 321, "Error validating request.-'bS' : cause - Invalid conId.");
      }
      this.#begin(client, reqId, number, contract);
    },
    [REQUEST.cancelPnlSingle]: (client, request) => this.#end(client, request.int()),
  };
  readonly #face: TwsFace;
  readonly #subscriptions = new Subscriptions<Subscription>();

  constructor(face: TwsFace) {
    this.#face = face;
  }

  left(client: Client): void {
    this.#subscriptions.drop(client);
  }

  linkChanged(link: LinkChange): void {
    if (link === "reset") this.#subscriptions.clear();
  }

  stepped(): void {
    const { clock, gateway, behaviour } = this.#face;
    if (!gateway.isLinkUp) return;
    const now = clock.monotonic();
    for (const { client, id, value } of this.#subscriptions.entries()) {
      if (now < value.dueAt) continue;
      value.dueAt = now + behaviour.pnlMs;
      this.#tell(client, id, value);
    }
  }

  #begin(client: Client, reqId: number, number: string, contract: Contract | undefined): void {
    const account = this.#face.accounts.of(number);
    if (account === undefined) return client.error(reqId, 321, invalidAccount(number));
    if (this.#subscriptions.get(client, reqId) !== undefined) {
      return client.error(
        reqId,
        322,
        "Error processing request.-'bS' : cause - Duplicate ticker id.",
      );
    }
    const dueAt = this.#face.clock.monotonic() + this.#face.behaviour.pnlMs;
    this.#subscriptions.set(client, reqId, { account, contract, dueAt, last: "" });
    const message = contract === undefined
      ? this.#whole(reqId, account, false)
      : this.#single(reqId, account, contract, false);
    client.send(message);
  }

  #end(client: Client, reqId: number): void {
    if (this.#subscriptions.delete(client, reqId)) return;
    client.error(reqId, 300, `Can't find EId with tickerId:${reqId}`);
  }

  #tell(client: Client, reqId: number, subscription: Subscription): void {
    const { account, contract } = subscription;
    const isComputed = this.#face.plan.holding("accounts", "unsetPnl", {}).length === 0;
    const message = contract === undefined
      ? this.#whole(reqId, account, isComputed)
      : this.#single(reqId, account, contract, isComputed);
    const text = message.values.join(" ");
    if (text === subscription.last) return;
    subscription.last = text;
    client.send(message);
  }

  #whole(reqId: number, account: TwsAccount, isComputed: boolean): FieldWriter {
    const { accounts } = this.#face;
    const message = new FieldWriter(MESSAGE.pnl).int(reqId);
    if (!isComputed) return message.double(NaN).double(NaN).double(NaN);
    let [daily, unrealized, realized] = [0, 0, 0];
    for (const line of accounts.lines(account)) {
      const rate = accounts.rate(line.instrument.currency);
      daily += rate * accounts.daily(line);
      unrealized += rate * this.#unrealized(line);
      realized += rate * line.realized;
    }
    return message.double(rounded(daily)).double(rounded(unrealized)).double(rounded(realized));
  }

  #single(
    reqId: number,
    account: TwsAccount,
    contract: Contract,
    isComputed: boolean,
  ): FieldWriter {
    const { accounts, market } = this.#face;
    const message = new FieldWriter(MESSAGE.pnlSingle).int(reqId);
    const line = this.#line(account, contract);
    message.double(line?.signedQuantity ?? 0);
    if (!isComputed || line === undefined) {
      return message.double(NaN).double(NaN).double(NaN).double(NaN);
    }
    const { instrument, signedQuantity } = line;
    const rate = accounts.rate(instrument.currency);
    const value = signedQuantity === 0
      ? 0
      : signedQuantity * instrument.multiplier * market.mark(instrument);
    return message.double(rounded(rate * accounts.daily(line)))
      .double(rounded(rate * this.#unrealized(line))).double(rounded(rate * line.realized))
      .double(rounded(rate * value));
  }

  #line(account: TwsAccount, { conId }: Contract): BookLine | undefined {
    const { contracts, accounts } = this.#face;
    // Asked anew: what is held has been listed by now, whatever it was when it was subscribed.
    const origin = contracts.byId(conId)?.origin;
    return origin?.kind === "listed" ? accounts.line(account, origin.instrument) : undefined;
  }

  #unrealized(line: BookLine): number {
    return line.signedQuantity === 0 ? 0 : this.#face.accounts.unrealized(line);
  }
}
