import type { Client, Feature, LinkChange } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { Subscriptions } from "../subscriptions.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE, REQUEST } from "../wire/message_ids.ts";
import type { TwsAccount } from "./accounts_face.ts";
import { type AccountRow, accountRows, ledgerRows } from "./values.ts";

const SUBSCRIPTIONS_MAX = 2;
const BASE = "USD";
const TOO_MANY = "Error processing request.-'bR' : cause - " +
  "Maximum number of account summary requests exceeded.";

interface Summary {
  readonly tags: readonly string[];
  /** Accounts of the group. */
  readonly accounts: readonly TwsAccount[];
  /** Values as last sent, by account, tag and currency. */
  readonly sent: Map<string, string>;
}

/** Account summaries by tags, for all accounts at once; two at a time for each client. */
export function summaryFeature(face: TwsFace): Feature {
  return new Summaries(face);
}

class Summaries implements Feature {
  readonly requests: Feature["requests"] = {
    [REQUEST.accountSummary]: (client, request) => {
      request.int();
      this.#begin(client, request.int(), request.text(), request.text());
    },
    [REQUEST.cancelAccountSummary]: (client, request) => {
      request.int();
      this.#subscriptions.delete(client, request.int());
    },
  };
  readonly #face: TwsFace;
  readonly #subscriptions = new Subscriptions<Summary>();
  #refreshAt: number;

  constructor(face: TwsFace) {
    this.#face = face;
    this.#refreshAt = face.clock.monotonic() + face.behaviour.accountRefreshMs;
  }

  left(client: Client): void {
    this.#subscriptions.drop(client);
  }

  linkChanged(link: LinkChange): void {
    if (link === "reset") this.#subscriptions.clear();
  }

  stepped(): void {
    const now = this.#face.clock.monotonic();
    if (!this.#face.gateway.isLinkUp || now < this.#refreshAt) return;
    this.#refreshAt = now + this.#face.behaviour.accountRefreshMs;
    for (const { client, id, value } of this.#subscriptions.entries()) {
      this.#send(client, id, value);
    }
  }

  #begin(client: Client, reqId: number, group: string, tags: string): void {
    const isNew = this.#subscriptions.get(client, reqId) === undefined;
    if (!isNew || this.#subscriptions.count(client) >= SUBSCRIPTIONS_MAX) {
      return client.error(reqId, 322, TOO_MANY);
    }
    const { accounts } = this.#face;
    const one = accounts.of(group);
    if (group !== "All" && one === undefined) {
      return client.error(reqId, 321, "Error validating request.-'bR' : cause - Invalid group.");
    }
    const summary = {
      tags: tags.split(",").map((tag) => tag.trim()).filter((tag) => tag !== ""),
      accounts: one === undefined ? accounts.accounts : [one],
      sent: new Map<string, string>(),
    };
    this.#subscriptions.set(client, reqId, summary);
    this.#send(client, reqId, summary);
    client.send(new FieldWriter(MESSAGE.accountSummaryEnd).int(1).int(reqId));
  }

  #send(client: Client, reqId: number, { tags, accounts, sent }: Summary): void {
    for (const account of accounts) {
      for (const { key, value, currency } of this.#rows(account, tags)) {
        const name = `${account.number} ${key} ${currency}`;
        if (sent.get(name) === value) continue;
        sent.set(name, value);
        client.send(
          new FieldWriter(MESSAGE.accountSummary).int(1).int(reqId).text(account.number)
            .text(key).text(value).text(currency),
        );
      }
    }
  }

  #rows(account: TwsAccount, tags: readonly string[]): AccountRow[] {
    const isReady = this.#face.plan.holding("accounts", "notReady", {}).length === 0;
    const all = accountRows(this.#face, account, isReady);
    return tags.flatMap((tag) => {
      const ledger = /^\$LEDGER(?::(\w+))?$/.exec(tag);
      // A plain tag is the account's own row, not one of its currencies.
      if (ledger === null) return all.filter(({ key }) => key === tag).slice(0, 1);
      const wanted = ledger[1] ?? BASE;
      return ledgerRows(this.#face, account).filter(({ currency }) =>
        wanted === "ALL" || currency === wanted
      );
    });
  }
}
