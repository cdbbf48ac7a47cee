import assert from "node:assert/strict";
import { fail, ok } from "../base/result.ts";
import type { Account, Balances } from "../domain/account.ts";
import type { Book } from "../portfolio/book.ts";
import type { BrokerAdapter } from "../ports/broker.ts";
import { loadBook, type LoadOptions } from "./loading.ts";

const FAILURE = { code: "timeout", message: "no answer", fix: null } as const;

function anAccount(id: string): Account {
  return { id, broker: "b", number: id, nickname: id, type: "", currency: "USD" };
}

/** An adapter of accounts; `failing` has no positions. */
function adapterOf(ids: readonly string[], failing: string | null): BrokerAdapter {
  const adapter: Partial<BrokerAdapter> = {
    capabilities: { reportsFills: false } as BrokerAdapter["capabilities"],
    fxRates: () => Promise.resolve(ok([])),
    accounts: () => Promise.resolve(ok(ids.map(anAccount))),
    balances: (accountId) => Promise.resolve(ok({ accountId, cash: [] } as unknown as Balances)),
    positions: (id) => Promise.resolve(id === failing ? fail(FAILURE) : ok([])),
  };
  return adapter as BrokerAdapter;
}

/** A loading into a book that only notes whose positions it was given. */
function aLoading(accounts: readonly string[] = []) {
  const positions: string[] = [];
  const troubles: string[] = [];
  const book: Partial<Book> = {
    addAccount: () => 0,
    setPositions: (id) => positions.push(id) > 0,
  };
  const base: Omit<LoadOptions, "adapter"> = {
    book: book as Book,
    loaded: new Set(),
    accounts,
    requiresAccounts: false,
    signal: new AbortController().signal,
    trouble: (message) => void troubles.push(message),
    describe: () => Promise.resolve(ok(null)),
    setBalances: () => {},
    setFxRate: () => {},
    fill: () => {},
  };
  const load = (adapter: BrokerAdapter) => loadBook({ ...base, adapter });
  return { load, take: () => positions.splice(0), troubles };
}

Deno.test("loading: accounts of a broker that failed half way are loaded whole again", async () => {
  const { load, take } = aLoading();
  assert.ok((await load(adapterOf(["other"], null))).ok);
  take();
  assert.equal((await load(adapterOf(["other", "one", "two"], "two"))).ok, false);
  assert.deepEqual(take(), ["one"]);

  // The adapter that told of it is closed, and the next one has told of nothing.
  assert.ok((await load(adapterOf(["other", "one", "two"], null))).ok);
  assert.deepEqual(take(), ["one", "two"]);
});

Deno.test("loading: a number that is no account's is named by its last four", async () => {
  const { load, take, troubles } = aLoading(["U7654321", "IRA"]);
  assert.ok((await load(adapterOf(["one"], null))).ok);
  assert.deepEqual(take(), []);
  assert.deepEqual(troubles, ["no account is named ••••4321, IRA"]);
});
