import type { Client, Feature, LinkChange } from "../client.ts";
import type { TwsFace } from "../face.ts";
import { Subscriptions } from "../subscriptions.ts";
import { localTime } from "../times.ts";
import { FieldWriter } from "../wire/field_writer.ts";
import { MESSAGE, REQUEST } from "../wire/message_ids.ts";
import type { TwsAccount } from "./accounts_face.ts";
import { portfolioMessage } from "./position_messages.ts";
import { invalidAccount } from "./positions.ts";
import { type AccountRow, accountRows, ledgerRows } from "./values.ts";

const VALUE_VERSION = 2;
const REPLACED = "API client has been unsubscribed from account data.";
/** The one subscription of a client that has no request id. */
const WHOLE = 0;

interface Update {
  readonly account: TwsAccount;
  /** Values as last sent, by key and currency. */
  readonly sent: Map<string, string>;
}

interface MultiUpdate extends Update {
  readonly isLedgerOnly: boolean;
}

/** Account values and the portfolio: a download, then changes after trades and by the clock. */
export function updatesFeature(face: TwsFace): Feature {
  return new Updates(face);
}

class Updates implements Feature {
  readonly requests: Feature["requests"] = {
    [REQUEST.accountUpdates]: (client, request) => {
      request.int();
      const isOn = request.flag();
      this.#updates(client, isOn, request.textOr(""));
    },
    [REQUEST.accountUpdatesMulti]: (client, request) => {
      request.int();
      const reqId = request.int();
      const number = request.text();
      request.skip(1);
      this.#beginMulti(client, reqId, number, request.flag());
    },
    [REQUEST.cancelAccountUpdatesMulti]: (client, request) => {
      request.int();
      this.#multi.delete(client, request.int());
    },
  };
  readonly #face: TwsFace;
  readonly #whole = new Subscriptions<Update>();
  readonly #multi = new Subscriptions<MultiUpdate>();
  /** Accounts in which something was traded since they were last told, with what. */
  readonly #traded = new Map<TwsAccount, Set<number>>();
  #refreshAt: number;
  #wasReady = true;
  #wasEmpty = false;

  constructor(face: TwsFace) {
    this.#face = face;
    this.#refreshAt = face.clock.monotonic() + face.behaviour.accountRefreshMs;
    face.accounts.follow(({ account, instrument }) => {
      const traded = this.#traded.get(account) ?? new Set<number>();
      this.#traded.set(account, traded.add(instrument.id));
    });
  }

  left(client: Client): void {
    this.#whole.drop(client);
    this.#multi.drop(client);
  }

  linkChanged(link: LinkChange): void {
    if (link !== "reset") return;
    this.#whole.clear();
    this.#multi.clear();
  }

