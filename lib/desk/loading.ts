import { fail, ok, type Result } from "../base/result.ts";
import { type Account, type Balances, type FxRate, maskAccountNumber } from "../domain/account.ts";
import { chooseAccounts } from "../domain/account_choice.ts";
import type { Fill } from "../domain/position.ts";
import type { Book } from "../portfolio/book.ts";
import type { BrokerAdapter, BrokerError } from "../ports/broker.ts";

/** What loading needs. */
export interface LoadOptions {
  readonly adapter: BrokerAdapter;
  readonly book: Book;
  /** Ids of the accounts that are in the book whole; those loaded now are added. */
  readonly loaded: Set<string>;
  readonly accounts: readonly string[];
  /** True: an account that is not there ends the loading; else it is only told. */
  readonly requiresAccounts: boolean;
  /** Asked about a source's accounts before anything of them is taken; absent: all may come. */
  readonly admits?: (accounts: readonly Account[]) => Result<null, BrokerError>;
  readonly signal: AbortSignal;
  readonly trouble: (message: string) => void;
  /** Describes instruments in the book, so that what is held is known when it comes. */
  readonly describe: (keys: readonly string[]) => Promise<Result<null, BrokerError>>;
  readonly setBalances: (balances: Balances) => void;
  readonly setFxRate: (rate: FxRate) => void;
  /** A fill of today is in the book. */
  readonly fill: (fill: Fill) => void;
}

/** An account that nobody has, as it may be shown: a number down to its last four. */
function shownName(name: string): string {
  return /\d{5,}/.test(name) ? maskAccountNumber(name) : name;
}

function chosenAccounts(
  accounts: readonly Account[],
  options: LoadOptions,
): Result<readonly Account[], BrokerError> {
  const choice = chooseAccounts(accounts, options.accounts);
  const chosen = choice.indices.map((index) => accounts[index]);
  if (choice.unknown.length === 0) return ok(chosen);
  const message = `no account is named ${choice.unknown.map(shownName).join(", ")}`;
  if (!options.requiresAccounts) {
    options.trouble(message);
    return ok(chosen);
  }
  const there = accounts.map((account) => account.nickname).join(", ");
  return fail({
    code: "unknownInstrument",
    message,
    fix: `name accounts of this login with --accounts: ${there}`,
  });
}

/**
 * Loads rates, and of every account that is not in the book yet balances, fills and positions, as
 * of now. What is held is described before; what drives it, closes and carry come afterwards, with
 * `InstrumentSync`. After a failure none of these accounts counts as loaded.
 */
export async function loadBook(options: LoadOptions): Promise<Result<null, BrokerError>> {
  const { adapter, book, signal } = options;
  const rates = await adapter.fxRates(signal);
  if (!rates.ok) return rates;
  for (const rate of rates.value) options.setFxRate(rate);
  const accounts = await adapter.accounts(signal);
  if (!accounts.ok) return accounts;
  const admitted = options.admits?.(accounts.value) ?? ok(null);
  if (!admitted.ok) return admitted;
  const chosen = chosenAccounts(accounts.value, options);
  if (!chosen.ok) return chosen;
  const { loaded } = options;
  const added = chosen.value.filter(({ id }) => !loaded.has(id));
  for (const account of added) {
    book.addAccount(account);
    const answer = await loadAccount(options, account.id);
    if (!answer.ok) {
      // Their adapter is given up, and another one tells nothing of what it was not asked for.
      for (const { id } of added) loaded.delete(id);
      return answer;
    }
    loaded.add(account.id);
  }
  return ok(null);
}

async function loadAccount(options: LoadOptions, id: string): Promise<Result<null, BrokerError>> {
  const { adapter, book, signal } = options;
  const balances = await adapter.balances(id, signal);
  if (!balances.ok) return balances;
  options.setBalances(balances.value);
  const fills = adapter.capabilities.reportsFills ? await adapter.fillsToday(id, signal) : ok([]);
  if (!fills.ok) return fills;
  const positions = await adapter.positions(id, signal);
  if (!positions.ok) return positions;
  const held = [...fills.value, ...positions.value].map(({ instrumentKey }) => instrumentKey);
  const described = await options.describe([...new Set(held)]);
  if (!described.ok) return described;
  for (const fill of fills.value) {
    book.applyFill(fill);
    options.fill(fill);
  }
  book.setPositions(id, positions.value);
  return ok(null);
}