  stepped(): void {
    if (!this.#face.gateway.isLinkUp) return;
    const now = this.#face.clock.monotonic();
    const [isReady, isEmpty] = [this.#isReady(), this.#isEmpty()];
    const isBack = (!this.#wasReady && isReady) || (this.#wasEmpty && !isEmpty);
    this.#wasReady = isReady;
    this.#wasEmpty = isEmpty;
    if (isBack || now >= this.#refreshAt) return this.#refresh(now);
    for (const [account, traded] of this.#traded) this.#tell(account, traded);
    this.#traded.clear();
  }

  #updates(client: Client, isOn: boolean, number: string): void {
    const { accounts } = this.#face;
    const account = number === "" ? accounts.accounts[0] : accounts.of(number);
    if (account === undefined) return client.error(-1, 321, invalidAccount(number));
    const known = this.#whole.get(client, WHOLE);
    if (!isOn) return void this.#whole.delete(client, WHOLE);
    if (known !== undefined && known.account !== account) client.error(-1, 2100, REPLACED);
    const update = { account, sent: new Map<string, string>() };
    this.#whole.set(client, WHOLE, update);
    this.#sendValues(client, update);
    this.#sendPortfolio(client, account, null);
    this.#sendTime(client);
    client.send(new FieldWriter(MESSAGE.accountDownloadEnd).int(1).text(account.number));
  }

  #beginMulti(client: Client, reqId: number, number: string, isLedgerOnly: boolean): void {
    const { accounts } = this.#face;
    const account = number === "" ? accounts.accounts[0] : accounts.of(number);
    if (account === undefined) return client.error(reqId, 321, invalidAccount(number));
    const update = { account, isLedgerOnly, sent: new Map<string, string>() };
    this.#multi.set(client, reqId, update);
    this.#sendMulti(client, reqId, update);
    client.send(new FieldWriter(MESSAGE.accountUpdateMultiEnd).int(1).int(reqId));
  }

  #refresh(now: number): void {
    this.#refreshAt = now + this.#face.behaviour.accountRefreshMs;
    this.#traded.clear();
    for (const account of this.#face.accounts.accounts) this.#tell(account, null);
  }

  /** Tells one account's subscribers the values that changed, and rows: those traded, or all. */
  #tell(account: TwsAccount, traded: ReadonlySet<number> | null): void {
    for (const { client, value } of this.#whole.entries()) {
      if (value.account !== account) continue;
      this.#sendPortfolio(client, account, traded);
      this.#sendValues(client, value);
      this.#sendTime(client);
    }
    for (const { client, id, value } of this.#multi.entries()) {
      if (value.account === account) this.#sendMulti(client, id, value);
    }
  }

  #sendValues(client: Client, update: Update): void {
    const { account } = update;
    for (const { key, value, currency } of changedRows(update, this.#rows(account))) {
      client.send(
        new FieldWriter(MESSAGE.accountValue).int(VALUE_VERSION).text(key).text(value)
          .text(currency).text(account.number),
      );
    }
  }

  #sendMulti(client: Client, reqId: number, update: MultiUpdate): void {
    const { account, isLedgerOnly } = update;
    const isAsked = (row: AccountRow): boolean => row.key === "NetLiquidation";
    const rows = isLedgerOnly
      ? [...ledgerRows(this.#face, account), ...this.#rows(account).filter(isAsked)]
      : this.#rows(account);
    for (const { key, value, currency } of changedRows(update, rows)) {
      client.send(
        new FieldWriter(MESSAGE.accountUpdateMulti).int(1).int(reqId).text(account.number)
          .text("").text(key).text(value).text(currency),
      );
    }
  }

  #sendPortfolio(client: Client, account: TwsAccount, only: ReadonlySet<number> | null): void {
    if (this.#isEmpty()) return;
    for (const line of this.#face.accounts.lines(account)) {
      const { instrument, signedQuantity } = line;
      const isShown = only === null ? signedQuantity !== 0 : only.has(instrument.id);
      if (!isShown) continue;
      const contract = this.#face.contracts.of(instrument);
      client.send(portfolioMessage(this.#face, account, contract, line));
    }
  }

  #sendTime(client: Client): void {
    const time = localTime(this.#face.market.now(), "US/Eastern").slice(9, 14);
    client.send(new FieldWriter(MESSAGE.accountTime).int(1).text(time));
  }

  #rows(account: TwsAccount): AccountRow[] {
    return accountRows(this.#face, account, this.#isReady());
  }

  #isReady(): boolean {
    return this.#face.plan.holding("accounts", "notReady", {}).length === 0;
  }

  #isEmpty(): boolean {
    return this.#face.plan.holding("accounts", "emptyPositions", {}).length > 0;
  }
}

/** Rows that differ from what was sent; notes them as sent. */
function changedRows({ sent }: Update, rows: readonly AccountRow[]): AccountRow[] {
  return rows.filter(({ key, value, currency }) => {
    const name = `${key} ${currency}`;
    if (sent.get(name) === value) return false;
    sent.set(name, value);
    return true;
  });
}
